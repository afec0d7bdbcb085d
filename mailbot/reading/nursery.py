"""The process that all reading processes are forked from: it loads models and vocabularies once, and they share them.

Run as `python -m mailbot.reading.nursery DESCRIPTOR` by workers.py. A reading process obeys limits of CPU time and
memory that the kernel enforces, so that no mail can do more harm than to end it.
"""

import gc
import os
import resource
import socket
import sys
from dataclasses import replace
from pathlib import Path

from mailbot.core.message import Attachment
from mailbot.reading import wire
from mailbot.reading.attached import words_in
from mailbot.reading.figures.lexicon import lexicon
from mailbot.reading.hints import Hints, UnreadableMail
from mailbot.reading.limits import Limits
from mailbot.reading.reader import Reader

_SPECIMEN = b"From: a@mail.example\r\nContent-Type: text/html\r\n\r\n<p>12</p>"
_WAITS = 10
"""By so much reading is nicer than the desk, which settles and sends what was read before: it reads ahead of that."""
_ROOM = 100_000_000
"""A reading process that has ever grown by this many bytes makes room for another, and its memory is given back."""


def main() -> None:
    """Fork a reading process for every wire that arrives, and say how old ones ended, until the desk is gone."""
    desk = socket.socket(fileno=int(sys.argv[1]))
    os.nice(_WAITS)
    gc.disable()
    try:
        (vocabularies, languages, model, limits), _ = wire.receive(desk)
        reader = Reader(vocabularies, languages, model)
        lexicon()  # what is loaded now, no process that is forked loads again
        reader.read(_SPECIMEN, Hints(default_language=languages[0]))  # nor what the first mail loads
        gc.freeze()  # nor does its collector touch it, so that the memory stays shared
        gc.enable()
        while True:
            ended, file = wire.receive(desk)
            if file is None:
                wire.send(desk, _how_it_ended(ended))
            else:
                wire.send(desk, _fork(desk, file, reader, limits))
    except (EOFError, ConnectionError):
        return


def _fork(desk: socket.socket, file: int, reader: Reader, limits: Limits) -> int:
    worker = os.fork()
    if worker == 0:
        desk.close()
        try:
            _serve(socket.socket(fileno=file), reader, limits)
        finally:
            os._exit(0)
    os.close(file)
    return worker


def _how_it_ended(worker: int) -> int:
    """The exit code of a reading process, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])


def _serve(desk: socket.socket, reader: Reader, limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold customers' mail
    at_first = _peak()
    _limit_memory(limits.memory)
    while True:
        try:
            question, content = wire.asked(desk)
        except (EOFError, ConnectionError):
            return
        _limit_cpu(limits.seconds)
        answer = _answer(reader, question, content)
        # One that failed may have no memory left for the next mail, whoever used it up.
        retires = isinstance(answer, UnreadableMail) or _peak() - at_first > _ROOM
        wire.send(desk, (answer, retires))
        if retires:
            return


def _answer(reader: Reader, asked: Hints | Attachment, content: bytes) -> object:
    try:
        return (
            words_in(replace(asked, content=content)) if isinstance(asked, Attachment) else reader.read(content, asked)
        )
    except UnreadableMail as error:
        return error
    except Exception as error:
        return UnreadableMail(f"{type(error).__name__}: {error}")


def _limit_memory(size: int) -> None:
    if sys.platform == "linux":
        virtual = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (virtual + size, resource.RLIM_INFINITY))


def _limit_cpu(seconds: int) -> None:
    """Have the kernel end this process when it has used `seconds` more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, resource.RLIM_INFINITY))


def _peak() -> int:
    """The most bytes of memory that this process has had."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    main()
