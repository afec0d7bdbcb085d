"""Subjects of our mails: `Re:` once, the case number once and at the end, never longer than clients can show."""

import re

_LONGEST = 180
_REPLY_MARKS = re.compile(r"(?:(?:re|aw|sv|vs|odg|отв|ответ|پاسخ)\s*(?:[\[(]\d+[\])])?\s*[:：]\s*)+", re.IGNORECASE)


def reply(subject: str, number: object | None) -> str:
    """The subject of an answer: `Re:` in front, the case number at the end, each once."""
    return f"Re: {tagged(subject, number)}".rstrip()


def tagged(subject: str, number: object | None) -> str:
    """The subject without `Re:`, with the case number at its end."""
    mark = f"[{number}]" if number else ""
    words = subject.replace(mark, " ") if mark else subject
    bare = " ".join(words.split())
    marks = _REPLY_MARKS.match(bare)
    return f"{_shortened(bare[marks.end() :] if marks else bare)} {mark}".strip()


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
