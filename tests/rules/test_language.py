"""Whether the language says what organisations' policies say: whole policies as rules, tried on mails."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mailbot.core.case import Priority, State
from mailbot.core.message import Address, Attachment, ComplaintType, MailKind, Sentiment, Severity, Survey, Threat
from mailbot.core.rules.engine import consider, evaluate
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.incoming import CaseBefore, Customer, Incoming, MailEvent
from mailbot.core.team import Member, Role, Team
from mailbot.reading.mentions import Mentions
from mailbot.settings.rulebook import RuleBook, load_rule_book
from mailbot.yaml_file import read_yaml
from tests.rules.mails import TUESDAY, case, incoming

LANGUAGES = ("en", "et", "sl", "ru", "fa")
FOLDER = Path(__file__).parent / "statements"
FILES = ("courier", "shop", "telecom")
STATEMENTS = [rule for file in FILES for rule in read_yaml(FOLDER / f"{file}.yaml").data["rules"]]
SCHEDULES = read_yaml(FOLDER / "schedules.yaml").data["schedules"]
TEAM = Team(
    (
        Member(name="Jaan Kask", address="jaan@acme.example", role=Role.AGENT, teams=("quality", "service")),
        Member(name="Ana Novak", address="ana@acme.example", role=Role.LEAD, teams=("logistics", "billing")),
    )
)
PHOTO = (Attachment("door.jpg", "image/jpeg", 5, "00", inline=False),)
CLAIM = (Attachment("Claim.pdf", "application/pdf", 5, "00", inline=False),)
NONE: tuple[Attachment, ...] = ()


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    folder = tmp_path_factory.mktemp("rules")
    for source in FOLDER.rglob("*.*"):
        target = folder / source.relative_to(FOLDER)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(source.read_bytes())
    (folder / "vocabulary").mkdir()
    for language in LANGUAGES:
        (folder / "vocabulary" / f"{language}.yaml").write_text("complaint: [late]\n")
    return load_rule_book(folder, team=TEAM, languages=LANGUAGES)


def says(text: str, *languages: str) -> dict[str, Any]:
    return {"mentions": Mentions(text, languages or ("en",))}


def mail(**parts: Any) -> dict[str, Any]:
    return {"message": parts}


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def past(*days: int, **values: Any) -> dict[str, Any]:
    cases = tuple(case(id=n, opened_at=TUESDAY - timedelta(days=day), **values) for n, day in enumerate(days))
    return {"customer": Customer(cases=cases)}


def reply(kind: MailEvent = MailEvent.REPLY, *, messages: int = 2, **values: Any) -> dict[str, Any]:
    return {"event": kind, "before": CaseBefore(case=case(**values), messages=messages)}


LATE, LOST, BROKEN = ComplaintType.LATE_DELIVERY, ComplaintType.NON_DELIVERY, ComplaintType.DEFECTIVE_GOODS
EUR = {"currency": "EUR"}
MANY = past(*range(10, 60, 10))

# The beginning of each statement, mails to which it applies, and mails to which it does not.
TRIED: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "Parcels that are late": ([{"type": LATE}, {"type": LOST}], [{"type": BROKEN}, {"type": LATE} | reply()]),
    "A parcel marked delivered": (
        [
            {"type": LOST, **says("It says: delivered.")},
            {"type": LOST, **says("پیام «تحویل داده شد» آمد", "fa")},
            {"type": LOST, **says("Статус: доставлена", "ru")},
        ],
        [{"type": LATE, **says("delivered late")}, {"type": LOST, **says("It is lost")}],
    ),
    "From 1 December": (
        [{"type": LATE, "at": at(2026, 12, 1)}, {"type": LATE, "at": at(2027, 1, 6, 12)}],
        [{"type": LATE, "at": at(2026, 11, 30)}, {"type": LOST, "at": at(2026, 12, 24)}],
    ),
    "Key accounts": ([{"order_number": "k-7790"}, {"order_number": "A-10293"}], [{"order_number": "A-1"}, {}]),
    "Whoever writes of a dog bite": ([{"safety": True}, says("Your dog bites!")], [says("Your cat bit"), {}]),
    "Live animals": (
        [says("my medicines"), says("rohi ja ravimeid", "et"), says("brez zdravil", "sl"), says("лекарства", "ru")],
        [says("my shoes")],
    ),
    "Claims between 50": (
        [{"amount": Decimal(50), **EUR, **mail(attachments=NONE)}],
        [
            {"amount": Decimal(50), **EUR},
            {"amount": Decimal(201), **EUR, **mail(attachments=NONE)},
            {"amount": Decimal(60), "currency": "USD", **mail(attachments=NONE)},
        ],
    ),
    "Above 200 EUR": (
        [{"amount": Decimal(201), **EUR}, {"amount": Decimal(221), "currency": "USD"}],
        [{"amount": Decimal(200), **EUR}, {"amount": Decimal(999), "currency": "GBP"}, {}],
    ),
    "No order number": ([{"type": LATE}], [{"type": LATE, "order_number": "A-1"}, {"type": BROKEN}]),
    "Three lost parcels": (
        [{"type": LOST, **past(5, 80, type=LOST)}],
        [{"type": LOST, **past(5, 95, type=LOST)}, {"type": LOST, **past(5, 6, type=LATE)}, {"type": LOST}],
    ),
    "Mail in the night": (
        [{"at": at(2026, 11, 3, 21)}, {"at": at(2026, 11, 7, 10)}, {"at": at(2026, 11, 3, 3)}],
        [{"at": at(2026, 11, 3, 12)}],
    ),
    "Authorities and partners": (
        [{"sender": "a@tax.gov.example"}, {"sender": "a@Partner.example"}],
        [{"sender": "a@gov.example"}, {}],
    ),
    "A form on our site": ([{"kind": MailKind.WEB_FORM}], [{}, {"kind": MailKind.WEB_FORM, "order_number": "A"}]),
    "Persian letters": ([{"language": "fa"}], [{}]),
    "A customer who waits": (
        [reply(state=State.OPEN, opened_at=at(2026, 10, 28, 8))],
        [
            reply(state=State.OPEN, opened_at=at(2026, 10, 31, 8)),
            reply(state=State.WAITING, opened_at=at(2026, 10, 1)),
            {},
        ],
    ),
    "Broken goods": ([{"type": BROKEN}], [{}]),
    "A defect with a picture": ([{"type": BROKEN}], [{"type": BROKEN, **mail(attachments=NONE)}]),
    "Without a picture": ([{"type": BROKEN, **mail(attachments=NONE)}], [{"type": BROKEN}]),
    "In black week": ([], [{"at": at(2026, 11, 24), "amount": Decimal(20), **EUR}]),
    "Whoever had goodwill": ([MANY], [past(100, 200, 400), {}]),
    "New customers": ([{"is_complaint": True}], [{}, {"is_complaint": True, **MANY}]),
    "Who was content": (
        [{"is_complaint": True, "customer": Customer(rating=5)}],
        [{"is_complaint": True, "customer": Customer(rating=3)}, {"is_complaint": True}],
    ),
    "Abuse": ([says("You idiots"), says("bastards")], [says("idyll"), says("a bastard file")]),
    "Senders on the list of trolls": ([{"sender": "X@Spam.example"}], [{"sender": "x@mail.example"}]),
    "Mail that another filter": (
        [mail(headers={"x-spam-score": ("7.2",)}), mail(headers={"x-spam-flag": ("YES",)})],
        [mail(headers={"x-spam-score": ("-1.0",)}), mail(headers={"x-spam-score": ("high",)}), {}],
    ),
    "Marked as important": (
        [mail(headers={"x-priority": ("1 (Highest)",)}) | {"authenticated": True}],
        [mail(headers={"x-priority": ("1",)}), {"authenticated": True}],
    ),
    "A mail of fewer": ([{"is_complaint": True}], [{}, {"is_complaint": True, "text": "a b c d e"}]),
    "The press": ([{"threat": Threat.PRESS_SOCIAL}, says("журналисты", "ru"), says("novinarju", "sl")], [{}]),
    "Letters of lawyers": (
        [{"threat": Threat.LEGAL}, {"sender": "a@law.example"}, mail(attachments=CLAIM)],
        [{}],
    ),
    "A threat that comes only": (
        [reply() | {"threat": Threat.LEGAL}],
        [reply(tags=("threat",)) | {"threat": Threat.LEGAL}, reply(), {"threat": Threat.LEGAL}],
    ),
    "Bills are for billing": ([{"type": ComplaintType.BILLING}, says("arvega", "et"), says("bills")], [{}]),
    "An outage in business": ([says("The internet is down again")], [says("down with the internet"), {}]),
    "The duty officer": ([says("an outage") | {"at": at(2026, 11, 3, 20)}], [says("an outage")]),
    "An emergency number": ([says("I could not dial 112"), says("emergency calls")], [says("1123")]),
    "A second letter": ([{"repeat": True}, past(13, type=ComplaintType.OTHER)], [past(15), {}]),
    "A regulator in copy": ([mail(cc=(Address("", "info@TTJA.ee"),))], [{}]),
    "Whoever wrote to complaints": ([mail(to=(Address("", "Complaints@acme.example"),))], [{}]),
    "A dissatisfied answer": (
        [reply() | {"survey": Survey(1, Sentiment.DISSATISFIED, wants_reopen=False)}],
        [reply() | {"survey": Survey(None, Sentiment.DISSATISFIED, wants_reopen=False)}, reply(), {}],
    ),
    "A case opened again": (
        [reply(MailEvent.REOPENED)],
        [reply(MailEvent.REOPENED, opened_at=at(2026, 10, 2)), reply()],
    ),
    "The fourth mail": ([reply(messages=6)], [reply(messages=5), reply(messages=6, priority=Priority.HIGH)]),
    "Somebody with two open": ([past(3)], [past(3, state=State.CLOSED), {}]),
    "Friday afternoon": (
        [{"severity": Severity.HIGH, "at": at(2026, 11, 6, 12)}],
        [{"severity": Severity.LOW, "at": at(2026, 11, 6, 12)}, {"severity": Severity.HIGH, "at": at(2026, 11, 6, 16)}],
    ),
    "A new tariff": ([says("your new tariffs")], [says("your new tariffs") | {"at": at(2026, 10, 1)}]),
}  # fmt: skip


def test_every_statement_is_tried() -> None:
    names = [rule["rule"] for rule in STATEMENTS]
    assert len(names) >= 40
    assert [name for name in names if sum(map(name.startswith, TRIED)) != 1] == []


@pytest.mark.parametrize("statement", TRIED)
def test_a_statement_applies_to_the_mails_that_it_means_and_to_no_other(book: RuleBook, statement: str) -> None:
    yes, no = TRIED[statement]
    found = [[_matches(book, statement, known) for known in mails] for mails in (yes, no)]
    assert found == [[True] * len(yes), [False] * len(no)]


def _matches(book: RuleBook, statement: str, known: dict[str, Any]) -> bool:
    facts = MAIL.facts(_incoming(dict(known)))
    trace = evaluate(book.rules, facts)
    assert consider(book.index, facts).decisions == trace.decisions
    return next(rule.matched for rule in trace.rules if rule.name.startswith(statement))


def _incoming(known: dict[str, Any]) -> Incoming:
    sender, kind, language = (known.pop(key, None) for key in ("sender", "kind", "language"))
    text, proven = known.pop("text", None), known.pop("authenticated", None)
    new = incoming(known.pop("at", TUESDAY), **known)
    reading = replace(
        new.mail.reading,
        kind=kind or new.mail.reading.kind,
        language=language or "et",
        reply_text=text or new.mail.reading.reply_text,
    )
    sent_by = Address("", sender) if sender else new.mail.sender
    return replace(new, mail=replace(new.mail, reading=reading, sender=sent_by, authenticated=bool(proven)))
