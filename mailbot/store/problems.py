"""Problems and their readers: how far each is, and which customer still has to hear of its end."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from mailbot.core.problem import Problem
from mailbot.store.prepared import Prepared
from mailbot.store.session import Row, Session, rows_with
from mailbot.store.tables import cases, problem_readers, problems

_LOCKED = Prepared(rows_with(problems, "name").with_for_update())


class ReaderState(StrEnum):
    """What became of the mail to one customer."""

    WAITING = "waiting"
    SENT = "sent"
    LEFT_OUT = "left_out"


class Problems:
    """The problems within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> Mapping[str, Problem]:
        """Every problem that has, or had, a case, by name."""
        return {row.name: _problem(row) for row in self._session.whole(problems, by="name")}

    def lock(self, name: str) -> Problem | None:
        """The problem; nobody else changes it before this transaction ends."""
        row = self._session.execute(_LOCKED, {"name": name}).first()
        self._session.anew(problems)  # somebody else may have changed it until now
        return _problem(row) if row else None

    def begin(self, problem: Problem) -> None:
        """Keep a new problem; one of the same name that has begun meanwhile stays as it is."""
        self._session.put_new(problems, _row(problem))

    def keep(self, problem: Problem) -> None:
        """Keep a problem as it is now."""
        self._session.put_over(problems, _row(problem))

    def choose(self, name: str, readers: Mapping[str, int], now: datetime) -> None:
        """Let these customers hear of it, each with a case; those who have heard of it already stay as they are."""
        waiting = (problem_readers.c.problem == name, problem_readers.c.state == ReaderState.WAITING)
        self._session.execute(sa.delete(problem_readers).where(*waiting))
        state = {"problem": name, "state": ReaderState.WAITING, "changed_at": now}
        if rows := [state | {"customer_key": key, "case_id": case_id} for key, case_id in readers.items()]:
            self._session.put_new(problem_readers, rows)

    def waiting(self, name: str) -> Mapping[str, int]:
        """The customers who have not heard of it yet, in order, and the case of each."""
        query = sa.select(problem_readers).where(
            problem_readers.c.problem == name, problem_readers.c.state == ReaderState.WAITING
        )
        rows = self._session.execute(query.order_by(problem_readers.c.case_id))
        return {row.customer_key: row.case_id for row in rows}

    def settle_reader(self, name: str, customer_key: str, state: ReaderState, now: datetime) -> None:
        """Note what became of the mail to one customer."""
        where = (problem_readers.c.problem == name, problem_readers.c.customer_key == customer_key)
        statement = sa.update(problem_readers).where(*where).values(state=state, changed_at=now)
        self._session.execute(statement)

    def complaints(
        self, since: datetime, until: datetime, *, type_: str, problem: str | None = None, team: str | None = None
    ) -> int:
        """How many complaints of a kind were opened after `since` and up to `until`, of a problem or of a team."""
        where = [
            cases.c.is_complaint,
            cases.c.type == type_,
            cases.c.merged_into.is_(None),
            cases.c.opened_at > since,
            cases.c.opened_at <= until,
        ]
        where += [cases.c.problem == problem] if problem else []
        where += [cases.c.team == team] if team else []
        return int(self._session.execute(sa.select(sa.func.count()).select_from(cases).where(*where)).scalar_one())


def _row(problem: Problem) -> dict[str, object]:
    return {
        "name": problem.name,
        "case_id": problem.case_id,
        "what": problem.what,
        "owner": problem.owner,
        "due_at": problem.due_at,
        "corrective": problem.corrective,
        "texts": problem.texts,
        "state": problem.state,
        "opened_at": problem.opened_at,
        "done_at": problem.done_at,
        "approved_at": problem.approved_at,
        "told_at": problem.told_at,
        "checked_at": problem.checked_at,
    }


def _problem(row: Row) -> Problem:
    return Problem(
        name=row.name,
        case_id=row.case_id,
        opened_at=row.opened_at,
        what=row.what,
        owner=row.owner,
        due_at=row.due_at,
        corrective=row.corrective,
        texts=row.texts,
        done_at=row.done_at,
        approved_at=row.approved_at,
        told_at=row.told_at,
        checked_at=row.checked_at,
    )
