"""Which rules can match a mail at all: by what each cannot do without, so that few of many have to be tried."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from mailbot.core.rules.conditions import All, AnyOf, Compare, Condition, Facts, Named
from mailbot.core.rules.incoming import MailEvent
from mailbot.core.rules.operators import folded
from mailbot.core.rules.rule import Rule
from mailbot.core.rules.values import FLAG

Key = tuple[str, object]
"""A field and a value of it; for `mentions`, a phrase."""


class Need(NamedTuple):
    """Of the `keys` at least one has to be a fact. `commonness` is higher the more mails share such values."""

    commonness: int
    keys: frozenset[Key]


_MENTIONS = "mentions"
_MOST_KEYS = 100


class RuleIndex:
    """The rules of a book by the values without which they cannot match. Built once, read by any number of threads."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._opening = _Shelf(rules)
        self._later = _Shelf([rule for rule in rules if rule.later])

    def candidates(self, facts: Facts) -> list[Rule]:
        """The rules that may match, in their order: none that does is left out."""
        return self._of(facts).candidates(facts)

    def count(self, facts: Facts) -> int:
        """How many rules there are for such a mail."""
        return len(self._of(facts).rules)

    def _of(self, facts: Facts) -> "_Shelf":
        return self._opening if facts.get("event") in (None, MailEvent.OPENED) else self._later


class _Shelf:
    """Some rules, and where to find each."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self._always: list[int] = []
        self._by_value: dict[str, dict[object, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, rule in enumerate(rules):
            need = needed(rule.when)
            if need is None:
                self._always.append(number)
            for field, value in need.keys if need else ():
                self._by_value[field][value].append(number)
        self._phrases = frozenset(map(str, self._by_value.get(_MENTIONS, ())))

    def candidates(self, facts: Facts) -> list[Rule]:
        numbers = set(self._always)
        for field, rules in self._by_value.items():
            for value in self._values(field, facts):
                numbers.update(rules.get(value, ()))
        return [self.rules[number] for number in sorted(numbers)]

    def _values(self, field: str, facts: Facts) -> Iterable[object]:
        fact: Any = facts.get(field)
        if fact is None:
            return ()
        if field == _MENTIONS:
            mentioned: Iterable[object] = fact.among(self._phrases)
            return mentioned
        return map(_key, fact if isinstance(fact, tuple) else (fact,))


def needed(condition: Condition) -> Need | None:
    """What the condition cannot be true without; None where nothing so simple can be said."""
    match condition:
        case Named():
            return needed(condition.condition)
        case All():
            found = [need for part in condition.conditions if (need := needed(part))]
            return min(found, key=lambda need: (need.commonness, len(need.keys)), default=None)
        case AnyOf():
            return _united([needed(part) for part in condition.conditions])
        case Compare(operator="is" | "mentions"):
            return _of_comparison(condition)
    return None


def _of_comparison(compare: Compare) -> Need | None:
    operands = compare.operands
    if len(operands) > _MOST_KEYS or not all(isinstance(operand, str | bool) for operand in operands):
        return None
    is_phrase = compare.operator == _MENTIONS
    keys = frozenset((compare.field, operand if is_phrase else _key(operand)) for operand in operands)
    return Need(2 if compare.kind is FLAG else int("enum" in compare.kind.schema), keys)


def _united(parts: Sequence[Need | None]) -> Need | None:
    found = [part for part in parts if part is not None]
    keys: frozenset[Key] = frozenset().union(*(need.keys for need in found))
    if len(found) < len(parts) or len(keys) > _MOST_KEYS:
        return None
    return Need(max((need.commonness for need in found), default=0), keys)


def _key(value: object) -> object:
    return folded(value) if isinstance(value, str) else value
