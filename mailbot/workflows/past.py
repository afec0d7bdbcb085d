"""Mails of the past as rules see them: what was known at their time, and what they say when they are read again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from mailbot.core.case import PRIORITY_OF_SEVERITY, Author, Case, CaseMessage, Direction, Priority, State, TimelineEntry
from mailbot.core.classify import correspondent
from mailbot.core.events import Received
from mailbot.core.message import ComplaintType, Reading, Severity
from mailbot.core.rules.conditions import Facts
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.incoming import CaseBefore, Customer, Incoming, MailEvent
from mailbot.core.rules.recorded import Recalled
from mailbot.reading.hints import Hints
from mailbot.reading.mentions import mentions_of
from mailbot.store.database import Transaction
from mailbot.workflows import arrivals, gather
from mailbot.workflows.runtime import Runtime

_AT_REST = frozenset({State.RESOLVED, State.CLOSED})
_MOST_CASES = 50
_BY_VOCABULARY = frozenset(
    {
        "is_complaint",
        "type",
        "demanded_remedy",
        "severity",
        "threat",
        "safety",
        "repeat",
        "order_number",
        "amount",
    }
)
"""The fields that another vocabulary would fill otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastMail:
    """One mail of a customer, the case as it was before it, and what the rules noted then (None: none were tried)."""

    case: Case
    before: Case
    earlier: int
    message: CaseMessage
    event: MailEvent
    note: TimelineEntry | None

    @property
    def decisions(self) -> Sequence[Mapping[str, Any]] | None:
        """What was decided then, overridden and shadow decisions among it; None where nobody wrote that down."""
        found: Any = self.note.data.get("decisions") if self.note else None
        return found if isinstance(found, list) else None

    @property
    def record(self) -> Mapping[str, Any]:
        """The facts that were written down."""
        found: Any = self.note.data.get("facts") if self.note else None
        return found if isinstance(found, dict) else {}


_REPAIRED = frozenset({"merged", "split", "moved"})


def past_mails(tx: Transaction, case: Case) -> Iterator[PastMail]:
    """The customer's mails in a case, oldest first. Each message stands in the timeline once, in the same order; after
    messages came from another case or went there, or lines were erased, this no longer holds, and nothing is told."""
    messages, timeline = tx.cases.messages(case.id), tx.cases.timeline(case.id)
    if any(entry.event in _REPAIRED or entry.is_erased for entry in timeline):
        return
    before, number = _as_opened(case, timeline), -1
    for head, rest in _chapters(timeline):
        if head is not None:
            number += 1
        if head is not None and number < len(messages) and _is_customers(messages[number]):
            yield PastMail(
                case=case,
                before=before,
                earlier=number,
                message=messages[number],
                event=_event(number, before, rest),
                note=next((entry for entry in rest if entry.event == "rules"), None),
            )
        before = _after(before, rest)


def _chapters(
    timeline: Sequence[TimelineEntry],
) -> Iterator[tuple[TimelineEntry | None, Sequence[TimelineEntry]]]:
    """Each message, with all that happened until the next one."""
    starts = [place for place, entry in enumerate(timeline) if entry.event == "message"]
    yield None, timeline[: starts[0]] if starts else timeline
    for start, end in zip(starts, [*starts[1:], len(timeline)], strict=True):
        yield timeline[start], timeline[start + 1 : end]


def _is_customers(message: CaseMessage) -> bool:
    return message.direction is Direction.IN and message.role is Author.CUSTOMER and message.raw_sha256 is not None


def _event(number: int, before: Case, rest: Sequence[TimelineEntry]) -> MailEvent:
    if number == 0:
        return MailEvent.OPENED
    opened_again = any(entry.event == "state" and _word(entry) == State.OPEN for entry in rest)
    return MailEvent.REOPENED if before.state in _AT_REST and opened_again else MailEvent.REPLY


def _as_opened(case: Case, timeline: Sequence[TimelineEntry]) -> Case:
    facts: Any = next((entry.data.get("facts") for entry in timeline if entry.event == "rules"), None) or {}
    severity = Severity(facts.get("severity", case.severity))
    priority = PRIORITY_OF_SEVERITY[severity]
    return replace(case, state=State.NEW, team=None, assignee=None, tags=(), severity=severity, priority=priority)


def _after(case: Case, entries: Sequence[TimelineEntry]) -> Case:
    for entry in entries:
        if step := _STEPS.get(entry.event):
            case = step(case, _word(entry))
    return case


def _word(entry: TimelineEntry) -> str:
    """The value in a line of the timeline, which the reason follows."""
    return entry.detail.partition(": ")[0]


_STEPS: Mapping[str, Callable[[Case, str], Case]] = {
    "state": lambda case, word: replace(case, state=State(word)),
    "team": lambda case, word: replace(case, team=word),
    "assignee": lambda case, word: replace(case, assignee=None if word == "nobody" else word),
    "priority": lambda case, word: replace(case, priority=Priority(word)),
    "severity": lambda case, word: replace(case, severity=Severity(word)),
    "type": lambda case, word: replace(case, type=ComplaintType(word)),
    "tag": lambda case, word: replace(case, tags=(*case.tags, word)),
}


def corrected_type(tx: Transaction, past: PastMail) -> ComplaintType | None:
    """The type that a member gave the case that this mail opened, if one did: they have read the mail."""
    if past.event is not MailEvent.OPENED:
        return None
    given = [e for e in tx.cases.timeline(past.case.id) if e.event == "type" and e.rule is None]
    return ComplaintType(_word(given[-1])) if given else None


def read_again(tx: Transaction, runtime: Runtime, past: PastMail) -> Reading:
    """The mail by the readers of this desk; raises as they do."""
    mailbox = gather.desk_of(runtime, past.case, runtime.config.mailboxes[0])
    hints = Hints(default_language=mailbox.language, our_addresses=runtime.config.our_addresses)
    raw = tx.ledger.raw(past.message.raw_sha256 or "")
    return arrivals.with_what_we_know(tx, runtime, mailbox, runtime.behaviour.readers.read(raw, hints))


def facts_again(tx: Transaction, runtime: Runtime, past: PastMail, reading: Reading) -> Facts:
    """The facts of the mail as it is read now, in the case as it was, with the customer as known before it."""
    row = tx.ledger.get(past.message.ledger_id) if past.message.ledger_id is not None else None
    arrived = row.arrived_at if row else past.message.at
    mail = Received(
        reading=reading,
        sender=correspondent(reading),
        mailbox=past.case.mailbox,
        received_at=arrived,
        authenticated=bool(past.record.get("authenticated")),
    )
    others = tx.cases.history(past.case.customer.key, other_than=past.case.id, limit=_MOST_CASES)
    incoming = Incoming(
        mail=mail,
        calendar=runtime.desk.calendar,
        customer=Customer(cases=tuple(case for case in others if case.opened_at < arrived)),
        mentions=mentions_of(reading, runtime.desk.languages),
        event=past.event,
        before=None if past.event is MailEvent.OPENED else CaseBefore(case=past.before, messages=past.earlier),
    )
    return MAIL.facts(incoming)


def facts_of_then(runtime: Runtime, past: PastMail, again: Facts) -> Facts:
    """The facts on which the mail was decided: those written down, and the words of the mail itself."""
    return Recalled(past.record, MAIL, runtime.desk.calendar, again) if past.record else again


class ReadWhenAsked(Mapping[str, object]):
    """The facts of a mail as it is read now; it is read when the first of them is asked for, and that may raise."""

    def __init__(self, tx: Transaction, runtime: Runtime, past: PastMail) -> None:
        self._tx, self._runtime, self._past = tx, runtime, past

    @cached_property
    def _facts(self) -> Facts:
        return facts_again(self._tx, self._runtime, self._past, read_again(self._tx, self._runtime, self._past))

    def __getitem__(self, name: str) -> object:
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


class TriedAgain(Mapping[str, object]):
    """Facts to try other rules on: the mail is read anew, since its vocabulary is part of the rules that are tried.

    What was known of customers and orders at its time is taken from the record, and a member's word counts most.
    """

    def __init__(self, then: Facts, again: Facts, corrected: ComplaintType | None) -> None:
        self._then, self._again = then, again
        self._corrected: Mapping[str, object] = {"type": corrected} if corrected else {}

    def __getitem__(self, name: str) -> object:
        if name in self._corrected:
            return self._corrected[name]
        return (self._again if name in _BY_VOCABULARY else self._then)[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._then)

    def __len__(self) -> int:
        return len(self._then)
