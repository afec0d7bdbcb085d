"""What is a command line, whatever a phone, an editor or a mail program made of it."""

import re
from dataclasses import dataclass

# Joiners are kept: Persian words are written with them.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_JOINERS = "\u200c\u200d"
_BULLET = r"(?:[-*+•·◦▪‣●○§–—o]|\d{1,2}[.)])[ ]"
# Programs that make text of HTML put marks of bold or italic around a word; some keyboards have a wide sign.
_SIGN = re.compile(rf"(?:{_BULLET})?[*_`\"'“”„«‘’‚]*\\?[#\uff03\ufe5f]+")
_NAME = re.compile(r"([^\W\d_][\w\u200c\u200d-]*)[*_`]*\s*:?[*_`]*\s*(.*)", re.DOTALL)
_DASHES = re.compile("[‐‑–—]")
_BEFORE_NEXT = re.compile(r"[,;&+|*_`]*\s*(?=[*_`]*[#\uff03\ufe5f][^\W\d_])")
_LINKS = re.compile(r"\s?[<\[(]mailto:[^>\])\s]{0,320}[>\])]", re.IGNORECASE)
_QUOTES = {'"': '"', "'": "'", "“": "”“", "”": "”", "„": "“”", "«": "»", "»": "«", "‘": "’‘", "’": "’", "‚": "‘’"}
_OPENING = "".join(_QUOTES)
_LEADING_DASH = re.compile(r"\A(?:[:–—-]+\s+|[:–—]+)")
_ENDS = " .,;:!…،؛。"
# Programs that break the lines of plain text do so between these columns.
_BROKEN_FROM, _BROKEN_TO = 72, 80


@dataclass(frozen=True, slots=True)
class Line:
    """A command's name as it was written, casefolded, and what follows it."""

    name: str
    rest: str = ""
    has_sign: bool = True


def visible(line: str) -> str:
    """What a reader sees of a line, with single spaces."""
    return " ".join(_INVISIBLE.sub("", line).split()).strip(_JOINERS)


def command_line(line: str) -> Line | None:
    """The command on a line; what begins with the sign and is none is a slip, which must not pass for an answer."""
    seen = visible(line)
    sign = _SIGN.match(seen)
    if sign is None:
        return None
    words = _LINKS.sub("", seen[sign.end() :]).strip(" *_`")
    if any(mark in _OPENING for mark in sign[0]):
        words = _without_closing(words)
    name, rest = _divided(words)
    return Line(_DASHES.sub("-", name).casefold(), rest)


def _divided(words: str) -> tuple[str, str]:
    head, gap, tail = words.partition(" ")
    match = _NAME.fullmatch(_DASHES.sub("-", head) + gap + tail)
    return (match[1].rstrip("_-"), match[2].strip()) if match else (words.rstrip(_ENDS), "")


def _without_closing(words: str) -> str:
    """`words` without the mark that closes a quotation begun before the sign."""
    bare = words.rstrip(_ENDS)
    return bare[:-1].rstrip() if bare[-1:] in _OPENING and bare[:-1].count(bare[-1]) == 0 else words


def next_on_line(rest: str) -> str | None:
    """The further command that stands behind one without an argument; None if there is none."""
    match = _BEFORE_NEXT.match(rest)
    return rest[match.end() :] if match else None


def text_of(rest: str) -> str:
    """A text without the dash that leads to it and without quotation marks around the whole of it."""
    text = _LEADING_DASH.sub("", rest)
    bare = text.rstrip(".,; ")
    closing = _QUOTES.get(text[:1], "")
    inside = bare[1:-1]
    is_quoted = len(bare) > 1 and bare[-1] in closing and not any(mark in inside for mark in (bare[0], bare[-1]))
    return inside.strip() if is_quoted else text


def words_of(rest: str) -> tuple[str, ...]:
    """The words of an argument, without the stop at its end."""
    return tuple(text_of(rest).rstrip(_ENDS).split())


def is_broken_off(line: str, following: str) -> bool:
    """Whether a mail program broke a long line before `following`, whose first word had no room on it any more."""
    word = following.split(maxsplit=1)[:1]
    length = len(line.rstrip())
    return bool(word) and length <= _BROKEN_TO and length + 1 + len(word[0]) > _BROKEN_FROM
