"""What a mail of the tests leaves open until it arrives: ids, tokens and quotes out of what the desk has sent so far.

`{{quote notification mari@acme.example}}` is the newest notification to Mari, quoted; `{{number 1}}` the number of the
first case. Words behind choose the case or damage what is filled in: `case-2`, `upper`, `cut`, `reversed`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from email.header import Header
from html import unescape
from urllib.parse import unquote

from tests.desk import DeskDriver, Sent

REFERENCE = re.compile(r"\[ref:(\w+)\]")
_PLACEHOLDER = re.compile(rb"\{\{([a-z-]+)((?: [^\s}]+)*)\}\}")
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
_LINK = re.compile(r'href="mailto:([^?"]+)\?subject=([^&"]*)&(?:amp;)?body=([^"]*)"')
_CASE = re.compile(r"case-(\d+)")


def filled(template: bytes, desk: DeskDriver, sent: Sequence[Sent]) -> bytes:
    """The mail as it arrives, with CRLF at the end of each line."""
    lines = template.replace(b"\r\n", b"\n")
    written = _PLACEHOLDER.sub(lambda found: _filled(found, desk, sent).encode(), lines)
    return written.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def body(mail: Sent) -> str:
    """What stands between the <body> tags of a mail's page."""
    found = _BODY.search(mail.html)
    return found[1] if found else mail.html


def _filled(found: re.Match[bytes], desk: DeskDriver, sent: Sequence[Sent]) -> str:
    what, arguments = found[1].decode(), found[2].decode().split()
    changes = [_CHANGES[word] for word in arguments if word in _CHANGES]
    if what in _OF_A_CASE:
        value = _OF_A_CASE[what](desk, int(arguments[0]) - 1)
    else:
        value = str(_PARTS[what](_mail(arguments, desk, sent)))
    for change in changes:
        value = change(value)
    return value


def _mail(arguments: Sequence[str], desk: DeskDriver, sent: Sequence[Sent]) -> Sent:
    kind, recipient, *others = arguments
    numbers = [int(case[1]) for word in others if (case := _CASE.fullmatch(word))]
    case_id = desk.cases()[numbers[0] - 1].id if numbers else None
    rows = ((mail, mail.row) for mail in reversed(sent))
    return next(
        m for m, row in rows if (row.kind.value, row.recipient) == (kind, recipient) and case_id in (None, row.case_id)
    )


def _linked(mail: Sent, part: int) -> str:
    """What the first link of a mail that makes a mail puts into it: 1 the address, 2 the subject."""
    found = _LINK.search(mail.html)
    assert found is not None
    return unquote(unescape(found[part]))


def _quote(mail: Sent) -> str:
    return "\n".join(f"> {line}".rstrip() for line in mail.text.splitlines())


_OF_A_CASE: Mapping[str, Callable[[DeskDriver, int], str]] = {
    "number": lambda desk, index: desk.cases()[index].number,
    "case-token": lambda desk, index: desk.cases()[index].token,
}
_CHANGES: Mapping[str, Callable[[str], str]] = {
    "upper": str.upper,
    "cut": lambda value: value[:-1],
    "reversed": lambda value: value[::-1],
}
_PARTS: Mapping[str, Callable[[Sent], object]] = {
    "message-id": lambda mail: mail.row.message_id,
    "envelope-sender": lambda mail: mail.row.envelope_sender,
    "reply-to": lambda mail: re.sub(r".*<|>.*", "", mail.reply_address),
    "subject": lambda mail: Header(mail.mail["Subject"], header_name="Subject: Re").encode(),
    "quote": _quote,
    "text": lambda mail: mail.text,
    "html": body,
    "link-to": lambda mail: _linked(mail, 1),
    "link-subject": lambda mail: Header(_linked(mail, 2), header_name="Subject").encode(),
    "raw": lambda mail: mail.raw.decode(),
    "reference": lambda mail: REFERENCE.findall(mail.text)[0],
}
