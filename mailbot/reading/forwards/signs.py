"""The signs of a forward besides its headers: how the subject begins, and which lines mark its start and end."""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache, lru_cache

from mailbot.reading.forwards.headers import block_at, is_blank, unquoted
from mailbot.reading.words import clients
from mailbot.reading.words.phrases import Phrases, tokens


class Opening(StrEnum):
    """What the first words of a subject say of its mail."""

    FORWARD = "forward"
    REPLY = "reply"
    PLAIN = "plain"
    EMPTY = "empty"


_LONGEST_SUBJECT = 1000
_LONGEST_TITLE = 160
_TAGS = r"(?:\s*(?:\[[^\]]{0,60}\]|\{[^}]{0,60}\}|\(\w{1,20}\)|\*{1,5}\w{1,20}\*{1,5}))*[\s\[(*]*"
_COUNT = r"\.?(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：]"
_RULE = "-–—‐‑‒―=_*~+#"
_TITLE = re.compile(rf"[{_RULE}]{{2,}}\s*([^\W_].*)")
_ONLY_RULE = re.compile(rf"[{_RULE}]{{5,}}")
_SCISSORS = re.compile(rf"[{_RULE} ]{{2,}}(?:8<|>8|✂)")
# The same few lines are looked at again and again while one goes down a text.
_NEAR = 8
_NEVER = re.compile(r"(?!)")


def opening(subject: str) -> Opening:
    """Whether `subject` begins like that of a forward, like that of an answer, or neither."""
    if not subject.strip():
        return Opening.EMPTY
    if _prefix("forward_prefixes").match(subject[:_LONGEST_SUBJECT]) or _suffix().search(subject[-30:]):
        return Opening.FORWARD
    return Opening.REPLY if _prefix("reply_prefixes").match(subject[:_LONGEST_SUBJECT]) else Opening.PLAIN


def without_prefix(subject: str) -> str:
    """`subject` without the one prefix or suffix that its last forwarder's mail program put there."""
    found = _prefix("forward_prefixes").match(subject[:_LONGEST_SUBJECT])
    if not found:
        return _suffix().sub("", subject).strip()
    rest = subject[found.end() :].strip()
    for left, right in ("[]", "()"):
        if left in found["open"] and rest.endswith(right):
            rest = rest[:-1].strip()
    return rest


@lru_cache(_NEAR)
def is_mark(line: str) -> bool:
    """Whether `line` says that a forwarded mail follows."""
    return len(line) <= _LONGEST_TITLE and _marks().found_in(tokens(line))


@lru_cache(_NEAR)
def is_title(line: str) -> bool:
    """Whether `line` only announces an old mail: a mark of its own, a rule, or words behind a rule."""
    if len(line) > _LONGEST_TITLE + 20:
        return False
    shown = unquoted(line).strip()
    if len(shown) > _LONGEST_TITLE:
        return False
    if _TITLE.match(shown) or _ONLY_RULE.fullmatch(shown):
        return True
    words = tokens(shown)
    return _marks().found_in(words) and len(words) <= 2 * max(_marks().begins(words, at) for at in range(len(words)))


def end_mark(lines: Sequence[str], start: int, mark: str) -> int | None:
    """The last line from `start` on that closes what `mark` opened («----- End forwarded message -----»)."""
    stems = _stems(mark)
    for at in range(len(lines) - 1, max(start, len(lines) - 5000) - 1, -1):
        shown = unquoted(lines[at][: _LONGEST_TITLE + 1]).strip()
        if len(shown) > _LONGEST_TITLE or not _TITLE.match(shown) or not stems & _stems(shown):
            continue
        return at if not _opens(lines, at + 1) else None
    return None


def is_scissors(line: str) -> bool:
    """Whether `line` is one of the dotted lines between which The Bat! puts the old text («===8<===»)."""
    return len(line) <= _LONGEST_TITLE and bool(_SCISSORS.match(unquoted(line).strip()))


def _opens(lines: Sequence[str], start: int) -> bool:
    first = next((i for i in range(start, min(start + 4, len(lines))) if not is_blank(lines[i])), None)
    return first is not None and block_at(lines, first) is not None


def _stems(title: str) -> frozenset[str]:
    """The beginnings of a title's long words: they stay the same when the words are declined."""
    return frozenset(word[:6] for word in re.findall(r"\w{6,}", title.casefold()))


@cache
def _prefix(section: str) -> re.Pattern[str]:
    if not clients.words(section):
        return _NEVER
    return re.compile(rf"(?P<open>{_TAGS}){clients.any_of(section)}{_COUNT}", re.IGNORECASE)


@cache
def _suffix() -> re.Pattern[str]:
    """Pine's «Broken lamp (fwd)»."""
    if not clients.words("forward_prefixes"):
        return _NEVER
    return re.compile(rf"\s\({clients.any_of('forward_prefixes')}\)\s*$", re.IGNORECASE)


@cache
def _marks() -> Phrases:
    return Phrases("forwarded")
