"""Python objects, and now and then an open file, from one of our processes to another over a Unix socket."""

import os
import pickle
import socket
import struct
import tempfile
from typing import Any

_HEADER = struct.Struct("!QB")
# A mail up to this size goes with the question: it fits into what the kernel keeps for a socket.
_LARGE = 100_000


def pair() -> tuple[socket.socket, socket.socket]:
    """Two ends of a new wire."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)


def send(wire: socket.socket, value: object, file: int | None = None) -> None:
    """Send `value`, and the file descriptor `file` with it; OSError when nobody is at the other end."""
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    pieces = (_HEADER.pack(len(data), file is not None), data)
    # In one call, since each gives all other threads their turn.
    sent = wire.sendmsg(pieces) if file is None else socket.send_fds(wire, pieces, [file])
    for piece in pieces:
        if sent < len(piece):
            wire.sendall(memoryview(piece)[sent:])
        sent = max(0, sent - len(piece))


def receive(wire: socket.socket) -> tuple[Any, int | None]:
    """What the other end sent, and the file that came with it; EOFError when it is gone, TimeoutError when it is slow.

    Only for wires between our own processes: pickle trusts its sender.
    """
    header, files, _, _ = socket.recv_fds(wire, _HEADER.size, 1)
    header += _exactly(wire, _HEADER.size - len(header))
    size, _ = _HEADER.unpack(header)
    return pickle.loads(_exactly(wire, size)), next(iter(files), None)  # noqa: S301 - our own process


def ask(wire: socket.socket, question: object, content: bytes) -> None:
    """Send a question about `content`; raises as `send`."""
    if len(content) <= _LARGE:
        send(wire, (question, content))
        return
    file = _in_a_file(content)
    try:
        send(wire, (question, b""), file)
    finally:
        os.close(file)


def asked(wire: socket.socket) -> tuple[Any, bytes]:
    """The question that the other end asked, and what it is about; raises as `receive`."""
    (question, content), file = receive(wire)
    return question, content if file is None else _content_of(file)


def _exactly(wire: socket.socket, size: int) -> bytearray:
    data = bytearray(size)
    view = memoryview(data)
    while view:
        count = wire.recv_into(view)
        if not count:
            raise EOFError("the other end is gone")
        view = view[count:]
    return data


def _in_a_file(data: bytes) -> int:
    """A new descriptor of a file without a name that holds `data`: large mail is passed on without a copy in a pipe."""
    file = _nameless()
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
    return file


def _nameless() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("mail")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _content_of(file: int) -> bytes:
    """Everything in the file behind a descriptor, which is closed."""
    with open(file, "rb") as opened:
        opened.seek(0)
        return opened.read()
