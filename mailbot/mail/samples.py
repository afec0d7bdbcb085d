"""Invented cases with which every template is tried and shown: one with all values, one with as few as can be."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

from mailbot.core.amounts import Calculation
from mailbot.core.compensation import Approval, Law, OfferKind, Option, Policy, Share, TimeLimit, proposals
from mailbot.core.details import DETAILS
from mailbot.core.fact_lines import FactLine, customer_values
from mailbot.core.letters import Block, CommandAddress, LetterKind, Link, Ltr
from mailbot.core.lookup import Column, ColumnKind
from mailbot.core.message import Attachment
from mailbot.core.money import Money, Sums
from mailbot.core.offer_lines import GivenLine, PromiseLine
from mailbot.core.periods import Period
from mailbot.core.problem import Sample
from mailbot.core.proposal_lines import NO_OFFERS, offer_values
from mailbot.core.recurrence import ClusterKind
from mailbot.core.recurrence_values import AgainLine, ClusterLine
from mailbot.core.spending import Repeated
from mailbot.core.team import Member, Role, Team

_LAST_YEAR = datetime(2025, 11, 3, 10, 5, tzinfo=UTC)
_MONDAY = datetime(2026, 3, 9, 7, 42, tzinfo=UTC)
_TUESDAY = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
_THURSDAY = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)

_WORDS = Block(
    "Hello,\n\nI ordered with next-day delivery and the parcel took five days. The birthday was over.\n"
    "I would like the delivery fee back.\n\nLiis Kask",
    "<p>Hello,</p><p>I ordered with <b>next-day delivery</b> and the parcel took five days. The birthday was over.<br>"
    "I would like the delivery fee back.</p><p>Liis Kask</p>",
)
_ANSWER = Block(
    "Dear Liis,\n\nyou paid for one day and waited five. I am sorry about that and about the birthday.\n"
    "The fee of 9.90 EUR will be back on your account by Thursday."
)
_PHOTO = Attachment("parcel.jpg", "image/jpeg", 2_411_000, "", inline=False)
_VIDEO = Attachment("damage.mp4", "video/mp4", 31_870_000, "", inline=False)
_REF = Ltr("[ref:n5wk2t7c9q4x8z3v6b1m0d5f2h7j4k8a]")

_DEADLINES = (
    SimpleNamespace(kind="first_answer", due_at=_TUESDAY, passed=True),
    SimpleNamespace(kind="resolution", due_at=_THURSDAY, passed=False),
)

_EVERY: Mapping[str, object] = {
    "organisation": "Acme Parcels",
    "desk": "Acme Support",
    "case_number": Ltr("AP-10234"),
    "original_subject": "Five days for a next-day parcel",
}
_FIVE, _FIFTY = (Sums((Money(Decimal(sum_), "EUR"),)) for sum_ in (5, 50))
_LEAD = Member(name="Ana Novak", address="ana@acme.example", role=Role.LEAD, authority={"any": Sums.parse(["500 EUR"])})
_AGENT = Member(name="Mari Tamm", address="mari@acme.example", role=Role.AGENT, authority={"refund": _FIFTY})
_OTHER_LEAD = Member(name="Jaan Kuusk", address="jaan@acme.example", role=Role.LEAD, authority=_LEAD.authority)
_TWO, _THREE = Approval(Sums.parse(["20 EUR"]), people=2), Approval(_FIVE, people=3)
_FIFTH, _HALF = map(Calculation.parse, ("min(order.total * 20 %, 45 EUR)", "order.total / 2"))
_RIGHT = Law("VÕS § 222", TimeLimit(Period(2, "years"), "purchase"))
_POLICY = Policy(
    (
        Option(kind=OfferKind.REFUND, amount=Share(Decimal(50), "disputed"), law=_RIGHT),
        Option(kind=OfferKind.REPAIR, law=Law("VÕS § 222", TimeLimit(Period(2, "years")))),
        Option(kind=OfferKind.COMPENSATION, amount=_FIVE, per_day=True, at_most=_FIFTY, before_cause=True),
        Option(kind=OfferKind.REFUND, amount=Share(Decimal("12.5"), "order"), at_most=_FIFTY, before_cause=True),
        Option(kind=OfferKind.DISCOUNT, amount=_FIVE, per_day=True, at_most=Share(Decimal(100), "order"), law=_RIGHT),
        Option(kind=OfferKind.GIFT, at_most=_FIFTY, once_per=Period(12, "months"), before_cause=True),
        Option(kind=OfferKind.APOLOGY),
        Option(kind=OfferKind.VOUCHER, amount=_FIFTY),
        Option(kind=OfferKind.REFUND, amount=_FIFTH, at_most=_HALF, approval=_TWO, before_cause=True),
        Option(kind=OfferKind.REFUND, amount=_FIFTY, approval=_TWO, before_cause=True),
        Option(kind=OfferKind.REFUND, at_most=_FIFTY, approval=_THREE, before_cause=True),
        Option(kind=OfferKind.REPLACEMENT, approval=_THREE, before_cause=True),
    )
)
_FACTS = {
    "amount": Money(Decimal("9.90"), "EUR"),
    "order.purchased_on": _LAST_YEAR.date(),
    "customer.goodwill_on": _LAST_YEAR.date(),
}
_PROPOSED = proposals(_POLICY, _FACTS, on=_MONDAY.date(), cause=None)
_OFFERS = offer_values(_PROPOSED, _AGENT, Team((_AGENT, _LEAD, _OTHER_LEAD)), policy="late-parcel")
_WITH_SUM = (OfferKind.REFUND, OfferKind.DISCOUNT, OfferKind.COMPENSATION, OfferKind.VOUCHER, OfferKind.GIFT)
_BARE: Mapping[str, object] = {**_EVERY, "case_number": None, "original_subject": ""}

_HISTORY = (
    SimpleNamespace(
        number=Ltr("AP-10102"),
        state="closed",
        type="wrong_item",
        opened_at=_LAST_YEAR,
        subject="Not my shoes",
        sign="joined",
    ),
)
_AGAIN = AgainLine(2, _LAST_YEAR, (Money(Decimal("10.00"), "EUR"), Money(Decimal("25.00"), "GBP")))
_CLUSTERS = tuple(ClusterLine(kind.value, 7, _MONDAY, (Ltr("AP-10230"), Ltr("AP-10231"))) for kind in ClusterKind)
_GIVEN = (
    GivenLine(Ltr("AP-10102"), "voucher", Money(Decimal("10.00"), "EUR"), _LAST_YEAR.date(), "fulfilled"),
    GivenLine(Ltr("AP-10177"), "free_delivery", None, _LAST_YEAR.date(), "declined"),
)
_PROMISES = tuple(
    PromiseLine(
        number=number,
        remedy=kind.value,
        amount=Money(Decimal("15.00"), "EUR") if kind in _WITH_SUM else None,
        state="offered" if number > 1 else "proposed",
        on=_THURSDAY.date() if kind is not OfferKind.APOLOGY else None,
        law=None,
        by="Mari Tamm",
        waits=number == 1,
    )
    for number, kind in enumerate(OfferKind, 1)
)
_MAIL_TO = CommandAddress(Ltr("support+n5wk2t7c9q4x8z3v6b1m0d5f2h@acme.example"), Ltr(""))
_DRAFT: Mapping[str, object] = {
    "is_complaint": True,
    "type": "late_delivery",
    "remedy": "refund",
    "order_number": Ltr("A-10293"),
    "amount": Money(Decimal("9.90"), "EUR"),
    "safety": True,
    "repeat": True,
    "answer_by": _THURSDAY,
    "corrective": "The depot now works on Saturdays too.",
}

FULL: Mapping[LetterKind, Mapping[str, object]] = {
    LetterKind.ACKNOWLEDGEMENT: {
        **_EVERY,
        "is_complaint": True,
        "channel": "phone",
        "type": "late_delivery",
        "remedy": "refund",
        "order_number": Ltr("A-10293"),
        "amount": Money(Decimal("9.90"), "EUR"),
        "missing": tuple(DETAILS),
        "looked_up": {},
        "out_of_hours": True,
        "next_open": _TUESDAY,
        "answer_by": _THURSDAY,
        "written_answer_by": _THURSDAY,
        "late": True,
        "received_at": _MONDAY,
        "safety": True,
        "shipped_languages": ("en", "et", "sl", "ru", "fa"),
    },
    LetterKind.NOTIFICATION: {
        **_EVERY,
        "news": "reopened",
        "customer": "Liis Kask",
        "customer_address": Ltr("liis.kask@mail.example"),
        "complaint": _WORDS,
        "type": "late_delivery",
        "severity": "high",
        "priority": "high",
        "remedy": "refund",
        "threat": "authority",
        "safety": True,
        "repeat": True,
        "doubts": ("type", "severity"),
        "language": "en",
        "order_number": Ltr("A-10293"),
        "amount": Money(Decimal("9.90"), "EUR"),
        "state": "open",
        "team": "logistics",
        "assignee": "Mari Tamm",
        "deadlines": _DEADLINES,
        "reasons": ("late parcel goes to logistics: type is late_delivery (“took five days”)",),
        "cause": "The depot in Tartu was closed",
        "problem": "winter-storm-2026",
        "problem_is": "depots closed from 3 to 6 January",
        "on_hold": "a lawyer writes",
        "advice": ("Offer a call before anything else", "Ask the depot in Tartu"),
        "facts": (
            FactLine("Total", "money", Money(Decimal("89.90"), "EUR")),
            FactLine("Status", "text", "in transit"),
            FactLine("Ordered on", "date", _LAST_YEAR.date()),
            FactLine("Parcels", "number", Ltr("2")),
            FactLine("Express", "flag", True),
            FactLine("Insured", "flag", False),
            FactLine("Segment", "text", None),
        ),
        **_OFFERS,
        "history": _HISTORY,
        "again": _AGAIN,
        "clusters": _CLUSTERS,
        "cc": (Ltr("jaan@mail.example"), Ltr("office@kask.example")),
        "left_out": (_VIDEO,),
        "attachments": (_PHOTO,),
        "sender": Ltr("liis@work.example"),
        "note": Block("She is a friend of the house.\nPlease be quick."),
        "note_by": "Jaan Kask",
        "offered": _PROMISES,
        "given": _GIVEN,
        "similar": _GIVEN,
        "prefers": "phone",
        "phone": Ltr("+372 5555 0123"),
        "draft": _ANSWER,
        "mail_to": _MAIL_TO,
        "ref": _REF,
        "late": True,
    },
    LetterKind.REFERRAL: {
        **_EVERY,
        "customer": "Liis Kask",
        "customer_address": Ltr("liis.kask@mail.example"),
        "complaint": _WORDS,
        "received_at": _MONDAY,
        "deadlines": _DEADLINES,
        "type": "late_delivery",
        "severity": "high",
        "threat": "authority",
        "safety": True,
        "order_number": Ltr("A-10293"),
        "amount": Money(Decimal("9.90"), "EUR"),
        "problem": "winter-storm-2026",
        "advice": ("The policy is number 7711",),
        "attachments": (_PHOTO,),
        "left_out": (_VIDEO,),
    },
    LetterKind.ANSWER: {**_EVERY, "body": _ANSWER, "agent": "Mari Tamm", "offers": _PROMISES, "draft": _DRAFT},
    LetterKind.RESOLUTION: {
        **_EVERY,
        "body": _ANSWER,
        "agent": "Mari Tamm",
        "offers": _PROMISES,
        "draft": _DRAFT,
        "corrective": "The depot in Tartu now works on Saturdays too.",
        "referral": Block("You can turn to the ombudsman within six months: ombudsman.example"),
    },
    LetterKind.REMINDER: {
        **_EVERY,
        "is_complaint": True,
        "channel": "mail",
        "asked_at": _MONDAY,
        "missing": tuple(DETAILS),
        "closes_on": _THURSDAY,
        "promised_at": _THURSDAY,
    },
    LetterKind.CLOSING: {**_EVERY, "is_complaint": True, "channel": "mail", "missing": tuple(DETAILS)},
    LetterKind.FOLLOW_UP: {
        **_EVERY,
        "resolved_at": _THURSDAY,
        "type": "late_delivery",
        "again": False,
        "answer_to": CommandAddress(_MAIL_TO.address, Ltr("[AP-10234]")),
    },
    LetterKind.THANKS: {**_EVERY, "content": True, "corrective": "The depot in Tartu now works on Saturdays too."},
    LetterKind.APOLOGY: {**_EVERY, "answer_by": _THURSDAY},
    LetterKind.REVIEW: {**_EVERY, "link": Link("https://reviews.example/acme-parcels?new")},
    LetterKind.STAGE: {**_EVERY, "type": "late_delivery", "answer_by": _THURSDAY},
    LetterKind.DELAY: {
        **_EVERY,
        "promised_at": _TUESDAY,
        "passed": False,
        "again": True,
        "answer_by": _THURSDAY,
    },
    LetterKind.RECEIPT: {
        **_EVERY,
        "done": (
            SimpleNamespace(command="assign", value="Mari Tamm"),
            SimpleNamespace(command="resolve", value=None),
        ),
        "wrong": (
            SimpleNamespace(line="#resovle", problem="unknown_command", suggestion="#resolve", is_guess=True),
            SimpleNamespace(line="#offer 7", problem="no_such_proposal", suggestion="1, 2", is_guess=False),
            SimpleNamespace(line="#assign Nobody", problem="unknown_person", suggestion=None, is_guess=True),
        ),
        "made": _PROMISES,
        "since": (SimpleNamespace(at=_TUESDAY, who="Jaan Kask", text=Block("I have called her.")),),
        "missing": ("whether the complaint is accepted or rejected",),
        "state": "waiting",
        "offered": _PROMISES,
        "phone": Ltr("+372 5555 0123"),
        "relayed_to": (Ltr("liis.kask@mail.example"), Ltr("jaan@mail.example")),
        "held": "internal_lines",
        "excerpt": _ANSWER,
        "status": SimpleNamespace(
            state="open",
            type="late_delivery",
            priority="high",
            team="logistics",
            assignee="Mari Tamm",
            opened_at=_MONDAY,
            customer=Ltr("liis.kask@mail.example"),
            messages=(
                SimpleNamespace(at=_MONDAY, who="Liis Kask", text="The parcel took five days."),
                SimpleNamespace(at=_TUESDAY, who="Mari Tamm", text="I am sorry."),
            ),
        ),
        "help": True,
        "deadlines": _DEADLINES,
        **_OFFERS,
    },
    LetterKind.CHALLENGE: {
        **_EVERY,
        "sender": Ltr("mari@elsewhere.example"),
        "excerpt": _ANSWER,
        "reason": "no_token",
        "ref": _REF,
    },
    LetterKind.NOTICE: {
        **_EVERY,
        "what": "send_failed",
        "detail": Block("550 5.1.1 mailbox unavailable"),
        "recipient": Ltr("liis.kask@mail.example"),
        "customer": "Liis Kask",
        "colleague": "Ana Novak",
        "repeated": Repeated("customer", 4),
        "offer": _PROMISES[0],
        "phone": Ltr("+372 5555 0123"),
        "ref": _REF,
    },
    LetterKind.APPROVAL: {
        **_EVERY,
        "agent": "Mari Tamm",
        "again": True,
        "number": 1,
        "remedy": "voucher",
        "amount": Money(Decimal("80.00"), "EUR"),
        "goodwill": True,
        "law": "VÕS § 222",
        "policy": "late-parcel",
        "people": 2,
        "approved_by": ("Ana Novak",),
        "answer": _ANSWER,
        "customer": "Liis Kask",
        "customer_address": Ltr("liis.kask@mail.example"),
        "complaint": _WORDS,
        "type": "late_delivery",
        "severity": "high",
        "threat": "authority",
        "safety": True,
        "order_number": Ltr("A-10293"),
        "order_amount": Money(Decimal("9.90"), "EUR"),
        "cause": "The depot in Tartu was closed",
        "history": _HISTORY,
        "given": _GIVEN,
        "similar": _GIVEN,
        "mail_to": _MAIL_TO,
        "ref": _REF,
    },
    LetterKind.COLLEAGUE: {
        **_EVERY,
        "code": "asks",
        "colleague": "Mari Tamm",
        "words_said": Block("May we pay her the taxi as well?"),
        "customer": "Liis Kask",
        "complaint": _WORDS,
        "type": "late_delivery",
        "state": "open",
        "offered": _PROMISES,
        "ref": _REF,
    },
    LetterKind.PROBLEM: {
        **_EVERY,
        "what": "preview",
        "problem": "late-depot",
        "problem_is": "the depot in Tartu is closed",
        "owner": "Ana Novak",
        "due_at": _THURSDAY,
        "done_at": _TUESDAY,
        "corrective": Block("The depot now works on Saturdays too."),
        "cases": _HISTORY,
        "more": 3,
        "readers": 23,
        "left_out": 2,
        "missing": ("et", "fa"),
        "samples": (
            Sample("en", 23, "Re: Five days for a next-day parcel", Block("Hello,\n\nthe depot is open again.")),
        ),
        "before": 12,
        "after": 1,
        "mail_to": _MAIL_TO,
        "ref": _REF,
    },
    LetterKind.IMPROVEMENT: {
        **_EVERY,
        "opened_at": _MONDAY,
        "type": "late_delivery",
        "improvement": Block("The depot now works on Saturdays too."),
    },
    LetterKind.DAILY_LIST: {
        **_BARE,
        "whole_team": True,
        "cases": (
            SimpleNamespace(
                number=Ltr("AP-10234"),
                subject="Five days for a next-day parcel",
                type="late_delivery",
                priority="high",
                state="open",
                assignee="Mari Tamm",
                due_at=_TUESDAY,
                passed=True,
                due_today=False,
                before_next=False,
            ),
            SimpleNamespace(
                number=Ltr("AP-10235"),
                subject="",
                type="billing",
                priority="normal",
                state="new",
                assignee=None,
                due_at=_THURSDAY,
                passed=False,
                due_today=True,
                before_next=True,
            ),
        ),
        "left_out": 3,
    },
    LetterKind.ALERT: {
        **_EVERY,
        "what": "imap_login",
        "mailbox": "support",
        "detail": Block("[AUTHENTICATIONFAILED] Invalid credentials"),
        "since": _MONDAY,
    },
}

MINIMAL: Mapping[LetterKind, Mapping[str, object]] = {
    LetterKind.ACKNOWLEDGEMENT: {
        **FULL[LetterKind.ACKNOWLEDGEMENT],
        **_BARE,
        "is_complaint": False,
        "type": "other",
        "remedy": "none",
        "order_number": None,
        "amount": None,
        "missing": (),
        "out_of_hours": False,
        "next_open": None,
        "answer_by": None,
        "written_answer_by": None,
        "late": False,
        "safety": False,
        "shipped_languages": (),
        "original_subject": None,
    },
    LetterKind.NOTIFICATION: {
        **FULL[LetterKind.NOTIFICATION],
        **_BARE,
        "news": "complaint",
        "complaint": Block(""),
        "remedy": "none",
        "threat": "none",
        "safety": False,
        "repeat": False,
        "doubts": (),
        "order_number": None,
        "amount": None,
        "team": None,
        "assignee": None,
        "deadlines": (),
        "reasons": (),
        "cause": None,
        "problem": None,
        "problem_is": None,
        "on_hold": None,
        "advice": (),
        "facts": (),
        **NO_OFFERS,
        "history": (),
        "again": None,
        "clusters": (),
        "cc": (),
        "left_out": (),
        "attachments": (),
        "sender": None,
        "note": None,
        "note_by": None,
        "offered": (),
        "given": (),
        "similar": (),
        "prefers": "mail",
        "phone": None,
        "draft": None,
        "mail_to": None,
        "late": False,
    },
    LetterKind.REFERRAL: {
        **FULL[LetterKind.REFERRAL],
        "original_subject": "",
        "complaint": Block(""),
        "deadlines": (),
        "threat": "none",
        "safety": False,
        "order_number": None,
        "amount": None,
        "problem": None,
        "advice": (),
        "attachments": (),
        "left_out": (),
    },
    LetterKind.ANSWER: {**FULL[LetterKind.ANSWER], **_BARE, "offers": (), "draft": None},
    LetterKind.RESOLUTION: {
        **FULL[LetterKind.RESOLUTION],
        **_BARE,
        "body": None,
        "offers": (),
        "draft": None,
        "corrective": None,
        "referral": None,
    },
    LetterKind.REMINDER: {
        **FULL[LetterKind.REMINDER],
        **_BARE,
        "is_complaint": False,
        "channel": "phone",
        "missing": ("photo",),
        "closes_on": None,
        "promised_at": None,
    },
    LetterKind.CLOSING: {**FULL[LetterKind.CLOSING], **_BARE, "is_complaint": False, "missing": ()},
    LetterKind.FOLLOW_UP: {**FULL[LetterKind.FOLLOW_UP], **_BARE, "again": True, "answer_to": None},
    LetterKind.THANKS: {**FULL[LetterKind.THANKS], **_BARE, "content": False, "corrective": None},
    LetterKind.APOLOGY: {**FULL[LetterKind.APOLOGY], **_BARE, "answer_by": None},
    LetterKind.REVIEW: {**FULL[LetterKind.REVIEW], **_BARE},
    LetterKind.STAGE: {**FULL[LetterKind.STAGE], **_BARE, "type": "other", "answer_by": None},
    LetterKind.DELAY: {**FULL[LetterKind.DELAY], **_BARE, "passed": True, "again": False},
    LetterKind.RECEIPT: {
        **FULL[LetterKind.RECEIPT],
        **_BARE,
        "done": (),
        "wrong": (),
        "made": (),
        "since": (),
        "missing": (),
        "state": None,
        "offered": (),
        "phone": None,
        "relayed_to": (),
        "held": None,
        "excerpt": None,
        "status": None,
        "deadlines": (),
        "help": False,
        **NO_OFFERS,
    },
    LetterKind.CHALLENGE: {**FULL[LetterKind.CHALLENGE], **_BARE, "sender": None, "excerpt": Block("")},
    LetterKind.NOTICE: {
        **FULL[LetterKind.NOTICE],
        **_BARE,
        "recipient": None,
        "detail": Block(""),
        "customer": None,
        "colleague": None,
        "repeated": None,
        "offer": None,
        "phone": None,
    },
    LetterKind.APPROVAL: {
        **FULL[LetterKind.APPROVAL],
        **_BARE,
        "again": False,
        "remedy": "replacement",
        "amount": None,
        "goodwill": False,
        "law": None,
        "policy": None,
        "people": 1,
        "approved_by": (),
        "answer": None,
        "complaint": None,
        "threat": "none",
        "safety": False,
        "order_number": None,
        "order_amount": None,
        "cause": None,
        "history": (),
        "given": (),
        "similar": (),
        "mail_to": None,
    },
    LetterKind.COLLEAGUE: {
        **FULL[LetterKind.COLLEAGUE],
        **_BARE,
        "code": "answers",
        "complaint": None,
        "offered": (),
    },
    LetterKind.PROBLEM: {
        **FULL[LetterKind.PROBLEM],
        **_BARE,
        "what": "check",
        "problem_is": None,
        "owner": None,
        "due_at": None,
        "done_at": None,
        "corrective": None,
        "more": 0,
        "readers": 0,
        "left_out": 0,
        "missing": (),
        "samples": (),
        "mail_to": None,
    },
    LetterKind.IMPROVEMENT: {**FULL[LetterKind.IMPROVEMENT], **_BARE, "type": "other", "improvement": None},
    LetterKind.DAILY_LIST: {**FULL[LetterKind.DAILY_LIST], "whole_team": False, "cases": (), "left_out": 0},
    LetterKind.ALERT: {**FULL[LetterKind.ALERT], **_BARE},
}

_FACTS_BY_KIND: Mapping[ColumnKind, object] = {
    ColumnKind.TEXT: "in transit",
    ColumnKind.NUMBER: 2,
    ColumnKind.MONEY: Money(Decimal("89.90"), "EUR"),
    ColumnKind.DATE: _LAST_YEAR.date(),
    ColumnKind.FLAG: True,
}


def looked_up(columns: Iterable[Column]) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """What templates to customers may use of these columns: with a value for each, and with none."""
    known = tuple(columns)
    facts = {column.name: _FACTS_BY_KIND[column.kind] for column in known}
    return {"looked_up": customer_values(known, facts)}, {"looked_up": customer_values(known, {})}


_NOTHING_KNOWN = {**MINIMAL[LetterKind.ACKNOWLEDGEMENT], "is_complaint": True}
_LITTLE_KNOWN = {**_NOTHING_KNOWN, "type": "late_delivery"}

CASES: Mapping[LetterKind, tuple[Mapping[str, object], ...]] = {
    **{kind: (FULL[kind], MINIMAL[kind]) for kind in LetterKind},
    LetterKind.ACKNOWLEDGEMENT: (
        FULL[LetterKind.ACKNOWLEDGEMENT],
        MINIMAL[LetterKind.ACKNOWLEDGEMENT],
        _NOTHING_KNOWN,
        _LITTLE_KNOWN,
    ),
    LetterKind.RESOLUTION: (
        FULL[LetterKind.RESOLUTION],
        MINIMAL[LetterKind.RESOLUTION],
        {**FULL[LetterKind.RESOLUTION], "draft": None},
    ),
    LetterKind.PROBLEM: (
        FULL[LetterKind.PROBLEM],
        MINIMAL[LetterKind.PROBLEM],
        *({**FULL[LetterKind.PROBLEM], "what": what} for what in ("yours", "near", "today", "late")),
        {**MINIMAL[LetterKind.PROBLEM], "what": "preview"},
    ),
}
