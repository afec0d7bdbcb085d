"""Mails for rules to be tried on, as data."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from mailbot.core.case import Case
from mailbot.core.deadlines import Calendar
from mailbot.core.events import Received
from mailbot.core.message import Address, Assessment, Attachment, MailKind, Message, Reading
from mailbot.core.rules.fields import Incoming

CALENDAR = Calendar(ZoneInfo("Europe/Tallinn"), dict.fromkeys(range(5), ((time(9), time(17)),)))
PHOTO = Attachment("door.jpg", "image/jpeg", 5, "00", inline=False)
LIIS = Address("Liis", "Liis@Customer.example")
TUESDAY = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)

_MESSAGE = Message(
    message_id=None,
    date=None,
    from_=LIIS,
    reply_to=(),
    to=(Address("", "support@acme.example"),),
    cc=(),
    references=(),
    subject="Parcel",
    text="Whole text",
    html=None,
    attachments=(PHOTO,),
)


def reading(*, message: dict[str, Any] | None = None, **assessed: object) -> Reading:
    return Reading(
        message=replace(_MESSAGE, **(message or {})),
        kind=MailKind.HUMAN,
        kind_reason="",
        reply_text="New text",
        reply_html=None,
        spans=(),
        language="et",
        language_certain=True,
        assessment=Assessment(**assessed),
    )


def received(at: datetime = TUESDAY, **parts: Any) -> Received:
    return Received(reading=reading(**parts), sender=LIIS, mailbox="support", received_at=at, authenticated=False)


def incoming(at: datetime = TUESDAY, **known: Any) -> Incoming:
    """A mail by Liis; `known` are parts of `Incoming`, of the message or of the assessment."""
    own = {key: known.pop(key) for key in tuple(known) if key in Incoming.__dataclass_fields__}
    return Incoming(**({"mail": received(at, **known), "calendar": CALENDAR} | own))


def case(**values: object) -> Case:
    fixed = {
        "id": 1,
        "number": "AP-10001",
        "token": "t",
        "mailbox": "support",
        "subject": "Broken",
        "customer": LIIS,
        "language": "et",
        "opened_at": datetime(2026, 11, 2, 8, 0, tzinfo=UTC),
    }
    return Case(**(fixed | values))
