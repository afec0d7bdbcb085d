"""Looks up what rules and agents want to know of a mail's order and customer, before anything is locked for it.

Only what was asked for is looked up. What cannot be had is unknown, and the mail goes on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from mailbot.core.actions import Note
from mailbot.core.classify import correspondent
from mailbot.core.deadlines import Calendar
from mailbot.core.errors import MailbotError
from mailbot.core.lookup import By
from mailbot.core.message import Address, MailKind, Reading
from mailbot.core.rules.conditions import Facts
from mailbot.core.rules.recorded import as_json
from mailbot.core.rules.timing import OnDay
from mailbot.core.situation import Situation
from mailbot.log import get_logger
from mailbot.lookups.lookups import Found
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction
from mailbot.workflows import arrivals, gather
from mailbot.workflows.alert import alert, call
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.told import Told

log = get_logger(__name__)

_ASKS_FOR_FACTS = frozenset({MailKind.HUMAN, MailKind.WEB_FORM})


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What was found for one mail: facts by their fields, and those of them that are whose the mail's sender is."""

    facts: Facts = field(default_factory=dict)
    answers: tuple[Found, ...] = ()

    def of(self, person: Address) -> Facts:
        """The facts that this person may be told: those of rows that are theirs."""
        theirs = [found for found in self.answers if found.there and _belongs(found, person)]
        names = {c.name for found in theirs for c in found.lookup.columns if c.customer}
        return {name: fact for name, fact in self.facts.items() if name in names}

    def added_to(self, situation: Situation, person: Address) -> tuple[Situation, tuple[Note, ...]]:
        """The situation with these facts, and the line of the timeline that keeps what is new in it."""
        if not self.answers:
            return situation, ()
        facts = {**situation.looked_up, **self.facts}
        informed = replace(situation, looked_up=facts, theirs=self.of(person))
        if facts == situation.looked_up:
            return informed, ()
        said = "; ".join(_said(found) for found in self.answers)
        return informed, (Note(event=gather.LOOKED_UP, detail=said, data={"facts": as_json(facts)}),)


NOTHING = LookedUp()
"""Nothing was asked for."""


def look_up(runtime: Runtime, mailbox: Mailbox, reading: Reading, now: datetime) -> LookedUp:
    """What the sources say about this mail; takes no longer than the longest time-out, and never raises for them.

    Call it outside of any transaction.
    """
    asks = runtime.asks
    if not asks or reading.kind not in _ASKS_FOR_FACTS:
        return NOTHING
    with runtime.database.read() as tx:
        keys = _keys(tx, runtime, mailbox, reading)
    answers = runtime.lookups.find(keys, asks, now)
    facts = {name: fact for found in answers for name, fact in found.facts.items()}
    for found in answers:
        if found.problem:
            log.warning("lookup.failed", lookup=found.lookup.name, error=found.problem)
    _tell(runtime, now)
    return LookedUp(_as_seen(facts, now, runtime.desk.calendar), answers)


def _keys(tx: Transaction, runtime: Runtime, mailbox: Mailbox, reading: Reading) -> Mapping[str, str]:
    """By what this mail can be looked up. A member of the team writes about the customer's matters, not their own."""
    reading = arrivals.with_what_we_know(tx, runtime, mailbox, reading)
    case, by_us = arrivals.belongs_to(tx, runtime, reading)
    customer = case.customer if case else correspondent(reading)
    sender = customer if by_us else correspondent(reading)
    number = None if by_us else reading.assessment.order_number
    keys = {
        By.ORDER_NUMBER: number or (case.order_number if case else None),
        By.SENDER: sender.key,
        By.SENDER_DOMAIN: sender.domain.casefold(),
        By.CUSTOMER: customer.key,
    }
    return {by.value: key for by, key in keys.items() if key}


def _as_seen(facts: Facts, now: datetime, calendar: Calendar) -> Facts:
    return {name: OnDay(fact, now, calendar) if isinstance(fact, date) else fact for name, fact in facts.items()}


def _belongs(found: Found, person: Address) -> bool:
    """Whether the row is this person's: they are the key, or the row says so."""
    if found.owner is not None:
        return found.owner.casefold() == person.key
    return found.lookup.by in (By.SENDER, By.CUSTOMER) and found.key == person.key


def _said(found: Found) -> str:
    if found.problem:
        return ", ".join(c.name for c in found.lookup.columns) + f" unknown: {found.problem}"
    return f"{found.lookup.name} {found.key}: {'found' if found.there else 'not found'}"


def _tell(runtime: Runtime, now: datetime) -> None:
    """Tell the admins, once, of a source that has been failing for long."""
    mailbox = runtime.config.mailboxes[0]
    for trouble in runtime.lookups.troubles(now):
        detail = f"{trouble.name}: {trouble.why}"
        log.error("lookup.failing", lookup=trouble.name, error=trouble.why, since=trouble.since.isoformat())
        if not Told(runtime.database, mailbox.name).ours(f"lookup {trouble.name}", now):
            continue
        call(runtime, "lookup_failing", mailbox, detail)
        try:
            with runtime.database.begin() as tx:
                alert(tx, runtime, mailbox, "lookup_failing", detail, since=trouble.since, now=now)
        except MailbotError as error:
            log.error("alert.failed", error=str(error))
