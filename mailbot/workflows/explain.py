"""Why: what became of a mail, how it was threaded, and what each rule said of it by the book that was in force then."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import lru_cache

from mailbot.core.case import Case, TimelineEntry
from mailbot.core.errors import ConfigurationError, MailbotError
from mailbot.core.rules.engine import evaluate
from mailbot.core.rules.trace import Trace
from mailbot.reading.hints import UnreadableMail
from mailbot.settings.rulebook import RuleBook
from mailbot.store.database import Transaction
from mailbot.store.ledger import LedgerRow
from mailbot.workflows.past import PastMail, ReadWhenAsked, facts_of_then, past_mails
from mailbot.workflows.runtime import Runtime, rules_of

_BOOKS_AT_HAND = 4


class Books:
    """The rules of books that are kept; those asked for last stay at hand."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.rules = lru_cache(maxsize=_BOOKS_AT_HAND)(self._rules)

    def _rules(self, version: str | None) -> RuleBook | None:
        """None where the book is not kept, or speaks of people and teams that the configuration no longer knows."""
        if version == self._runtime.behaviour.rule_book.version:
            return self._runtime.behaviour.rule_book
        with self._runtime.database.read() as tx:
            files = tx.books.files(version) if version else None
        try:
            return rules_of(self._runtime.config, files, like=self._runtime.behaviour.rule_book) if files else None
        except ConfigurationError:
            return None


def explain(tx: Transaction, runtime: Runtime, wanted: str) -> dict[str, object] | None:
    """Everything known about a case number or a Message-ID (with or without <>); None where nothing is."""
    books = Books(runtime)
    case = tx.cases.by_number(wanted.strip().strip("[]").upper())
    if case:
        return {"mails": [_mail(row) for row in tx.ledger.of_case(case.id)], "cases": [_case(tx, books, runtime, case)]}
    rows = tx.ledger.by_message_id(re.sub(r"^<|>$", "", wanted.strip()))
    if not rows:
        return None
    cases = [tx.cases.get(case_id) for case_id in dict.fromkeys(row.case_id for row in rows) if case_id is not None]
    return {
        "mails": [_mail(row) for row in rows],
        "cases": [_case(tx, books, runtime, case) for case in cases if case],
    }


def _mail(row: LedgerRow) -> Mapping[str, object]:
    return {
        "id": row.id,
        "mailbox": row.mailbox,
        "folder": row.folder,
        "uid": row.uid,
        "message_id": row.message_id,
        "received_at": row.arrived_at.isoformat(),
        "disposition": row.disposition.value,
        "why": row.detail or row.error,
    }


def _case(tx: Transaction, books: Books, runtime: Runtime, case: Case) -> Mapping[str, object]:
    entries = tx.cases.timeline(case.id)
    rulings = [*_rulings(tx, books, runtime, case)]
    return {
        "number": case.number,
        "threading": [{"at": e.at.isoformat(), "message": e.detail} for e in entries if e.event == "message"],
        "rules": rulings[0]["rules"] if rulings else [],
        "rule_book": rulings[0]["rule_book"] if rulings else None,
        "rulings": rulings,
        "decisions": [
            {"at": e.at.isoformat(), "event": e.event, "detail": e.detail, "by": e.by, "rule": e.rule}
            for e in entries
            if e.event not in ("rules", "message")
        ],
    }


def _rulings(tx: Transaction, books: Books, runtime: Runtime, case: Case) -> Iterator[dict[str, object]]:
    """What the rules said of each mail on which they were tried."""
    for past in past_mails(tx, case):
        if past.note:
            yield _ruling(tx, books, runtime, past, past.note)


def _ruling(tx: Transaction, books: Books, runtime: Runtime, past: PastMail, note: TimelineEntry) -> dict[str, object]:
    """`complete`: every rule of the book is there, tried again on what was known; else those that had matched."""
    head = {
        "at": note.at.isoformat(),
        "event": past.event.value,
        "message_id": past.message.message_id,
        "rule_book": note.rule_book,
    }
    trace = _again(tx, books, runtime, past, note)
    if trace is None:
        noted = note.data.get("rules", [])
        return {**head, "complete": False, "rules": noted, "decisions": past.decisions or [], "facts": past.record}
    return {
        **head,
        "complete": True,
        "rules": [asdict(rule) for rule in trace.rules],
        "decisions": [asdict(decision) for decision in trace.decisions],
        "facts": past.record,
    }


def _again(tx: Transaction, books: Books, runtime: Runtime, past: PastMail, note: TimelineEntry) -> Trace | None:
    book = books.rules(note.rule_book)
    if book is None or not past.record:
        return None
    try:
        return evaluate(book.rules, facts_of_then(runtime, past, ReadWhenAsked(tx, runtime, past)))
    except (MailbotError, UnreadableMail):
        return None
