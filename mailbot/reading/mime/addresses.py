"""Address lists as people and programs write them: the grammar of RFC 5322 section 3.4, and all that is near it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from mailbot.core.message import Address
from mailbot.reading.mime.charsets import one_line
from mailbot.reading.mime.encoded_words import with_words_decoded

_OTHERS = r'<++(?P<angle>[^<>]*+)>++|(?P<mark>[,;:(>"]|<++)|(?P<words>[^",;:(<>]++)'
_TOKEN = re.compile(rf'"(?P<quoted>(?:[^"\\]++|\\.)*+)"|{_OTHERS}', re.DOTALL)
_TOKEN_AFTER_OPEN_QUOTE = re.compile(rf"(?P<quoted>(?!))|{_OTHERS}", re.DOTALL)
_COMMENT_MARK = re.compile(r"[()]|\\.", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_AROUND_AT = re.compile(r"[ \t]{0,100}@[ \t]{0,100}")
_LOCAL = r"""(?:"(?:[^"\\]|\\.){1,64}"|[^\s<>()\[\],;:"@]{1,256})"""
_BARE = re.compile(rf"{_LOCAL}@(?:\[[^\]\s]{{1,255}}\]|[^\s<>()\[\],;:\"@]{{1,255}})")
_LONE_NAME = re.compile(r"[\w.+=$-]{1,64}$")
_NOBODY = re.compile(r"undisclosed|recipient|unlisted|suppressed", re.IGNORECASE)
_LONGEST_ITEM = 2000
_MOST, _MOST_TOKENS, _MOST_ENCODED = 150_000, 500_000, 1000
_SPACE = re.compile(r"\s+")
_LEFT_OF_LINK = re.compile(r"[\s:\[]*(?:mailto)?[\s:]*$", re.IGNORECASE)
_OBFUSCATED = re.compile(r"^\s*([\w.+-]{1,64}) at ([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})\s*$")
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
        words = [*self.words, *(f"({comment})" for comment in self.comments)] if self.words else self.comments
        return _readable(" ".join(filter(None, (_SPACE.sub(" ", word).strip() for word in words))).replace(" :", ":"))

    def add(self, word: str, written: str) -> None:
        self.words.append(word)
        self.written.append(written)


def read_addresses(value: str) -> tuple[Address, ...]:
    """The addresses in a header value (raw 8-bit decoded, encoded words not). Names of groups are left out."""
    return tuple(_merged(islice(_items(value), _MOST)))


def _unobfuscated(item: _Item) -> None:
    """Archives of mailing lists write `name at domain.example`."""
    if len(item.written) == 1 and (found := _OBFUSCATED.match(item.written[0])):
        item.written = item.words = [f"{found[1]}@{found[2]}"]


def _items(value: str) -> Iterator[_Item]:
    item = _Item()
    position = 0
    has_groups = ";" in value
    tokens, comments = _TOKEN, True
    for _ in range(_MOST_TOKENS):
        token = tokens.match(value, position)
        if token is None:
            break
        position = token.end()
        mark = token["mark"]
        if mark == '"':
            tokens = _TOKEN_AFTER_OPEN_QUOTE  # it has no end, nor has any other
        elif mark and mark in ",;":
            yield item
            item = _Item()
        elif mark == ":":
            if has_groups or item.name.casefold() == "mailto":
                item = _Item()  # it was the name of a group
            else:
                item.add(":", ":")  # of a name
        elif mark == "(":
            comment, end = _comment(value, position) if comments else (None, position)
            comments = comment is not None  # if one has no end, no other is looked for
            item.comments.append(comment or "")
            position = end
        elif token["quoted"] is not None:
            item.add(_ESCAPED.sub(r"\1", token["quoted"]), token[0])
        elif token["angle"] is not None:
            item.angles.append(token["angle"])
        elif mark and mark[0] == "<":
            angle, position = _unclosed(value, position)
            item.angles.append(angle)
        elif token["words"]:
            item.add(token["words"], token["words"])
    yield item


def _comment(value: str, begin: int) -> tuple[str | None, int]:
    """A comment, which may hold others, and where it ends; None if it does not."""
    depth = 1
    for mark in _COMMENT_MARK.finditer(value, begin, begin + 10_000):
        depth += {"(": 1, ")": -1}.get(mark[0], 0)
        if depth == 0:
            return _ESCAPED.sub(r"\1", value[begin : mark.start()]), mark.end()
    return None, begin


def _unclosed(value: str, begin: int) -> tuple[str, int]:
    ends = [end for mark in ",;" if (end := value.find(mark, begin, begin + 1000)) >= 0]
    end = min(ends, default=min(len(value), begin + 1000))
    return value[begin:end], end


def _merged(items: Iterator[_Item]) -> Iterator[Address]:
    """The addresses of the items; `Tamm, Mari <…>` is one address, whose name has an unquoted comma."""
    before: list[_Item] = []
    for number, item in enumerate(items):
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


def _name_beside(item: _Item, text: str, address: str) -> str:
    inside = _addr_spec(item.angles[0]) if item.angles else ""
    rest = _readable(text.replace(address, " ").strip(" \t[]<>\"'"))
    return _SPACE.sub(" ", inside or _LEFT_OF_LINK.sub("", rest)) or _readable(" ".join(item.comments))


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
