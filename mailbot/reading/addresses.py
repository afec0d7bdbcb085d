"""Address lists as people and programs write them: the grammar of RFC 5322 section 3.4, and all that is near it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailbot.core.message import Address
from mailbot.reading.charsets import one_line
from mailbot.reading.encoded_words import with_words_decoded

_TOKEN = re.compile(
    r'"(?P<quoted>(?:[^"\\]++|\\.)*+)"'
    r"|<+(?P<angle>[^<>]*)>+"
    r"|(?P<mark>[,;:(<>\"])"
    r"|(?P<words>[^\",;:(<>]+)",
    re.DOTALL,
)
_COMMENT_MARK = re.compile(r"[()]|\\.", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_AROUND_AT = re.compile(r"[ \t]{0,100}@[ \t]{0,100}")
_LOCAL = r"""(?:"(?:[^"\\]|\\.){1,64}"|[^\s<>()\[\],;:"@]{1,256})"""
_BARE = re.compile(rf"{_LOCAL}@(?:\[[^\]\s]{{1,255}}\]|[^\s<>()\[\],;:\"@]{{1,255}})")
_LONE_NAME = re.compile(r"[\w.+=$-]{1,64}$")
_NOBODY = re.compile(r"undisclosed|recipient|unlisted|suppressed", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_MAILTO = re.compile(r"^\s*mailto:\s*", re.IGNORECASE)


@dataclass(slots=True)
class _Item:
    """What stands between two separators."""

    words: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angles: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.angles or any(word.strip() for word in self.words))

    @property
    def name(self) -> str:
        words = self.words or self.comments
        return _readable(" ".join(filter(None, (_SPACE.sub(" ", word).strip() for word in words))))

    def add(self, word: str, written: str) -> None:
        self.words.append(word)
        self.written.append(written)


def read_addresses(value: str) -> tuple[Address, ...]:
    """The addresses in a header value (raw 8-bit decoded, encoded words not). Names of groups are left out."""
    return tuple(_merged(_items(value)))


def _items(value: str) -> Iterator[_Item]:
    item = _Item()
    position = 0
    has_groups = ";" in value
    while token := _TOKEN.match(value, position):
        position = token.end()
        mark = token["mark"]
        if mark and mark in ",;":
            yield item
            item = _Item()
        elif mark == ":":
            if has_groups or item.name.casefold() == "mailto":
                item = _Item()  # it was the name of a group
            else:
                item.add(":", ":")
        elif mark == "(":
            comment, position = _comment(value, position)
            item.comments.append(comment)
        elif token["quoted"] is not None:
            item.add(_ESCAPED.sub(r"\1", token["quoted"]), token[0])
        elif token["angle"] is not None:
            item.angles.append(token["angle"])
        elif mark == "<":
            angle, position = _unclosed(value, position)
            item.angles.append(angle)
        elif token["words"]:
            item.add(token["words"], token["words"])
    yield item


def _comment(value: str, begin: int) -> tuple[str, int]:
    """A comment, which may hold others, and where it ends; one without its end is a single word."""
    depth = 1
    for mark in _COMMENT_MARK.finditer(value, begin, begin + 10_000):
        depth += {"(": 1, ")": -1}.get(mark[0], 0)
        if depth == 0:
            return _ESCAPED.sub(r"\1", value[begin : mark.start()]), mark.end()
    return "", begin


def _unclosed(value: str, begin: int) -> tuple[str, int]:
    ends = [end for mark in ",;" if (end := value.find(mark, begin, begin + 1000)) >= 0]
    end = min(ends, default=min(len(value), begin + 1000))
    return value[begin:end], end


def _merged(items: Iterator[_Item]) -> Iterator[Address]:
    """The addresses of the items; `Tamm, Mari <…>` is one address, whose name has an unquoted comma."""
    before: list[_Item] = []
    for item in items:
        if item.empty:
            continue
        if not item.angles and "@" not in "".join(item.written):
            if encoded := list(_inside_encoded_words(item)):
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


def _is_a_name(before: list[_Item]) -> bool:
    return bool(before) and not any(_NOBODY.search(item.name) for item in before)


def _lone_names(items: list[_Item]) -> Iterator[Address]:
    """Names without a domain, which are addresses on the machine that wrote them: root, MAILER-DAEMON."""
    for item in items:
        local = "".join(item.words).strip()
        if _LONE_NAME.match(local) and not _NOBODY.search(local):
            yield Address(_readable(" ".join(item.comments)), local)


def _inside_encoded_words(item: _Item) -> Iterator[Address]:
    """An address that somebody encoded together with its name."""
    written = "".join(item.written)
    decoded = with_words_decoded(written) if "=?" in written else ""
    if "@" in decoded:
        yield from read_addresses(decoded.replace("=?", ""))


def _addresses_of(item: _Item, names_before: list[str]) -> Iterator[Address]:
    angle = next((found for written in item.angles if "@" in (found := _addr_spec(written))), "")
    if angle:
        yield Address(", ".join((*names_before, item.name)), angle)
        return
    text = _AROUND_AT.sub("@", "".join(item.written))
    bare = _BARE.findall(text) or _BARE.findall(_AROUND_AT.sub("@", item.name))
    if len(bare) == 1:
        yield Address(_name_beside(item, text, bare[0]), _plain(bare[0]))
        return
    if bare:
        yield from (Address("", _plain(address)) for address in bare)
        return
    for local in (_addr_spec(written) for written in item.angles):
        if _LONE_NAME.match(local):
            yield Address(", ".join((*names_before, item.name)), local)


def _name_beside(item: _Item, text: str, address: str) -> str:
    inside = _addr_spec(item.angles[0]) if item.angles else ""
    rest = _readable(text.replace(address, " ").strip(" \t[]<>\"'"))
    return _SPACE.sub(" ", inside or rest.removesuffix(":").strip()) or _readable(" ".join(item.comments))


def _addr_spec(written: str) -> str:
    """The address between angle brackets: without a route, `mailto:`, and spaces."""
    text = _MAILTO.sub("", _readable(written))
    if text.startswith("@") and ":" in text:
        text = text.rpartition(":")[2]
    text = _AROUND_AT.sub("@", text).strip()
    if " " in text and (bare := _BARE.search(text)):
        return _plain(bare[0])
    return _plain(text)


def _plain(address: str) -> str:
    bare = one_line(address).strip(" '[]") if not address.endswith("]") else one_line(address).strip(" '")
    return bare[1:-1] if bare.startswith('"') and bare.endswith('"') and bare.count('"') == 2 else bare


def _readable(text: str) -> str:
    return one_line(with_words_decoded(text))
