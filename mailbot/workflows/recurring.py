"""Looks up what comes again with a mail that begins a case, and keeps by what that case is found again."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from mailbot.core.case import Case
from mailbot.core.details import phone_in
from mailbot.core.events import ComplaintArrived
from mailbot.core.money import Money
from mailbot.core.recurrence import (
    LOOKS_BACK,
    PRODUCT,
    REMEMBERS_WORDING,
    ClusterKind,
    Like,
    Marks,
    Past,
    Recurrence,
    Sign,
    marks,
    sums_of,
    told_at,
)
from mailbot.core.resemblance import ALIKE, likeness
from mailbot.core.situation import Situation
from mailbot.store.clues import WORDING, Found, of_wording
from mailbot.store.database import Transaction
from mailbot.store.offers import Scope

_MOST_PEOPLE = 3
"""So many can have an order or a phone number in common and be one household."""


def recurrence(tx: Transaction, event: ComplaintArrived, situation: Situation) -> Recurrence:
    """What comes again with this mail, of which the situation knows all else."""
    now, key = situation.now, event.mail.sender.key
    own = _marks(event, situation)
    looked_for = dict.fromkeys(own.clues, now - LOOKS_BACK)
    by_clue = tx.clues.find(looked_for, own.wording.bands, now - REMEMBERS_WORDING)
    by_order, by_phone = by_clue.get(f"order {own.order}", ()), by_clue.get(f"phone {own.phone}", ())
    by_product = by_clue.get(f"product {own.product}", ())
    alike = _alike(tx, own, by_clue[WORDING])
    whole = tx.cases.those({one.case_id for found in (by_order, by_phone, by_product, alike) for one in found})
    known = tuple(Past(case, Sign.ADDRESS if case.customer.key == key else Sign.JOINED) for case in situation.history)
    past = _past(known, {Sign.ORDER: by_order, Sign.PHONE: by_phone}, whole)
    like = {
        ClusterKind.WORDING: _likes(alike, whole),
        ClusterKind.ORDER: _likes(by_order, whole),
        ClusterKind.PRODUCT: tuple(one for one in _likes(by_product, whole) if one.case.is_complaint),
    }
    return Recurrence(marks=own, past=past, granted=_granted(tx, key, past, situation), like=like)


def keep_marks(tx: Transaction, case: Case, situation: Situation) -> None:
    """Keep by what a case that has just begun is found again, and of which of its likes leads have heard."""
    policy, zone, now = situation.desk.clusters, situation.desk.calendar.zone, situation.now
    told = told_at(situation.recurrence, policy, now, zone)
    own = situation.recurrence.marks
    kinds = {"order": ClusterKind.ORDER, "product": ClusterKind.PRODUCT}
    named = {clue: kinds.get(clue.partition(" ")[0]) for clue in own.clues}
    heard = {clue: told.get(kind) if kind else None for clue, kind in named.items()}
    tx.clues.add(case.id, heard | dict.fromkeys(of_wording(own.wording.bands), told.get(ClusterKind.WORDING)), now)
    if own.wording.bands:
        tx.clues.add_wording(case.id, own.wording, now)
        tx.clues.forget_wording(now - REMEMBERS_WORDING)


def keep_numbers(tx: Transaction, case: Case, now: datetime) -> None:
    """Keep an order and a phone number that became known later."""
    tx.clues.add(case.id, dict.fromkeys(marks(order=case.order_number, phone=case.phone).clues), now)


def _marks(event: ComplaintArrived, situation: Situation) -> Marks:
    reading, logged = event.mail.reading, event.logged
    return marks(
        order=reading.assessment.order_number,
        phone=logged.phone if logged and logged.phone else phone_in(reading.message.text),
        product=situation.looked_up.get(PRODUCT),
        wording=reading.wording,
    )


def _alike(tx: Transaction, own: Marks, shared: Iterable[Found]) -> tuple[Found, ...]:
    """The cases that say much the same, of those that share a band, which only makes that likely."""
    found, pairs = tx.clues.wordings(shared), own.wording.pairs
    return tuple(one for one, others in found.items() if likeness(others, pairs) >= ALIKE)


def _likes(found: Iterable[Found], whole: Mapping[int, Case]) -> tuple[Like, ...]:
    """These cases, newest first; those that were merged into one count once, and so does when leads heard of them."""
    likes: dict[int, Like] = {}
    for one in found:
        if case := whole.get(one.case_id):
            before = likes.get(case.id)
            told = max((at for at in (one.told_at, before.told_at if before else None) if at), default=None)
            likes[case.id] = Like(case, before.at if before else one.at, told)
    return tuple(likes.values())


def _past(
    known: tuple[Past, ...], found: Mapping[Sign, tuple[Found, ...]], whole: Mapping[int, Case]
) -> tuple[Past, ...]:
    """The customer's cases; a number that many people give, such as our own, says nothing of who they are."""
    past = {one.case.id: one for one in known}
    for sign, clues in found.items():
        cases = [whole[one.case_id] for one in clues if one.case_id in whole]
        if len({case.customer.key for case in cases}) <= _MOST_PEOPLE:
            for case in cases:
                past.setdefault(case.id, Past(case, sign))
    return tuple(sorted(past.values(), key=lambda one: one.case.opened_at, reverse=True))


def _granted(tx: Transaction, key: str, past: tuple[Past, ...], situation: Situation) -> tuple[Money, ...]:
    """What was granted to all under whom the customer is known."""
    keys = sorted({one for one in (key, *(one.case.customer.key for one in past)) if one})
    if not past or not keys:
        return ()
    theirs = Scope("customer_key", tuple(keys), situation.now - 2 * LOOKS_BACK)
    granted = tx.offers.granted({"theirs": theirs}, but=0)["theirs"]
    return sums_of(grant.amount for grant in granted if grant.amount)
