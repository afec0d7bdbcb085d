"""Address lists as people and programs write them: the grammar of RFC 5322 section 3.4, and all that is near it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.core.message import Address
from mailbot.reading.mime.address_items import SPACE, Item, Scan, readable
from mailbot.reading.mime.charsets import one_line
from mailbot.reading.mime.encoded_words import with_words_decoded

_AROUND_AT = re.compile(r"[ \t]{0,100}@[ \t]{0,100}")
_LOCAL = r"""(?:"(?:[^"\\]|\\.){1,64}"|[^\s<>()\[\],;:"@]{1,256})"""
_BARE = re.compile(rf"{_LOCAL}@(?:\[[^\]\s]{{1,255}}\]|[^\s<>()\[\],;:\"@]{{1,255}})")
_LONE_NAME = re.compile(r"[\w.+=$!%-]{1,64}$")
_NOBODY = re.compile(r"undisclosed|recipient|unlisted|suppressed", re.IGNORECASE)
_LONGEST_ITEM, _MOST_ENCODED = 2000, 1000
_LEFT_OF_LINK = re.compile(r"[\s:\[]*(?:mailto)?[\s:]*$", re.IGNORECASE)
_OBFUSCATED = re.compile(r"^\s*([\w.+-]{1,64}) at ([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})\s*$")
_MAILTO = re.compile(r"^\s*mailto:\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AddressList:
    """The addresses in a header value; `is_whole` unless there were more than anybody writes to."""

    addresses: tuple[Address, ...]
    is_whole: bool


def read_list(value: str) -> AddressList:
    """What a header value lists (raw 8-bit decoded, encoded words not). Names of groups are left out."""
    scan = Scan(value)
    return AddressList(tuple(_merged(scan.items())), scan.is_whole)


def read_addresses(value: str) -> tuple[Address, ...]:
    """The addresses of `read_list`."""
    return read_list(value).addresses


def usual_addresses(value: str) -> tuple[Address, ...] | None:
    """What a header value lists if all of it is written in the most usual way, else None."""
    found: list[Address] = []
    for item in Scan(value).items():
        if not isinstance(item, Address):
            return None
        found.append(item)
    return tuple(found)


def _unobfuscated(item: Item) -> None:
    """Archives of mailing lists write `name at domain.example`."""
    if len(item.written) == 1 and (found := _OBFUSCATED.match(item.written[0])):
        item.written = item.words = [f"{found[1]}@{found[2]}"]


def _merged(items: Iterator[Item | Address]) -> Iterator[Address]:
    """The addresses of the items; `Tamm, Mari <…>` is one address, whose name has an unquoted comma."""
    before: list[Item] = []
    for number, item in enumerate(items):
        if isinstance(item, Address):
            yield item
            continue
        if item.empty:
            continue
        _unobfuscated(item)
        if not item.angles and "@" not in "".join(item.written):
            if number < _MOST_ENCODED and (encoded := list(_inside_encoded_words(item))):
                yield from _lone_names(before)
                before = []
                yield from encoded
            else:
                before.append(item)
            continue
        joined = before if item.angles and len(before) <= 3 and _is_a_name(before) else []
        if not joined:
            yield from _lone_names(before)
        yield from _addresses_of(item, [part.name for part in joined])
        before = []
    yield from _lone_names(before)


def _is_a_name(before: list[Item]) -> bool:
    return bool(before) and not any(_NOBODY.search(item.name) for item in before)


def _lone_names(items: list[Item]) -> Iterator[Address]:
    """Names without a domain, which are addresses on the machine that wrote them: root, MAILER-DAEMON."""
    for item in items:
        local = "".join(item.words).strip()
        if _LONE_NAME.match(local) and not _NOBODY.search(local):
            yield Address(readable(" ".join(item.comments)), local)


def _inside_encoded_words(item: Item) -> Iterator[Address]:
    """An address that somebody encoded together with its name."""
    written = "".join(item.written)
    decoded = with_words_decoded(written) if "=?" in written else ""
    if "@" in decoded:
        yield from read_addresses(decoded.replace("=?", ""))


def _addresses_of(item: Item, names_before: list[str]) -> Iterator[Address]:
    angle = next((found for written in item.angles if "@" in (found := _addr_spec(written))), "")
    if angle:
        yield Address(", ".join((*names_before, item.name)), angle)
        return
    text = _AROUND_AT.sub("@", "".join(item.written)[-_LONGEST_ITEM:])
    bare = _BARE.findall(text) or _BARE.findall(_AROUND_AT.sub("@", item.name[-_LONGEST_ITEM:]))
    if len(bare) == 1:
        yield Address(_name_beside(item, text, bare[0]), _plain(bare[0]))
        return
    if bare:
        yield from (Address("", _plain(address)) for address in bare)
        return
    for local in (_addr_spec(written) for written in item.angles):
        if _LONE_NAME.match(local):
            yield Address(", ".join((*names_before, item.name)), local)


def _name_beside(item: Item, text: str, address: str) -> str:
    inside = _addr_spec(item.angles[0]) if item.angles else ""
    rest = readable(text.replace(address, " ").strip(" \t[]<>\"'"))
    return SPACE.sub(" ", inside or _LEFT_OF_LINK.sub("", rest)) or readable(" ".join(item.comments))


def _addr_spec(written: str) -> str:
    """The address between angle brackets: without a route, `mailto:`, and spaces."""
    text = _MAILTO.sub("", readable(written))
    if text.startswith("@") and ":" in text:
        text = text.rpartition(":")[2]
    text = _AROUND_AT.sub("@", text).strip()
    if " " in text and (bare := _BARE.search(text)):
        return _plain(bare[0])
    return _plain(text)


def _plain(address: str) -> str:
    bare = one_line(address).strip(" '[]") if not address.endswith("]") else one_line(address).strip(" '")
    return bare[1:-1] if bare.startswith('"') and bare.endswith('"') and bare.count('"') == 2 else bare
