"""What budgets bound, counted; several questions take one query."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import sqlalchemy as sa

from mailbot.core.letters import LetterKind
from mailbot.core.message import Address
from mailbot.store.prepared import Prepared
from mailbot.store.session import Session, Values
from mailbot.store.tables import cases, outbox

_CANCELLED = "cancelled"
_LIKE = re.compile(r"[\\%_]")
# So many different sets of questions keep their query.
_QUERIES = 128

# A mail that is about to be queued has fewer readers, and the clocks of two who queue mail differ by less.
_TO_SPARE = 500
_CLOCKS_DIFFER = timedelta(minutes=10)
_WORTH_A_LOOK = 2 * _TO_SPARE

ANY_NUMBER = 2**31 - 1
"""No bound at which counting stops."""


@dataclass(frozen=True, slots=True)
class Unasked:
    """How many mails nobody asked for were queued since then: to a recipient, about a case, a mailbox, a kind.

    Mail to a recipient with a detail (RFC 5233) counts for all addresses of that mailbox: a machine that gives each of
    its mails another one is one machine. Counting stops at `most`: whoever asks whether a budget is used up need not
    know by how much. Nor how much is left of the large budget of a mailbox: none are counted as long as there would be
    room for hundreds more, or each mail would cost a look at every letter of the last hour.
    """

    since: datetime
    most: int = ANY_NUMBER
    recipient: str | None = None
    case_id: int | None = None
    mailbox: str | None = None
    kind: LetterKind | None = None

    def given(self) -> Values:
        """What the query is told."""
        wanted = {"case_id": self.case_id, "mailbox": self.mailbox, "kind": self.kind, **_of_recipient(self.recipient)}
        given: dict[str, object] = {name: value for name, value in wanted.items() if value is not None}
        if given.keys() == {"mailbox"} and _WORTH_A_LOOK <= self.most < ANY_NUMBER:
            given |= {"back": self.most - _TO_SPARE, "long_since": self.since - _CLOCKS_DIFFER}
        return given | {"since": self.since, "most": self.most}


@dataclass(frozen=True, slots=True)
class ToldOf:
    """How many notifications of one customer's cases a mailbox has queued since then. Stops at `most`."""

    customer_key: str
    mailbox: str
    since: datetime
    most: int = ANY_NUMBER

    def given(self) -> Values:
        """What the query is told."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class Had:
    """Whether at least so many cases of this customer were opened since then: 1, or 0."""

    customer_key: str
    number: int
    since: datetime

    def given(self) -> Values:
        """What the query is told."""
        return {"customer_key": self.customer_key, "before": self.number - 1, "since": self.since}


Question = Unasked | ToldOf | Had
_Counting = sa.Select[int, int]


def counted(session: Session, questions: Sequence[Question]) -> Mapping[Question, int]:
    """The answers, in one look at the database."""
    if not questions:
        return {}
    given = [question.given() for question in questions]
    shapes = tuple((type(question), tuple(values)) for question, values in zip(questions, given, strict=True))
    values = {f"{name}_{n}": value for n, of in enumerate(given) for name, value in of.items()}
    return {questions[place]: int(count) for place, count in session.execute(_query(shapes), values)}


def _of_recipient(recipient: str | None) -> Mapping[str, str]:
    if recipient is None:
        return {}
    reader = Address("", recipient)
    if reader.bare_key == reader.key:
        return {"recipient_key": reader.key}
    local, _, domain = _LIKE.sub(r"\\\g<0>", reader.bare_key).rpartition("@")
    return {"bare_key": reader.bare_key, "with_detail": f"{local}+%@{domain}"}


@lru_cache(maxsize=_QUERIES)
def _query(shapes: tuple[tuple[type[Question], tuple[str, ...]], ...]) -> Prepared:
    return Prepared(sa.union_all(*(_ASK[kind](n, names) for n, (kind, names) in enumerate(shapes))))


def _unasked(n: int, names: Sequence[str]) -> _Counting:
    where = [
        outbox.c.queued_at >= sa.bindparam(f"since_{n}"),
        outbox.c.unasked,
        outbox.c.state != _CANCELLED,
        *(outbox.c[name] == sa.bindparam(f"{name}_{n}") for name in names if name in outbox.c),
    ]
    if "bare_key" in names:
        detail = outbox.c.recipient_key.like(sa.bindparam(f"with_detail_{n}", type_=sa.Text), escape="\\")
        where.append(sa.or_(outbox.c.recipient_key == sa.bindparam(f"bare_key_{n}"), detail))
    return _counting_if_many(n, *where) if "back" in names else _counting(n, *where)


def _told_of(n: int, _names: Sequence[str]) -> _Counting:
    return _counting(
        n,
        outbox.c.mailbox == sa.bindparam(f"mailbox_{n}"),
        outbox.c.queued_at >= sa.bindparam(f"since_{n}"),
        outbox.c.kind == LetterKind.NOTIFICATION,
        outbox.c.state != _CANCELLED,
        outbox.c.case_id.in_(sa.select(cases.c.id).where(cases.c.customer_key == sa.bindparam(f"customer_key_{n}"))),
    )


def _counting(n: int, *where: sa.ColumnElement[bool]) -> _Counting:
    return _place(n).select_from(_some(n, *where))


def _counting_if_many(n: int, *where: sa.ColumnElement[bool]) -> _Counting:
    """The same where so many letters of all mailboxes as `back` says are not older than `long_since`; else 0."""
    last = sa.select(sa.func.max(outbox.c.id)).scalar_subquery()
    before = (
        sa.select(outbox.c.queued_at)
        .where(outbox.c.id <= last + 1 - sa.bindparam(f"back_{n}", type_=sa.Integer))
        .order_by(outbox.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    count = sa.select(sa.func.count()).select_from(_some(n, *where)).scalar_subquery()
    are_many = before >= sa.bindparam(f"long_since_{n}", type_=outbox.c.queued_at.type)
    return _place(n, sa.case((are_many, count), else_=0))


def _some(n: int, *where: sa.ColumnElement[bool]) -> sa.Subquery:
    return sa.select(outbox.c.id).where(*where).limit(sa.bindparam(f"most_{n}", type_=sa.Integer)).subquery()


def _had(n: int, _names: Sequence[str]) -> _Counting:
    nth = (
        sa.select(cases.c.opened_at)
        .where(cases.c.customer_key == sa.bindparam(f"customer_key_{n}"))
        .order_by(cases.c.id.desc())
        .offset(sa.bindparam(f"before_{n}", type_=sa.Integer))
        .limit(1)
        .subquery()
    )
    return _place(n).select_from(nth).where(nth.c.opened_at >= sa.bindparam(f"since_{n}"))


def _place(n: int, count: sa.ColumnElement[int] | None = None) -> _Counting:
    count = sa.func.count() if count is None else count
    return sa.select(sa.literal_column(str(n), sa.Integer).label("place"), count.label("count"))


_ASK = {Unasked: _unasked, ToldOf: _told_of, Had: _had}
