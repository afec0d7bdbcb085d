"""The mail inside an opaque S/MIME signature: as much of CMS as it takes to find it (RFC 8551, RFC 5652)."""

from collections.abc import Iterator

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_SEQUENCE, _OCTETS, _OCTETS_IN_PIECES = 0x30, 0x04, 0x24
_Element = tuple[int, int, int]
_DEEPEST = 20


class _NotDer(ValueError):
    pass


def signed_content(data: bytes) -> bytes | None:
    """The bytes that were signed, or None if `data` is no signature around them (encrypted, detached, broken)."""
    try:
        outer = _children(data, _first(data, 0))
        if data[outer[0][1] : outer[0][2]] != _SIGNED_DATA:
            return None
        signed = _children(data, _children(data, outer[1])[0])
        inner = next(element for element in signed if element[0] == _SEQUENCE)
        kind, content = _children(data, inner)[:2]
        if data[kind[1] : kind[2]] != _DATA:
            return None
        return b"".join(_octets(data, _children(data, content)[0], 0))
    except (_NotDer, IndexError, ValueError, StopIteration):
        return None


def _first(data: bytes, position: int) -> _Element:
    return _element(data, position, 0)[0]


def _children(data: bytes, parent: _Element) -> list[_Element]:
    """The elements inside one, at most a few thousand: a signature in pieces of a kilobyte has that many."""
    found: list[_Element] = []
    position = parent[1]
    while position < parent[2]:
        element, position = _element(data, position, 0)
        found.append(element)
    return found


def _element(data: bytes, position: int, depth: int) -> tuple[_Element, int]:
    """The element at a position as (tag, begin, end of its content), and where the next one begins."""
    tag, size, begin = data[position], data[position + 1], position + 2
    if size == 0x80:
        end = _end_of_indefinite(data, begin, depth)
        return (tag, begin, end), end + 2
    if size > 0x80:
        width = size & 0x7F
        size, begin = int.from_bytes(data[begin : begin + width], "big"), begin + width
    if begin + size > len(data) or tag & 0x1F == 0x1F:
        raise _NotDer
    return (tag, begin, begin + size), begin + size


def _end_of_indefinite(data: bytes, position: int, depth: int) -> int:
    if depth > _DEEPEST:
        raise _NotDer
    while data[position : position + 2] != b"\0\0":
        _, position = _element(data, position, depth + 1)
    return position


def _octets(data: bytes, element: _Element, depth: int) -> Iterator[bytes]:
    tag, begin, end = element
    if tag == _OCTETS:
        yield data[begin:end]
    elif tag == _OCTETS_IN_PIECES and depth < _DEEPEST:
        for piece in _children(data, element):
            yield from _octets(data, piece, depth + 1)
    else:
        raise _NotDer
