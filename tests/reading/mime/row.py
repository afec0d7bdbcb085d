"""A mail and what a careful client shows of it."""

import base64
import quopri
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SENDER = ("Mari Maasikas", "mari@kaup.example")
DESK = ("", "support@acme.example")
STANDARD = {
    "from": "From: Mari Maasikas <mari@kaup.example>\n",
    "to": "To: support@acme.example\n",
    "subject": "Subject: About my order\n",
    "date": "Date: Tue, 4 Mar 2014 10:20:30 +0200\n",
    "message-id": "Message-ID: <m1@kaup.example>\n",
    "mime-version": "MIME-Version: 1.0\n",
}
SHOWN: dict[str, Any] = {
    "from": ("from_", SENDER),
    "to": ("to", [DESK]),
    "subject": ("subject", "About my order"),
    "date": ("date", "2014-03-04T10:20:30+02:00"),
    "message-id": ("message_id", "m1@kaup.example"),
}


@dataclass(frozen=True)
class Row:
    """One mail: `exact` ones are read as they are, others with LF and with CRLF."""

    id: str
    raw: bytes
    exact: bool
    expected: Mapping[str, Any]

    def forms(self) -> tuple[bytes, ...]:
        return (self.raw,) if self.exact else (self.raw, self.raw.replace(b"\n", b"\r\n"))


def mail(id: str, raw: str | bytes, *, charset: str = "utf-8", exact: bool = False, **expected: Any) -> Row:
    """The mail as given."""
    return Row(id, raw if isinstance(raw, bytes) else raw.encode(charset), exact, expected)


def letter(id: str, rest: str | bytes, *, charset: str = "utf-8", exact: bool = False, **expected: Any) -> Row:
    """`rest` (header fields, and a body if it has one) below those standard fields that it has not itself."""
    given = rest if isinstance(rest, bytes) else rest.encode(charset)
    fields, blank, body = given.partition(b"\n\n")
    own = {line.partition(b":")[0].strip().lower().decode("latin-1") for line in fields.split(b"\n")}
    head = "".join(line for name, line in STANDARD.items() if name not in own).encode()
    shown = dict(pair for name, pair in SHOWN.items() if name not in own)
    return Row(id, head + fields + b"\n\n" + (body if blank else b"Hello there.\n"), exact, shown | expected)


def b64(data: bytes) -> str:
    """Base64 in lines."""
    return base64.encodebytes(data).decode()


def qp(data: bytes) -> str:
    """Quoted-printable."""
    return quopri.encodestring(data).decode()


def word_b(text: str, charset: str) -> str:
    """An encoded word in base64."""
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
