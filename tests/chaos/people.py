"""Who writes to the desk in a run, and what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from tests.desk import mail
from tests.servers.smtp_sink import AcceptedMail

DESK = "support@acme.example"


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody's addresses. The tag makes them new to a server that remembers; what stands before it is the fault."""

    tag: str
    customers: tuple[str, ...]
    team: str

    def customer(self, number: int) -> str:
        return f"{self.customers[number]}+{self.tag}c{number}@mail.example"

    def member(self, name: str) -> str:
        return f"{self.team}+{self.tag}{name}@acme.example"


def before(cast: Cast, at: datetime) -> list[bytes]:
    """What lay in the mailbox before the desk came."""
    return [_mail("Long ago.", cast.customer(0), "Old", f"<old.{cast.tag}@mail.example>", at)]


def complaints(cast: Cast, at: datetime) -> list[bytes]:
    """Three complaints, one of them delivered twice and one without an id; an absence note; a mail without anything."""
    late = _mail(
        "My order A-10293 came five days late, I had paid for next-day delivery.\nPlease refund the fee of 9.90 EUR.",
        cast.customer(0),
        "Five days late",
        f"<late.{cast.tag}@mail.example>",
        at,
    )
    broken = _mail("The blue cup arrived broken.", cast.customer(1), "Broken cup", None, at)
    missing = _mail("Where is my parcel A-20411?", cast.customer(2), "Parcel", f"<lost.{cast.tag}@mail.example>", at)
    away = mail("I am away.", from_="away@mail.example", to=DESK, subject="Away", auto_submitted="auto-replied")
    again = b"Received: from mx.example by mail.example; Mon, 2 Nov 2026 10:00:00 +0000\r\n" + late
    return [late, broken, b"\r\n", missing, again, away]


def answers(cast: Cast, accepted: Iterable[AcceptedMail], at: datetime) -> list[bytes]:
    """The first customer writes again, and whoever was told of the first two complaints answers them."""
    mails = [*accepted]
    reply = _mail(
        "I forgot: it was left in the rain, too.",
        cast.customer(0),
        "Re: Five days late",
        f"<more.{cast.tag}@mail.example>",
        at,
        References=f"<late.{cast.tag}@mail.example>",
    )
    told = [_notification(mails, words) for words in ("five days late", "blue cup")]
    texts = ("We are sorry. The fee goes back today.\n", "A new cup left us today.\n")
    written = [
        _answer(
            message, f"#resolve\n\n{text}" if number == 0 else text, f"<answer{number}.{cast.tag}@acme.example>", at
        )
        for number, (message, text) in enumerate(zip(told, texts, strict=True))
        if message is not None
    ]
    return [reply, *written]


def _notification(mails: list[AcceptedMail], words: str) -> AcceptedMail | None:
    for accepted in mails:
        message = accepted.message
        body = message.get_body(("plain",))
        if "acme.example" in accepted.recipients[0] and "[ref:" in (text := body.get_content()) and words in text:
            return accepted
    return None


def _answer(to: AcceptedMail, text: str, message_id: str, at: datetime) -> bytes:
    message = to.message
    references = f"{message['References'] or ''} {message['Message-ID']}".strip()
    headers = {"In-Reply-To": str(message["Message-ID"]), "References": references}
    return _mail(
        text, to.recipients[0], f"Re: {message['Subject']}", message_id, at, to=str(message["Reply-To"]), **headers
    )


def _mail(
    text: str, by: str, subject: str, message_id: str | None, at: datetime, *, to: str = DESK, **headers: str
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Date"] = by, to, subject, format_datetime(at)
    if message_id:
        message["Message-ID"] = message_id
    for name, value in headers.items():
        message[name] = value
    message.set_content(text)
    return message.as_bytes().replace(b"\n", b"\r\n")
