"""Offers and their ledger: where each one stands, and every step that it has taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

import sqlalchemy as sa

from mailbot.core.case import Case
from mailbot.core.compensation import OfferKind
from mailbot.core.deadlines import Span
from mailbot.core.money import Money
from mailbot.core.offers import GRANTED, Grant, Offer, Step
from mailbot.store.prepared import Prepared
from mailbot.store.session import Row, Session, Values, equal
from mailbot.store.tables import cases, offer_ledger, offers

# So many different sets of scopes keep their query.
_QUERIES = 128
_OF_GRANT = (
    cases.c.number.label("case_number"),
    *(offers.c[n] for n in ("remedy", "amount_minor", "currency", "goodwill", "member", "product")),
    offers.c.offered_at,
    offers.c.state,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One step of an offer: who took it, when and why, and by which rule book. `id` counts the steps of all offers."""

    id: int
    case_number: str
    offer_id: int
    customer: str
    team: str | None
    step: Step
    at: datetime
    by: str
    reason: str
    remedy: OfferKind
    amount: Money | None
    goodwill: bool
    policy: str | None
    rule_book: str | None


@dataclass(frozen=True, slots=True)
class Scope:
    """Offers with one of these values (a customer's key, member, team, product or type), granted since then."""

    column: Literal["customer_key", "member", "team", "product", "type"]
    values: tuple[str, ...]
    since: datetime
    limit: int | None = None

    def given(self) -> Values:
        """What the query is told."""
        return {"values": self.values, "since": self.since}


class Offers:
    """The offers within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_case(self, case_id: int) -> tuple[Offer, ...]:
        """All offers of a case, by number."""
        query = equal(offers, "case_id", by="number")
        return tuple(map(_offer, self._session.execute(query, {"case_id": case_id})))

    def move(
        self, case: Case, offer: Offer, step: Step, *, by: str, reason: str, book: str | None, now: datetime
    ) -> int:
        """Keep an offer as it is now, and the step that brought it there; returns the id of the step.

        PermanentError for a step that has been taken before: nothing is promised, approved or paid twice.
        """
        offer_id = self._save(case, offer, book)
        detail = f" {by}" if step is Step.APPROVED else ""
        amount = offer.amount
        row = {
            "key": f"{offer_id} {step}{detail}{_again(offer, step)}",
            "offer_id": offer_id,
            "case_number": case.number,
            "customer_key": case.customer.key,
            "team": case.team,
            "step": step,
            "at": now,
            "actor": by,
            "reason": reason,
            "remedy": offer.remedy,
            "amount_minor": amount.minor if amount else None,
            "currency": amount.currency if amount else None,
            "goodwill": offer.goodwill,
            "policy": offer.policy,
            "rule_book": book,
        }
        return self._session.add(offer_ledger, row)

    def line(self, id: int) -> LedgerLine | None:
        """One step."""
        row = self._session.execute(equal(offer_ledger, "id"), {"id": id}).first()
        return _line(row) if row else None

    def lines(
        self,
        *,
        case_number: str | None = None,
        customer_key: str | None = None,
        team: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        step: Step | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> tuple[LedgerLine, ...]:
        """The steps to which all that is given applies, oldest first."""
        wanted = {
            offer_ledger.c.case_number: case_number,
            offer_ledger.c.customer_key: customer_key,
            offer_ledger.c.team: team,
            offer_ledger.c.step: step,
        }
        where = [column == value for column, value in wanted.items() if value is not None]
        where += [offer_ledger.c.at >= since] if since else []
        where += [offer_ledger.c.at < until] if until else []
        query = sa.select(offer_ledger).where(offer_ledger.c.id > after, *where).order_by(offer_ledger.c.id)
        return tuple(map(_line, self._session.execute(query.limit(limit))))

    def granted(self, wanted: Mapping[str, Scope], *, but: int) -> Mapping[str, tuple[Grant, ...]]:
        """What was granted in other cases than this one, the latest first, for each scope; with one query."""
        scopes = [*wanted.values()]
        values = {f"{name}_{n}": value for n, scope in enumerate(scopes) for name, value in scope.given().items()}
        found: list[list[Grant]] = [[] for _ in scopes]
        if scopes:
            query = _granted(tuple((scope.column, scope.limit) for scope in scopes))
            for row in self._session.execute(query, values | {"but": but}):
                found[row.scope].append(_grant(row))
        return {
            name: tuple(sorted(all_, key=_latest_first, reverse=True)) for name, all_ in zip(wanted, found, strict=True)
        }

    def _save(self, case: Case, offer: Offer, book: str | None) -> int:
        values = _row(case, offer)
        where = (offers.c.case_id == case.id, offers.c.number == offer.number)
        known: int | None = self._session.execute(sa.select(offers.c.id).where(*where)).scalar()
        if known is None:
            return self._session.add(offers, values | {"version": book})
        self._session.execute(sa.update(offers).where(offers.c.id == known).values(**values))
        return known


def _again(offer: Offer, step: Step) -> str:
    """A customer may decline, then accept after all: the second answer is another one than the first."""
    if step in (Step.ACCEPTED, Step.DECLINED) and offer.answered_at:
        return f" {offer.answered_at.isoformat()}"
    return ""


@lru_cache(maxsize=_QUERIES)
def _granted(scopes: tuple[tuple[str, int | None], ...]) -> Prepared:
    each = (_in_scope(n, column, limit).subquery() for n, (column, limit) in enumerate(scopes))
    return Prepared(sa.union_all(*map(sa.select, each)))


def _in_scope(n: int, column: str, limit: int | None) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(sa.literal_column(str(n), sa.Integer).label("scope"), *_OF_GRANT)
        .join(cases, cases.c.id == offers.c.case_id)
        .where(
            offers.c[column].in_(sa.bindparam(f"values_{n}", expanding=True)),
            offers.c.offered_at >= sa.bindparam(f"since_{n}"),
            offers.c.state.in_(GRANTED),
            offers.c.case_id != sa.bindparam("but"),
        )
        .order_by(offers.c.offered_at.desc())
        .limit(limit)
    )


def _row(case: Case, offer: Offer) -> dict[str, object]:
    return {
        "case_id": case.id,
        "number": offer.number,
        "customer_key": case.customer.key,
        "team": case.team,
        "type": case.type,
        "remedy": offer.remedy,
        "amount_minor": offer.amount.minor if offer.amount else None,
        "currency": offer.amount.currency if offer.amount else None,
        "goodwill": offer.goodwill,
        "law": offer.law,
        "policy": offer.policy,
        "product": offer.product,
        "member": offer.by,
        "state": offer.state,
        "people": offer.people,
        "approved_by": offer.approved_by,
        "proposed_at": offer.proposed_at,
        "offered_at": offer.offered_at,
        "within": str(offer.within) if offer.within else None,
        "due_at": offer.due_at,
        "answered_at": offer.answered_at,
        "fulfilled_at": offer.fulfilled_at,
        "draft": offer.draft,
        "text": offer.text,
        "html": offer.html,
        "attachments_from": offer.attachments_from,
    }


def _offer(row: Row) -> Offer:
    return Offer(
        number=row.number,
        remedy=OfferKind(row.remedy),
        amount=_amount(row),
        by=row.member,
        proposed_at=row.proposed_at,
        state=Step(row.state),
        goodwill=row.goodwill,
        law=row.law,
        policy=row.policy,
        version=row.version,
        product=row.product,
        people=row.people,
        approved_by=tuple(row.approved_by),
        offered_at=row.offered_at,
        within=Span.parse(row.within) if row.within else None,
        due_at=row.due_at,
        answered_at=row.answered_at,
        fulfilled_at=row.fulfilled_at,
        draft=row.draft,
        text=row.text,
        html=row.html,
        attachments_from=row.attachments_from,
    )


def _grant(row: Row) -> Grant:
    return Grant(
        case_number=row.case_number,
        remedy=OfferKind(row.remedy),
        amount=_amount(row),
        goodwill=row.goodwill,
        by=row.member,
        product=row.product,
        offered_at=row.offered_at,
        state=Step(row.state),
    )


def _latest_first(grant: Grant) -> datetime:
    return grant.offered_at


def _line(row: Row) -> LedgerLine:
    return LedgerLine(
        id=row.id,
        case_number=row.case_number,
        offer_id=row.offer_id,
        customer=row.customer_key,
        team=row.team,
        step=Step(row.step),
        at=row.at,
        by=row.actor,
        reason=row.reason,
        remedy=OfferKind(row.remedy),
        amount=_amount(row),
        goodwill=row.goodwill,
        policy=row.policy,
        rule_book=row.rule_book,
    )


def _amount(row: Row) -> Money | None:
    return Money.from_minor(row.amount_minor, row.currency) if row.amount_minor is not None else None


def sums(lines: Iterable[LedgerLine]) -> dict[str, int]:
    """What the lines make together in each currency, in its smallest unit: sums of two currencies never mix."""
    found: dict[str, int] = {}
    for line in lines:
        if line.amount:
            found[line.amount.currency] = found.get(line.amount.currency, 0) + line.amount.minor
    return found
