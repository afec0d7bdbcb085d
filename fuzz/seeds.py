"""The mails that mutation begins with: all sorts that a desk gets, small enough to be changed all over."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.mails import make_mails

_STORIES = Path(__file__).parents[1] / "tests" / "conversations"
_LONGEST = 6_000


def seeds() -> Iterator[bytes]:
    """Mails of the stories and of the benchmark, and fragments of MIME that those do not have."""
    yield from (file.read_bytes() for file in sorted(_STORIES.rglob("*.eml")))
    yield from (mail.raw for mail in make_mails(60, datetime(2026, 11, 2, tzinfo=UTC)) if len(mail.raw) < _LONGEST)
    yield from _FRAGMENTS


_HEAD = b"""From: a@b.example
To: support@acme.example
Subject: =?utf-8?q?=C3=B5?= =?koi8-r?b?0sXN?=
MIME-Version: 1.0
"""
_FRAGMENTS = (
    _HEAD
    + b"""Content-Type: multipart/mixed; boundary=x

--x
Content-Type: message/rfc822

From: c@d.example

inner
--x
Content-Type: application/ms-tnef; name=winmail.dat
Content-Transfer-Encoding: base64

eJ8+IgAAAQaQCAAEAAAAAAABAAEAAQeQBgAIAAAA5AQAAAAAAADoAAEIgAcAGAAAAA==
--x--
""",
    _HEAD + b"Content-Type: text/plain; charset=utf-7; format=flowed; delsp=yes\n\n> a \n> b\nTr+APU-s \n-- \nx",
    _HEAD + b"Content-Type: text/plain; name*0*=utf-8''a%C3; name*1*=%B5.txt\nContent-Disposition: attachment\n\nx",
    _HEAD
    + b"Content-Type: text/html; charset=x\n\n<div dir=rtl>\xd8\xb3<blockquote type=cite>old</blockquote>new<!--[if",
    _HEAD
    + b"\nbegin 644 a.txt\n#0V%T\n`\nend\n-----BEGIN PGP SIGNED MESSAGE-----\n\n- x\n-----BEGIN PGP SIGNATURE-----\n",
    _HEAD
    + b"""Content-Type: multipart/report; report-type=delivery-status; boundary=r

--r

failed
--r
Content-Type: message/delivery-status

Reporting-MTA: dns; x

Final-Recipient: rfc822; c@d.example
Action: failed
Status: 5.1.1

--r--
""",
)
