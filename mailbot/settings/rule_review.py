"""What is well-formed in a rule book and does nothing: rules that never match or never count, names that nobody uses.

Only what is certain is said, whatever mail may come.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Self

from mailbot.core.errors import Problem
from mailbot.core.rules.actions import ACTIONS
from mailbot.core.rules.certainty import TooManyWaysError, Way, conflicts, covered, implied, ways
from mailbot.core.rules.conditions import All, Compare, Condition
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.incoming import MailEvent
from mailbot.core.rules.index import Key, needed
from mailbot.core.rules.operators import folded
from mailbot.core.rules.rule import Rule
from mailbot.core.spelling import did_you_mean
from mailbot.settings.config import Config
from mailbot.settings.rulebook import RuleBook
from mailbot.yaml_file import At, YamlFile, parse_yaml, shown

_MOST_COMPARED = 500_000
_OPENED = Compare("event", MAIL["event"].kind, "is", (str(MailEvent.OPENED),))
_ONLY_LATER = ("case.", "survey.")


def review_rules(config: Config, book: RuleBook) -> tuple[Problem, ...]:
    """Every rule that never matches, is never tried, or never counts, each with its place and the reason."""
    return tuple(_Review(config, book).findings())


@dataclass(frozen=True)
class _Seen:
    """A rule, the ways in which it matches a mail at all, and where it stands in its file."""

    rule: Rule
    number: int
    file: YamlFile
    at: At
    ways: tuple[Way, ...]

    @property
    def condition(self) -> Condition:
        """All that has to hold for the rule to match, the kind of mail included."""
        return self.rule.when if self.rule.later else All((_OPENED, self.rule.when))

    @property
    def named(self) -> str:
        """The rule as a person finds it."""
        return f"“{self.rule.name}” ({self.rule.file}:{self.rule.line})"

    def problem(self, message: str, *inside: str | int) -> Problem:
        """A finding at the rule, or at a place inside it."""
        return self.file.problem((*self.at, *inside), message, key=bool(inside))


@dataclass(frozen=True)
class _Shelf:
    """Some rules by what each of them cannot match without, as in the index of a book."""

    rules: Sequence[_Seen]
    by_key: Mapping[Key, Sequence[int]]
    always: Sequence[int]

    @classmethod
    def of(cls, rules: Sequence[_Seen]) -> Self:
        """The shelf with these rules."""
        by_key: dict[Key, list[int]] = defaultdict(list)
        needs = [needed(seen.rule.when) for seen in rules]
        for place, need in enumerate(needs):
            for key in need.keys if need else ():
                by_key[key].append(place)
        return cls(rules, by_key, [place for place, need in enumerate(needs) if need is None])

    def candidates(self, way: Way) -> Iterator[_Seen]:
        """Those that may hold in this way, in their order."""
        places = {place for key in _keys(way) for place in self.by_key.get(key, ())}
        return (self.rules[place] for place in sorted(places.union(self.always)))


class _Review:
    """One pass over the rules of a book."""

    def __init__(self, config: Config, book: RuleBook) -> None:
        self._folder, self._book = config.rules, book
        self._domains = {"mailbox": tuple(mailbox.name for mailbox in config.mailboxes)}
        self._budget = iter(range(_MOST_COMPARED))

    def findings(self) -> Iterator[Problem]:
        """Rule by rule; of a rule that never matches nothing else is said."""
        for seen in self._rules:
            if never := self._never(seen):
                yield never
            elif stopped := self._stopped(seen):
                yield stopped
            else:
                yield from self._overridden(seen)

    @cached_property
    def _rules(self) -> Sequence[_Seen]:
        return [*self._read()]

    def _read(self) -> Iterator[_Seen]:
        files = {name: parse_yaml(shown(self._folder / name), self._book.files[name].encode()) for name in self._names}
        places: dict[str, int] = defaultdict(int)
        for number, rule in enumerate(self._book.rules):
            name = Path(rule.file).name
            at: At = ("rules", places[name])
            places[name] += 1
            try:
                found = ways(rule.when if rule.later else All((_OPENED, rule.when)))
            except TooManyWaysError:
                continue
            yield _Seen(rule, number, files[name], at, found)

    @property
    def _names(self) -> Iterable[str]:
        return dict.fromkeys(Path(rule.file).name for rule in self._book.rules)

    def _never(self, seen: _Seen) -> Problem | None:
        fields = [next(self._conflicts(way), None) for way in seen.ways]
        if not all(fields):
            return None
        return self._why_never(seen, *filter(None, fields[:1]))

    def _conflicts(self, way: Way) -> Iterator[str]:
        yield from conflicts(way, self._domains)
        if implied(way, _OPENED, self._domains):
            for literal in way:
                if literal.part.field.startswith(_ONLY_LATER) and (isinstance(literal.part, Compare) or literal.truth):
                    yield literal.part.field

    def _why_never(self, seen: _Seen, field: str = "") -> Problem:
        if not field:
            return seen.problem("this rule never matches: nothing can be what is asked for here", "when")
        if field.startswith(_ONLY_LATER):
            message = f"{field} is unknown on a mail that opens a case; expected `event: [reply, reopened]` beside it"
        elif field == "mailbox":
            message = (
                f"expected a mailbox of config.yaml ({', '.join(map(str, self._domains[field]))}){self._meant(seen)}"
            )
        else:
            message = f"{field} cannot be {_asked(seen.ways[0], field)}"
        return seen.problem(f"this rule never matches: {message}", "when", field)

    def _meant(self, seen: _Seen) -> str:
        """The mailbox that may be meant."""
        asked = (literal.part for way in seen.ways for literal in way if literal.part.field == "mailbox")
        words = [str(operand) for part in asked if isinstance(part, Compare) for operand in part.operands]
        return did_you_mean(words[0], map(str, self._domains["mailbox"])) if words else ""

    def _stopped(self, seen: _Seen) -> Problem | None:
        """Whether earlier rules stop wherever this one would match."""
        stops = [other for other in self._candidates(seen, self._shelf_of_stops) if other.number < seen.number]
        if not stops or not seen.ways:
            return None
        conditions = [other.condition for other in islice(stops, self._left(len(stops) * len(seen.ways)))]
        if not all(covered(way, conditions, self._domains) for way in seen.ways):
            return None
        single = [other for other in stops if all(implied(w, other.condition, self._domains) for w in seen.ways)]
        by = f"{single[0].named} stops" if single else f"{' and '.join(other.named for other in stops)} stop"
        return seen.problem(f"this rule is never tried: {by} wherever it would match")

    @cached_property
    def _stopping(self) -> Sequence[int]:
        return [number for number, rule in enumerate(self._book.rules) if rule.stops]

    @cached_property
    def _stops(self) -> Sequence[_Seen]:
        return [seen for seen in self._rules if seen.rule.stops]

    def _overridden(self, seen: _Seen) -> Iterator[Problem]:
        """What the rule decides although a later one that always matches too decides it."""
        if seen.rule.shadow or seen.rule.stops or not seen.ways:
            return
        later = [other for other in self._later_than(seen) if self._always_with(seen, other)]
        for other in later:
            if other.rule.when == seen.rule.when and set(other.rule.then) == set(seen.rule.then):
                yield other.problem(f"this rule says the same as {seen.named}: one of them is enough")
                return
        found = [*self._lost(seen, later)]
        if len(found) == len({action for action, _ in seen.rule.then}):
            by = " and ".join(dict.fromkeys(other.named for _, _, other in found))
            yield seen.problem(f"this rule has no effect: {by} always matches too, and decides all that it decides")
            return
        for action, value, other in found:
            if value is not None:
                message = f"this never counts: {other.named} always matches too, and decides {action}: {value}"
                yield seen.problem(message, "then", action)

    def _lost(self, seen: _Seen, later: Sequence[_Seen]) -> Iterator[tuple[str, object, _Seen]]:
        """Each action that never counts, with what is decided otherwise (None: the same) and by which rule."""
        for action in dict.fromkeys(action for action, _ in seen.rule.then):
            mine = [value for name, value in seen.rule.then if name == action]
            for other in later:
                theirs = [value for name, value in other.rule.then if name == action]
                if ACTIONS[action].several and theirs and set(mine) <= set(theirs):
                    yield action, None, other
                    break
                if not ACTIONS[action].several and theirs:
                    yield action, None if theirs == mine else theirs[0], other
                    break

    def _later_than(self, seen: _Seen) -> Iterator[_Seen]:
        """The later rules that may match wherever this one does, up to the first that may stop before the others."""
        behind = self._stopping[bisect_right(self._stopping, seen.number) :]
        first_stop = behind[0] if behind else len(self._book.rules)
        for other in self._candidates(seen, self._shelf):
            if seen.number < other.number <= first_stop and not other.rule.shadow and self._left(1):
                yield other

    def _always_with(self, seen: _Seen, other: _Seen) -> bool:
        return all(implied(way, other.condition, self._domains) for way in seen.ways)

    def _left(self, count: int) -> int:
        """So many comparisons, or as many as are left: a check does not take for ever."""
        return sum(1 for _ in islice(self._budget, count))

    @cached_property
    def _shelf(self) -> _Shelf:
        return _Shelf.of(self._rules)

    @cached_property
    def _shelf_of_stops(self) -> _Shelf:
        return _Shelf.of(self._stops)

    def _candidates(self, seen: _Seen, shelf: _Shelf) -> Iterator[_Seen]:
        """Those of the shelf that may hold in the first way in which the rule does: no others do in all of them."""
        return shelf.candidates(seen.ways[0]) if seen.ways else iter(())


def _asked(way: Way, field: str) -> str:
    """What a way asks of one field, as a person would say it."""
    return " and ".join(str(literal) for literal in way if literal.part.field == field)


def _keys(way: Way) -> Iterator[Key]:
    for literal in way:
        part = literal.part
        if isinstance(part, Compare) and literal.truth and part.operator in ("is", "mentions"):
            for operand in part.operands:
                word = folded(operand) if isinstance(operand, str) and part.operator == "is" else operand
                yield part.field, word
