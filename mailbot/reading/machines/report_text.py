"""The words of a delivery report: what the server says, without the mail that it gives back below."""

import re

from mailbot.reading.words.telltales import leading, plain

_LONGEST = 60_000
_MOST_LINES = 600
_FRAME = re.compile(r"[\s>*=#_~+|.:-]*")
_HEADER = re.compile(
    r"[>| \t]{0,4}(?:received|return-path|message-id|mime-version|x-mailer|dkim-signature|content-type|"
    r"x-originating-ip|content-transfer-encoding|delivered-to|domainkey-signature|arc-seal|x-priority|user-agent|in-reply-to|references)\s?:\s",
    re.IGNORECASE,
)
_ANY_HEADER = re.compile(r"[>| \t]{0,4}[A-Za-z][A-Za-z0-9-]{1,40}\s?:\s|[ \t]+\S")


def said(text: str) -> str:
    """The part of a report's text that the server wrote: down to a mark or to the headers of the returned mail."""
    return "\n".join(_divided(text)[0])


def given_back(text: str) -> str:
    """The rest: the returned mail, if it stands in the text; else empty."""
    return "\n".join(_divided(text)[1])


def _divided(text: str) -> tuple[list[str], list[str]]:
    lines = text[:_LONGEST].split("\n")
    end = next((n for n, line in enumerate(lines[:_MOST_LINES]) if n and _begins_returned_mail(lines, n, line)), None)
    if end is None:
        return lines[:_MOST_LINES], []
    start = end
    while start > 1 and _HEADER.match(lines[end]) and lines[start - 1].strip() and _ANY_HEADER.match(lines[start - 1]):
        start -= (
            1  # headers that also a person or a report writes, such as From and Subject, stand above the telling one
        )
    return lines[:start], lines[start:]


def _begins_returned_mail(lines: list[str], number: int, line: str) -> bool:
    if _HEADER.match(line):
        near = [other for other in lines[max(0, number - 6) : number + 7] if _ANY_HEADER.match(other)]
        return len(near) >= 3 and sum(not other[0].isspace() for other in near) >= 2
    return _is_mark(line)


def _is_mark(line: str) -> bool:
    """Whether `line` announces the returned mail: in a frame, or with a colon or full stop."""
    stripped = line.strip()
    if not 3 < len(stripped) < 120:
        return False
    framed = not stripped[0].isalnum() and not stripped[0].isspace() and stripped[0] in "-=*#_~+|>"
    words = plain(_FRAME.sub("", stripped, count=1))
    if not words or not leading(words, "returned") or leading(words, "summaries"):
        return False
    return framed or (len(words) < 70 and "@" not in words and stripped[-1] in (":" if len(words) < 25 else ":."))
