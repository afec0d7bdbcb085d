"""What a rule can ask about a mail."""

from datetime import UTC, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from mailbot.core.deadlines import Calendar
from mailbot.core.events import Received
from mailbot.core.message import Address, Assessment, Attachment, ComplaintType, MailKind, Message, Reading
from mailbot.core.rules.fields import MAIL, Fields, Incoming
from mailbot.core.rules.values import COUNT

CALENDAR = Calendar(ZoneInfo("Europe/Tallinn"), dict.fromkeys(range(5), ((time(9), time(17)),)))
PHOTO = Attachment("door.jpg", "image/jpeg", 5, "00", inline=False)


def incoming(**assessed: object) -> Incoming:
    message = Message(
        message_id=None,
        date=None,
        from_=Address("Liis", "Liis@Customer.example"),
        reply_to=(),
        to=(),
        cc=(),
        references=(),
        subject="Parcel",
        text="Whole text",
        html=None,
        attachments=(PHOTO,),
    )
    reading = Reading(
        message=message,
        kind=MailKind.HUMAN,
        kind_reason="",
        reply_text="New text",
        reply_html=None,
        spans=(),
        language="et",
        language_certain=True,
        assessment=Assessment(**assessed),
    )
    mail = Received(
        reading=reading,
        sender=message.from_,
        mailbox="support",
        received_at=datetime(2026, 11, 3, 8, 0, tzinfo=UTC),
        authenticated=False,
    )
    return Incoming(mail=mail, calendar=CALENDAR, earlier_cases=2)


def test_a_mail_has_every_field_that_the_interface_names() -> None:
    facts = MAIL.facts(incoming(type=ComplaintType.BILLING, amount=Decimal("12.345"), currency="EUR"))
    assert str(facts.pop("amount")) == "12.35 EUR"
    assert facts == {
        "is_complaint": False,
        "type": "billing",
        "demanded_remedy": "none",
        "severity": "low",
        "threat": "none",
        "safety": False,
        "repeat": False,
        "order_number": None,
        "language": "et",
        "subject": "Parcel",
        "text": "New text",
        "sender": "Liis@Customer.example",
        "sender_domain": "customer.example",
        "mailbox": "support",
        "kind": "human",
        "business_hours": True,
        "attachments": 1,
        "attachments.names": ("door.jpg",),
        "attachments.types": ("image/jpeg",),
        "customer.cases": 2,
    }


def test_a_sum_without_currency_is_missing() -> None:
    assert MAIL.facts(incoming(amount=Decimal(5)))["amount"] is None


def test_every_field_is_documented() -> None:
    assert all(field.doc for field in MAIL.values())


def test_a_new_field_is_one_function() -> None:
    fields: Fields[Incoming] = Fields()

    @fields.add(COUNT)
    def words(mail: Incoming) -> int:
        """How many words the subject has."""
        return len(mail.mail.reading.message.subject.split())

    assert fields.facts(incoming()) == {"words": 1}
    assert fields["words"].doc == "How many words the subject has."
