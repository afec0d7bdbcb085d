"""A list of addresses taken apart at its separators: words, comments and what stands in angle brackets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailbot.core.message import Address
from mailbot.reading.mime.charsets import one_line
from mailbot.reading.mime.encoded_words import with_words_decoded

_OTHERS = r'<++(?P<angle>[^<>]*+)>++|(?P<mark>[,;]++|[:(>"]|<++)|(?P<words>[^",;:(<>]++)'
_TOKEN = re.compile(rf'"(?P<quoted>(?:[^"\\]++|\\.)*+)"|{_OTHERS}', re.DOTALL)
_TOKEN_AFTER_OPEN_QUOTE = re.compile(rf"(?P<quoted>(?!))|{_OTHERS}", re.DOTALL)
_COMMENT_MARK = re.compile(r"[()]|\\.", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# What nearly all addresses look like, up to the separator behind them.
_USUAL = re.compile(
    r"[ \t]*+(?:(?:(?P<name>\w(?:[ .'-]{0,2}\w){0,99} )|"
    r"(?P<encoded>(?:=\?[\w-]{2,20}\?[bBqQ]\?[!->@-~]{1,75}\?=[ \t]++){1,9}+))?"
    r"<(?P<angle>[\w.+=-]{1,64}@[\w.-]{1,255})>|"
    r"(?P<bare>[\w.+=-]{1,64}@[\w.-]{1,255}))[ \t]*+(?:[,;]|\Z)"
)
_MOST, _MOST_TOKENS = 200_000, 100_000
SPACE = re.compile(r"\s+")


@dataclass(slots=True)
class Item:
    """What stands between two separators."""

    words: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angles: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.angles or any(word.strip() for word in self.words))

    @property
    def name(self) -> str:
        """Its words, and its comments."""
        words = [*self.words, *(f"({comment})" for comment in self.comments)] if self.words else self.comments
        return readable(" ".join(filter(None, (SPACE.sub(" ", word).strip() for word in words))).replace(" :", ":"))

    @property
    def is_mailto(self) -> bool:
        """Whether it is the beginning of a link."""
        return len(self.words) == 1 and self.words[0].strip().casefold() == "mailto"

    def clear(self) -> None:
        """Forget what it said so far."""
        for texts in (self.words, self.written, self.comments, self.angles):
            texts.clear()

    def add(self, word: str, written: str) -> None:
        """Take a word, and how it is written."""
        self.words.append(word)
        self.written.append(written)


class Scan:
    """One pass over a header value from separator to separator."""

    def __init__(self, value: str) -> None:
        self._value = value
        self._position = 0
        self._has_groups = ";" in value
        self._tokens = _TOKEN
        self._comments = True
        self.is_whole = True

    def items(self) -> Iterator[Item | Address]:
        """What stands between the separators; an address where it is written in the usual way."""
        usual, left = True, _MOST_TOKENS
        for _ in range(_MOST):
            if self._position >= len(self._value) or not left:
                break
            if usual and (found := _USUAL.match(self._value, self._position)) and (address := _usual(found)):
                self._position = found.end()
                yield address
                continue
            item = Item()
            left = self._fill(item, left)
            usual = bool(item.angles)  # else its words may be the beginning of the next name
            yield item
        self.is_whole = self._position >= len(self._value)

    def _fill(self, item: Item, left: int) -> int:
        """Take tokens up to the next separator, and no more than are left; how many are left then."""
        while left and (token := self._tokens.match(self._value, self._position)):
            self._position = token.end()
            left -= 1
            mark = token["mark"]
            if mark and mark[0] in ",;":
                break
            if mark:
                self._mark(item, mark)
            elif token["quoted"] is not None:
                item.add(_ESCAPED.sub(r"\1", token["quoted"]), token[0])
            elif token["angle"] is not None:
                item.angles.append(token["angle"])
            else:
                item.add(token["words"], token["words"])
        return left

    def _mark(self, item: Item, mark: str) -> None:
        if mark == '"':
            self._tokens = _TOKEN_AFTER_OPEN_QUOTE  # it has no end, nor has any other
        elif mark == ":":
            if self._has_groups or item.is_mailto:
                item.clear()  # it was the name of a group
            else:
                item.add(":", ":")  # of a name
        elif mark == "(":
            comment, end = _comment(self._value, self._position) if self._comments else (None, self._position)
            self._comments = comment is not None  # if one has no end, no other is looked for
            item.comments.append(comment or "")
            self._position = end
        elif mark[0] == "<":
            angle, self._position = _unclosed(self._value, self._position)
            item.angles.append(angle)


def _usual(found: re.Match[str]) -> Address | None:
    """The address that was found; None if its encoded name hides a line break or the like."""
    name = with_words_decoded(found["encoded"]).strip() if found["encoded"] else (found["name"] or "")[:-1]
    return Address(name, found["angle"] or found["bare"]) if name.isprintable() else None


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


def readable(text: str) -> str:
    """Words of a header with their encoded words read, on one line."""
    return one_line(with_words_decoded(text))
