"""Past mails through other rules: what would have been decided otherwise. Nothing is written.

Old decisions come from the timeline. For the new ones each mail is read again, since the vocabulary is part of a book.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from mailbot.core.case import PRIORITY_OF_SEVERITY
from mailbot.core.claims import Claim
from mailbot.core.compensation import Policy, proposals
from mailbot.core.errors import MailbotError
from mailbot.core.message import Severity
from mailbot.core.money import Money
from mailbot.core.rules.conditions import Facts
from mailbot.core.rules.engine import consider
from mailbot.core.rules.incoming import MailEvent
from mailbot.reading.hints import UnreadableMail
from mailbot.store.database import Database, Transaction
from mailbot.workflows.explain import Books
from mailbot.workflows.past import (
    PastMail,
    TriedAgain,
    corrected_type,
    facts_again,
    facts_of_then,
    past_mails,
    read_again,
)
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.shadow import cases_since

T = TypeVar("T")
_AT_ONCE = 64
_MOST_LISTED = 10_000
_NOTHING = "–"

Outcome = Mapping[str, tuple[str, ...]]
"""What was decided, by action."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One mail that the new rules see otherwise."""

    number: str
    event: str
    newly: tuple[str, ...]
    no_longer: tuple[str, ...]
    decisions: Mapping[str, tuple[str, str]]


@dataclass(slots=True)
class Comparison:
    """What a replay found, added up.

    `unrecorded`: mails that an earlier mailbot decided, without noting how. `decisions`: by action, how often (old,
    new). `proposed`: by currency, all sums proposed first, old and new.
    """

    version: str
    cases: int = 0
    mails: int = 0
    unrecorded: int = 0
    unreadable: int = 0
    changed: int = 0
    newly: Counter[str] = field(default_factory=Counter)
    no_longer: Counter[str] = field(default_factory=Counter)
    decisions: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    proposed: dict[str, tuple[Money, Money]] = field(default_factory=dict)
    listed: list[Changed] = field(default_factory=list)


def replay(runtime: Runtime, since: datetime, *, progress: Callable[[int], None] = lambda cases: None) -> Comparison:
    """The cases opened since then by the rules of `runtime`, which need not be those in force.

    Works through them a few at a time; `progress` is told how many are done.
    """
    found = Comparison(version=runtime.behaviour.rule_book.version)
    trial = _Trial(runtime, Books(runtime))
    with ThreadPoolExecutor(runtime.behaviour.readers.count) as pool:
        for portion in _portions(_mails(runtime.database, since, found), _AT_ONCE):
            for past, verdict in zip(portion, pool.map(trial.verdict, portion), strict=True):
                _add(found, past, verdict)
            progress(found.cases)
    return found


def _mails(database: Database, since: datetime, found: Comparison) -> Iterator[PastMail]:
    for tx, case in cases_since(database, since):
        found.cases += 1
        yield from past_mails(tx, case)


def _portions(items: Iterator[T], size: int) -> Iterator[Sequence[T]]:
    while portion := tuple(islice(items, size)):
        yield portion


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What was decided about one mail and what would be; `sums` are what would be proposed first, then and now."""

    old_rules: tuple[str, ...]
    new_rules: tuple[str, ...]
    old: Outcome
    new: Outcome
    sums: tuple[Money | None, Money | None]


class _Trial:
    """Tries the new rules on past mails; shared by threads."""

    def __init__(self, runtime: Runtime, books: Books) -> None:
        self._runtime, self._books = runtime, books
        self._any_later = any(rule.later for rule in runtime.behaviour.rule_book.rules)

    def verdict(self, past: PastMail) -> "_Verdict | str | None":
        """None for a mail that neither old nor new rules are tried on; a word for one that cannot be compared."""
        if past.event is MailEvent.OPENED and past.decisions is None:
            return "unrecorded"
        if past.event is not MailEvent.OPENED and not past.note and not self._any_later:
            return None
        try:
            with self._runtime.database.read() as tx:
                return self._compared(tx, past)
        except (MailbotError, UnreadableMail):
            return "unreadable"

    def _compared(self, tx: Transaction, past: PastMail) -> _Verdict:
        again = facts_again(tx, self._runtime, past, read_again(tx, self._runtime, past))
        facts = TriedAgain(facts_of_then(self._runtime, past, again), again, corrected_type(tx, past))
        book = self._runtime.behaviour.rule_book
        trace = consider(book.index, facts)
        opened = past.event is MailEvent.OPENED
        noted = past.note.data.get("rules") if past.note else ()
        old = _outcome(_counting(past.decisions or ()), past.record.get("severity") if opened else None)
        new = _outcome([(d.action, d.value) for d in trace.effective], facts["severity"] if opened else None)
        return _Verdict(
            old_rules=_matched(noted),
            new_rules=tuple(rule.name for rule in trace.matched),
            old=old,
            new=new,
            sums=self._sums(tx, past, old, new, facts),
        )

    def _sums(
        self, tx: Transaction, past: PastMail, old: Outcome, new: Outcome, facts: Facts
    ) -> tuple[Money | None, Money | None]:
        if not (old.get("suggest") or new.get("suggest")):
            return None, None
        before = self._books.rules(past.note.rule_book if past.note else None)
        claim = _claim(tx, self._runtime, past, facts)
        policies = before.policies if before else {}
        return _first_sum(policies, old, claim), _first_sum(self._runtime.behaviour.rule_book.policies, new, claim)


def _counting(decisions: Sequence[Mapping[str, Any]]) -> list[tuple[str, object]]:
    return [(d["action"], d["value"]) for d in decisions if not (d["shadow"] or d["overridden_by"])]


def _matched(noted: Any) -> tuple[str, ...]:
    return tuple(rule["name"] for rule in noted if rule["matched"] and not rule.get("shadow"))


def _outcome(decided: Sequence[tuple[str, object]], severity: object) -> Outcome:
    """By action; a new case has a priority in any case, the one of its severity."""
    outcome: dict[str, tuple[str, ...]] = {}
    for action, value in decided:
        if action != "stop":
            outcome[action] = (*outcome.get(action, ()), str(value))
    grave = outcome.get("severity", (severity,))[0]
    if grave is not None and "priority" not in outcome:
        outcome["priority"] = (PRIORITY_OF_SEVERITY[Severity(str(grave))],)
    return outcome


def _claim(tx: Transaction, runtime: Runtime, past: PastMail, facts: Facts) -> Claim:
    others = tx.cases.history(past.case.customer.key, other_than=past.case.id)
    return Claim(
        case=past.case,
        now=past.message.at,
        calendar=runtime.desk.calendar,
        history=tuple(case for case in others if case.opened_at < past.case.opened_at),
        looked_up={column.name: facts.get(column.name) for column in runtime.config.columns},
    )


def _first_sum(policies: Mapping[str, Policy], outcome: Outcome, claim: Claim) -> Money | None:
    """The sum of the first remedy that has one."""
    policy = policies.get(next(iter(outcome.get("suggest", ())), ""))
    if policy is None:
        return None
    day = claim.case.opened_at.astimezone(claim.calendar.zone).date()
    found = proposals(policy, claim.facts, on=day, cause=claim.case.cause)
    return next((proposal.amount for proposal in found if proposal.amount), None)


def _add(found: Comparison, past: PastMail, verdict: "_Verdict | str | None") -> None:
    if verdict is None:
        return
    if isinstance(verdict, str):
        found.unrecorded += verdict == "unrecorded"
        found.unreadable += verdict == "unreadable"
        return
    found.mails += 1
    for place, sum_ in enumerate(verdict.sums):
        if sum_:
            nothing = Money.from_minor(0, sum_.currency)
            both = list(found.proposed.get(sum_.currency, (nothing, nothing)))
            both[place] = Money.from_minor(both[place].minor + sum_.minor, sum_.currency)
            found.proposed[sum_.currency] = (both[0], both[1])
    newly = tuple(name for name in verdict.new_rules if name not in verdict.old_rules)
    no_longer = tuple(name for name in verdict.old_rules if name not in verdict.new_rules)
    decisions = dict(_differences(verdict.old, verdict.new))
    found.newly.update(newly)
    found.no_longer.update(no_longer)
    for action, change in decisions.items():
        found.decisions.setdefault(action, Counter())[change] += 1
    if newly or no_longer or decisions:
        found.changed += 1
        if len(found.listed) < _MOST_LISTED:
            number, event = past.case.number, past.event.value
            found.listed.append(
                Changed(number=number, event=event, newly=newly, no_longer=no_longer, decisions=decisions)
            )


def _differences(old: Outcome, new: Outcome) -> Iterator[tuple[str, tuple[str, str]]]:
    for action in sorted(old.keys() | new.keys()):
        was, would_be = old.get(action, ()), new.get(action, ())
        if sorted(was) != sorted(would_be):
            yield action, (", ".join(was) or _NOTHING, ", ".join(would_be) or _NOTHING)
