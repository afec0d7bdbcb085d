"""Decision 5: whatever arrives, it becomes a case or stands in quarantine, and the next mail is handled."""

import random
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from tests.security.play import COMPLAINT, Play, raw

ENDS = {"case_opened", "filed", "automatic", "duplicate", "own", "held", "quarantined"}


def _whole() -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = "Kadri Õun <kadri@mail.example>", "support@acme.example"
    mail["Subject"], mail["Date"] = "Teekann on katki", "Mon, 2 Nov 2026 10:00:00 +0200"
    mail["Message-ID"], mail["References"] = "<whole@mail.example>", "<a@b.example> <c@d.example>"
    mail.set_content(COMPLAINT + "\nÕ ä ö ü š ž", cte="quoted-printable")
    mail.add_alternative(f"<p>{COMPLAINT}</p><img src='cid:p@q'>", subtype="html", cte="base64")
    mail.add_attachment(bytes(range(256)) * 8, maintype="image", subtype="jpeg", filename="pilt õ.jpg")
    inner = EmailMessage(policy=SMTP)
    inner["From"], inner["Subject"] = "jane@mail.example", "inner"
    inner.set_content("inner")
    mail.add_attachment(inner)
    return mail.as_bytes()


def _flipped(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 10, 100))):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _truncated(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(1, len(data))]


def _without_lines(data: bytes, dice: random.Random) -> bytes:
    return b"\r\n".join(line for line in data.split(b"\r\n") if dice.random() > 0.1)


def _shuffled(data: bytes, dice: random.Random) -> bytes:
    lines = data.split(b"\r\n")
    first = dice.randrange(len(lines))
    part = lines[first : first + 20]
    dice.shuffle(part)
    return b"\r\n".join((*lines[:first], *part, *lines[first + 20 :]))


def _nested(data: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.randrange(1, 40)):
        head = b"From: x@y.example\r\nMIME-Version: 1.0\r\nContent-Type: %s\r\n\r\n"
        data = (
            head % dice.choice((b"message/rfc822", b"multipart/mixed; boundary=x", b"multipart/digest; boundary=x"))
            + data
        )
    return data


def _spliced(data: bytes, dice: random.Random) -> bytes:
    at, other = dice.randrange(len(data)), dice.randrange(len(data))
    return data[:at] + data[other:] + data[:at]


def _repeated(data: bytes, dice: random.Random) -> bytes:
    lines = data.split(b"\r\n")
    at = dice.randrange(min(12, len(lines)))
    return b"\r\n".join((*lines[:at], *[lines[at]] * dice.choice((2, 50, 2000)), *lines[at + 1 :]))


MUTATIONS: list[Callable[[bytes, random.Random], bytes]] = [
    _flipped, _truncated, _without_lines, _shuffled, _nested, _spliced, _repeated,
]  # fmt: skip


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.__name__.strip("_"))
def test_a_broken_mail_is_settled_and_the_next_one_too(
    play: Play, mutation: Callable[[bytes, random.Random], bytes]
) -> None:
    whole = _whole()
    for seed in range(30):
        play.desk.now = play.desk.now.replace(minute=seed)
        row = play.arrive(mutation(whole, random.Random(seed)))
        assert row.disposition.value in ENDS, seed
        if row.disposition.value == "quarantined":
            assert ("alert", "ops@acme.example") in play.kinds(), seed
    play.complain("My kettle is defective.", by="juhan@kodu.example", subject="Kettle")


ODD: dict[str, bytes] = {
    "nothing but a line end": b"\r\n",
    "one byte": b"\xff",
    "zeros": b"\x00" * 1000,
    "no header": b"\r\n\r\nhelp",
    "no colon": b"hello\r\nthis is no header\r\n",
    "only lone CRs": b"From: a@b.example\rSubject: x\r\rtext",
    "8-bit headers": b"From: J\xfcri <jyri@mail.example>\r\nSubject: \xff\xfe katki\r\n\r\nx",
    "an endless line": b"From: a@b.example\r\nSubject: x\r\n\r\n" + b"a" * 500_000,
    "an endless header": b"From: a@b.example\r\nSubject: " + b"a" * 500_000 + b"\r\n\r\nx",
    "100,000 headers": b"From: a@b.example\r\n" + b"X-A: b\r\n" * 100_000 + b"\r\nx",
    "100,000 references": b"From: a@b.example\r\nReferences: " + b"\r\n <a@b.example>" * 100_000 + b"\r\n\r\nx",
    "unknown charset": b"From: a@b.example\r\nContent-Type: text/plain; charset=martian\r\n\r\n\xe4\xff",
    "unknown encoding": b"From: a@b.example\r\nContent-Transfer-Encoding: x-zip\r\n\r\nx",
    "a boundary of itself": b'From: a@b.example\r\nContent-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n--\r\n----',
    "a date beyond time": b"From: a@b.example\r\nDate: Mon, 99 Foo 99999 99:99:99 +9999\r\n\r\nx",
    "a Persian date": "From: a@b.example\r\nDate: ۱۴۰۵/۰۸/۱۱\r\n\r\nx".encode(),
    "surrogates": b"From: a@b.example\r\nSubject: =?utf-16?b?2ADYAA==?=\r\n\r\nx",
    "deep parts": b"From: a@b.example\r\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(500)),
    "deep HTML": b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 50_000,
    "a group": b"From: undisclosed-recipients:;\r\nTo: undisclosed-recipients:;\r\n\r\nx",
    "an address of 10 kB": b"From: " + b"a" * 10_000 + b"@b.example\r\n\r\nx",
    "commas": b"From: a@b.example\r\nTo: " + b"," * 100_000 + b"\r\n\r\nx",
    "brackets": b"From: a@b.example\r\nTo: " + b"<" * 50_000 + b"\r\n\r\nx",
    "quotes": b"From: a@b.example\r\nTo: " + b'"' * 50_001 + b"\r\n\r\nx",
    "encoded words": b"From: a@b.example\r\nSubject: " + b"=?utf-8?q?a?= " * 20_000 + b"\r\n\r\nx",
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_an_odd_mail_is_settled_soon_and_the_next_one_too(play: Play, name: str) -> None:
    started = time.monotonic()
    row = play.arrive(ODD[name])
    assert row.disposition.value in ENDS
    assert time.monotonic() - started < 10
    play.complain("My kettle is defective.", by="juhan@kodu.example", subject="Kettle")


def test_a_mail_of_ten_megabytes_is_settled_in_seconds(play: Play) -> None:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["Subject"], mail["Message-ID"] = "a@b.example", "Late parcel", "<big@b.example>"
    mail.set_content(COMPLAINT)
    mail.add_attachment(random.Random(0).randbytes(7_500_000), maintype="image", subtype="jpeg", filename="x.jpg")
    data = mail.as_bytes()
    assert len(data) > 10_000_000
    started = time.monotonic()
    assert play.arrive(data).disposition.value == "case_opened"
    assert time.monotonic() - started < 20


def test_a_text_of_ten_megabytes_is_settled_within_a_minute(play: Play) -> None:
    started = time.monotonic()
    row = play.arrive(
        raw("From: a@b.example", "Message-ID: <t@b>", body="My order came five days late.\n> x\n" * 300_000)
    )
    assert row.disposition.value in ("case_opened", "quarantined")
    assert time.monotonic() - started < 60


def test_a_mail_to_two_thousand_people_is_settled_in_seconds_and_answered_to_few(play: Play) -> None:
    crowd = ",\r\n ".join(f"Person {n} <p{n}@mail.example>" for n in range(2000))
    started = time.monotonic()
    play.arrive(raw("From: a@b.example", f"To: {crowd}", f"Cc: {crowd}", "Message-ID: <crowd@b.example>"))
    assert time.monotonic() - started < 5
    assert len(play.to_outsiders(play.fresh)) == 1
    notification = play.fresh[-1]
    play.write("Dear customer, done.", by=notification.row.recipient, **play.thread(notification))
    assert len(play.to_outsiders(play.fresh)) == 6
