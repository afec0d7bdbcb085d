"""Rule books that were ever in force, when each was, and states of the files that were refused."""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from mailbot.store.columns import clean
from mailbot.store.session import Row, Session, batches, equal
from mailbot.store.tables import rule_book_refusals, rule_book_terms, rule_books, rule_texts, starts, timeline

_EFFORT = 6
_OPEN_TERM = sa.select(rule_book_terms).where(rule_book_terms.c.until.is_(None)).order_by(rule_book_terms.c.id.desc())
_OPEN_REFUSAL = (
    sa.select(rule_book_refusals).where(rule_book_refusals.c.until.is_(None)).order_by(rule_book_refusals.c.id.desc())
)
_LOCK = 7_102_454_481_153_275
"""A number as in `schema`: two daemons on PostgreSQL change the book in force one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One time in which a rule book was in force; `until` is None for the present one."""

    version: str
    since: datetime
    until: datetime | None
    author: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A state of the files that did not come into force, and why; `until` is when it was replaced."""

    version: str
    problems: tuple[str, ...]
    since: datetime
    until: datetime | None


class Books:
    """The rule books within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def enter_into_force(self, version: str, files: Mapping[str, str], *, author: str | None, now: datetime) -> bool:
        """Keep a book and note that it rules from now on; False when it did already. `files`: name → text."""
        self._one_at_a_time()
        present = self.in_force()
        if present and present.version == version:
            return False
        self.keep(version, files, now)
        terms = rule_book_terms
        self._session.execute(sa.update(terms).where(terms.c.until.is_(None)).values(until=now))
        self._session.add(terms, {"version": version, "since": now, "author": author})
        return True

    def keep(self, version: str, files: Mapping[str, str], now: datetime) -> None:
        """Keep the files of a book; a version and a text are kept once."""
        digests = {name: sha256(clean(text).encode()).hexdigest() for name, text in files.items()}
        there = self._known(digests.values())
        texts = {digest: clean(files[name]).encode() for name, digest in digests.items() if digest not in there}
        rows = [{"sha256": digest, "compressed": zlib.compress(text, _EFFORT)} for digest, text in texts.items()]
        if rows:
            self._session.put_new(rule_texts, rows)
        self._session.put_new(rule_books, {"version": version, "files": digests, "first_used_at": now})

    def files(self, version: str) -> Mapping[str, str] | None:
        """The files of a book that is kept, name → text."""
        query = sa.select(rule_books.c.files).where(rule_books.c.version == version)
        digests: Mapping[str, str] | None = self._session.execute(query).scalar()
        if digests is None:
            return None
        texts: dict[str, str] = {}
        for batch in batches(sorted(set(digests.values()))):
            rows = self._session.execute(sa.select(rule_texts).where(rule_texts.c.sha256.in_(batch)))
            texts |= {row.sha256: zlib.decompress(row.compressed).decode() for row in rows}
        return {name: texts[digest] for name, digest in digests.items()}

    def in_force(self) -> Term | None:
        """The present term, if any desk has begun to work on this database."""
        row = self._session.execute(_OPEN_TERM.limit(1)).first()
        return _term(row) if row else None

    def terms(self) -> tuple[Term, ...]:
        """Every term, the newest first."""
        rows = self._session.execute(sa.select(rule_book_terms).order_by(rule_book_terms.c.id.desc()))
        return tuple(map(_term, rows))

    def never_in_force(self) -> Mapping[str, datetime]:
        """Books that are kept for another reason than that they were in force, and since when."""
        ruled = sa.select(rule_book_terms.c.version)
        query = sa.select(rule_books.c.version, rule_books.c.first_used_at)
        rows = self._session.execute(query.where(rule_books.c.version.not_in(ruled)))
        return {row.version: row.first_used_at for row in rows}

    def cases_decided(self) -> Mapping[str, int]:
        """How many cases were opened under each version."""
        version = timeline.c.rule_book
        query = sa.select(version, sa.func.count()).where(timeline.c.event == "opened").group_by(version)
        return {found: count for found, count in self._session.execute(query) if found is not None}

    def refuse(self, version: str, problems: Iterable[str], now: datetime) -> bool:
        """Note that this state of the files is not let into force; False when that was noted already."""
        self._one_at_a_time()
        present = self.refused()
        if present and present.version == version:
            return False
        self.over(now)
        self._session.add(rule_book_refusals, {"version": version, "problems": list(problems), "since": now})
        return True

    def refused(self) -> Refusal | None:
        """The state of the files that is refused at present."""
        row = self._session.execute(_OPEN_REFUSAL.limit(1)).first()
        return _refusal(row) if row else None

    def over(self, now: datetime) -> bool:
        """Nothing is refused any more; whether something was."""
        table = rule_book_refusals
        return self._session.change(sa.update(table).where(table.c.until.is_(None)).values(until=now))

    def started(self, config: str, sha256: str, now: datetime) -> None:
        """Note with which content of its config.yaml (a path) a desk starts."""
        self._session.put_over(starts, {"config": config, "config_sha256": sha256, "started_at": now})

    def started_with(self, config: str) -> tuple[str, datetime] | None:
        """The content's SHA-256 with which the desk of this config.yaml started last, and when."""
        row = self._session.execute(equal(starts, "config"), {"config": config}).first()
        return (row.config_sha256, row.started_at) if row else None

    def _known(self, digests: Iterable[str]) -> frozenset[str]:
        found: set[str] = set()
        for batch in batches(sorted(set(digests))):
            query = sa.select(rule_texts.c.sha256).where(rule_texts.c.sha256.in_(batch))
            found.update(self._session.execute(query).scalars())
        return frozenset(found)

    def _one_at_a_time(self) -> None:
        if self._session.dialect == "postgresql":
            self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def _term(row: Row) -> Term:
    return Term(version=row.version, since=row.since, until=row.until, author=row.author)


def _refusal(row: Row) -> Refusal:
    return Refusal(version=row.version, problems=tuple(row.problems), since=row.since, until=row.until)
