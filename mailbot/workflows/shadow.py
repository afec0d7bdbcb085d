"""What rules in shadow would have done: on how many cases, and how those would differ from what was decided."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mailbot.core.case import Case
from mailbot.core.rules.actions import ACTIONS
from mailbot.store.database import Database, Transaction
from mailbot.workflows.past import past_mails

_PORTION = 200
_MOST_NAMED = 1000


@dataclass(slots=True)
class Watched:
    """One rule in shadow: in how many cases it matched, and by action what it would have decided there.

    `changes`: how often, by (action, what was decided, what the rule says); `cases` names those that differ.
    """

    rule: str
    matched: int = 0
    last_case: str = ""
    changes: dict[tuple[str, str, str], int] = field(default_factory=dict)
    cases: dict[str, Sequence[str]] = field(default_factory=dict)


def watched(database: Database, since: datetime) -> Sequence[Watched]:
    """Every rule that was in shadow for a mail of a case that was opened since then, in the order of their names."""
    rules: dict[str, Watched] = {}
    for case, noted in _notes(database, since):
        for name in dict.fromkeys(rule["name"] for rule in noted["rules"] if rule.get("shadow") and rule["matched"]):
            _count(rules.setdefault(name, Watched(name)), case, noted.get("decisions", ()))
    return [rules[name] for name in sorted(rules)]


def cases_since(database: Database, since: datetime) -> Iterator[tuple[Transaction, Case]]:
    """The cases that were opened since then, oldest first; a portion at a time, each in a transaction of its own."""
    last = 0
    while True:
        with database.read() as tx:
            portion = tx.cases.opened_since(since, after=last, limit=_PORTION)
            for case in portion:
                yield tx, case
        if not portion:
            return
        last = portion[-1].id


def _notes(database: Database, since: datetime) -> Iterator[tuple[Case, Mapping[str, Any]]]:
    for tx, case in cases_since(database, since):
        for past in past_mails(tx, case):
            if past.note and "decisions" in past.note.data:
                yield case, past.note.data


def _count(rule: Watched, case: Case, decisions: Sequence[Mapping[str, Any]]) -> None:
    rule.matched += rule.last_case != case.number
    rule.last_case = case.number
    changes = [*_changes(rule.rule, decisions)]
    for change in changes:
        rule.changes[change] = rule.changes.get(change, 0) + 1
    if changes and len(rule.cases) < _MOST_NAMED:
        told = [f"{action}: {old} → {new}" for action, old, new in changes]
        rule.cases[case.number] = (*rule.cases.get(case.number, ()), *told)


def _changes(rule: str, decisions: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """What the rule would have changed: nothing that a later rule decides anyway, nothing that is so already."""
    for place, decision in enumerate(decisions):
        if decision["rule"] != rule or not decision["shadow"]:
            continue
        action, value = decision["action"], decision["value"]
        counted = [d for d in decisions if d["action"] == action and not d["shadow"] and not d["overridden_by"]]
        if action in ACTIONS and ACTIONS[action].several:
            if value not in [d["value"] for d in counted]:
                yield action, "–", str(value)
        elif not any(d in counted for d in decisions[place:]) and value not in [d["value"] for d in counted]:
            yield action, ", ".join(str(d["value"]) for d in counted) or "–", str(value)
