"""Forgets a person: erases what is known of an address, a case a transaction, so that it can begin again after a crash.

Each transaction also marks the mails that it erased: those that still lie on a server are not taken in again.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from mailbot.core.case import Case
from mailbot.core.erasure import Counts, Privacy, mentions, names_of, without_person
from mailbot.core.errors import PermanentError, TemporaryError
from mailbot.core.message import Address
from mailbot.log import get_logger
from mailbot.reading.readable import readable
from mailbot.store.database import Database, Transaction
from mailbot.workflows.runtime import new_token

log = get_logger(__name__)


class _NotForGoodError(Exception):
    """Undoes what was only tried."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be forgotten: the key of the address, and what else a mail may call them."""

    key: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What forgetting somebody would erase, and where else they are known or named, which it leaves alone."""

    erased: Counts
    other_addresses: tuple[str, ...]
    named_in: tuple[str, ...]


def forget(database: Database, privacy: Privacy, address: str, now: datetime) -> Iterator[Counts]:
    """Erase; after each transaction, what it erased. Nothing is yielded for whom nobody knows.

    PermanentError where a case is on legal hold, which it names; TemporaryError while a mail to them is being sent.
    """
    person = _asked_for(database, privacy, address)
    while (counts := _next_case(database, privacy, person, now)) is not None:
        yield counts
    received, sent = _loose_ends(database, person)
    with database.begin() as tx:
        counts = _outside_cases(tx, person, received, sent, now)
    database.wipe()
    if counts.total():
        log.info("person.forgotten", **_for_the_log(counts))
        yield counts


def outlook(database: Database, privacy: Privacy, address: str, now: datetime) -> Outlook:
    """What `forget` would erase now; nothing is changed. Raises as it does."""
    person = _asked_for(database, privacy, address)
    with database.read() as tx:
        others = tuple(key for key in tx.cases.addresses(person.key) if key != person.key)
        numbers = {case.number for case in tx.cases.find(customer=person.key)}
        named = tuple(number for number in tx.erasure.mentioned_in(person.key) if number not in numbers)
    received, sent = _loose_ends(database, person)
    counts: Counts = Counter()
    with suppress(_NotForGoodError), database.begin() as tx:
        for case in tx.cases.find(customer=person.key):
            counts += tx.erasure.cases([_left_of(case, privacy, now)], now)
        counts += _outside_cases(tx, person, received, sent, now)
        raise _NotForGoodError
    return Outlook(counts, others, named)


def _asked_for(database: Database, privacy: Privacy, address: str) -> Person:
    with database.read() as tx:
        known = tx.people.name(Address("", address).key)
        own = tx.cases.find(customer=address)
        person = Person(Address("", address).key, names_of(Address(known, address), (c.customer.name for c in own)))
        others = tx.erasure.takes_part_in(person.key)
        theirs = (*own, *(case for id in others if (case := tx.cases.get(id))))
        if person.key in privacy.legal_hold or any(map(privacy.holds, theirs)):
            raise PermanentError(_refusal(person, privacy, theirs))
        if tx.erasure.being_sent(person.key, [case.id for case in own]):
            raise TemporaryError(f"a mail to {address} is being sent at this moment: try again in a minute")
    return person


def _refusal(person: Person, privacy: Privacy, cases: tuple[Case, ...]) -> str:
    held = ", ".join(case.number for case in cases if privacy.holds(case)) or person.key
    return f"on legal hold, so nothing was erased: {held}"


def _next_case(database: Database, privacy: Privacy, person: Person, now: datetime) -> Counts | None:
    with database.begin() as tx:
        case = next(iter(tx.cases.find(customer=person.key, limit=1)), None)
        if case is None:
            return None
        if case.merged_into is None:
            case = tx.cases.lock(case.id) or case
        if privacy.holds(case):
            raise PermanentError(_refusal(person, privacy, (case,)))
        counts = tx.erasure.cases([_left_of(case, privacy, now)], now)
    log.info("case.forgotten", case=case.id, **_for_the_log(counts))
    return counts


def _left_of(case: Case, privacy: Privacy, now: datetime) -> Case:
    return without_person(case, privacy.cases, token=new_token(), now=now)


def _loose_ends(database: Database, person: Person) -> tuple[list[int], list[int]]:
    """Mail of no case, and letters to the team about something else, in which the person is named; the ids of the rows.

    Mail of others counts only if it holds the address: a name could be somebody else's.
    """
    with database.read() as tx:
        received = [id for id, raw in tx.erasure.loose_received() if mentions(readable(raw), [person.key])]
        sent = [id for id, raw in tx.erasure.sent_elsewhere() if mentions(readable(raw), person.names)]
    return received, sent


def _outside_cases(tx: Transaction, person: Person, received: list[int], sent: list[int], now: datetime) -> Counts:
    return tx.erasure.loose_mail(received, sent, now) + tx.erasure.person(person.key, now)


def _for_the_log(counts: Counts) -> dict[str, int]:
    return {what: count for what, count in counts.items() if count}
