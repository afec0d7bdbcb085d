"""The conditions of a YAML file, with every mistake in them: `when` of a rule, `unless` of a follow-up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mailbot.core.deadlines import Span
from mailbot.core.errors import Problem
from mailbot.core.periods import Period
from mailbot.core.rules.conditions import All, AnyOf, Compare, Condition, Exists, Named, Not
from mailbot.core.rules.field import Field, Fields
from mailbot.core.rules.moments import SPAN
from mailbot.core.rules.time_fields import TIMES
from mailbot.core.rules.values import FLAG, Kind, Known, named
from mailbot.core.spelling import did_you_mean
from mailbot.reading.mentions import check_phrase
from mailbot.settings.patterns import compile_pattern
from mailbot.settings.yaml_model import path_of
from mailbot.yaml_file import At, YamlFile, described

_COMBINATIONS: Mapping[str, Callable[[tuple[Condition, ...]], Condition]] = {"all": All, "any": AnyOf}
_NOTHING: Condition = AnyOf(())
_WITHIN = "within"
SCHEDULE = "schedule"
"""The key by which a condition asks for one of schedules.yaml."""
_SCHEDULE_NAME = named("a schedule of schedules.yaml", lambda known: tuple(known.schedules))


def _phrase(written: str) -> str:
    check_phrase(written)
    return written


_COMPILED: Mapping[str, Callable[[str], Any]] = {"matches": compile_pattern, "mentions": _phrase}


@dataclass(frozen=True, slots=True)
class ConditionReader:
    """Reads conditions over some fields. A mistake is noted as a problem and stands for what never holds."""

    file: YamlFile
    fields: Fields[Any]
    known: Known
    problems: list[Problem] = field(default_factory=list)

    def condition(self, written: Any, at: At) -> Condition:
        """All conditions of a mapping together."""
        if not isinstance(written, dict):
            return self._refuse(at, f"found {described(written)}, expected fields and their values")
        return All(tuple(self._entry(key, value, (*at, key)) for key, value in written.items()))

    def value(self, kind: Kind, written: Any, at: At) -> Any:
        """One value of a kind; None when it is none."""
        try:
            return kind.parse(written, self.known)
        except ValueError as error:
            self._refuse(at, f"found {described(written)}, {error}")
            return None

    def values(self, kind: Kind, written: Any, at: At) -> tuple[Any, ...]:
        """One value, or each of a list."""
        return tuple(self.value(kind, one, place) for one, place in self._each(written, at))

    def _each(self, written: Any, at: At) -> list[tuple[Any, At]]:
        if written == []:
            self._refuse(at, "found an empty list, expected at least one value")
        if isinstance(written, list):
            return [(one, (*at, number)) for number, one in enumerate(written)]
        return [(written, at)]

    def _entry(self, key: str, written: Any, at: At) -> Condition:
        if key == "not":
            return Not(self.condition(written, at))
        if key in _COMBINATIONS:
            if not isinstance(written, list) or not written:
                found = "an empty list" if written == [] else described(written)
                return self._refuse(at, f"found {found}, expected a list of conditions")
            return _COMBINATIONS[key](tuple(self.condition(one, (*at, n)) for n, one in enumerate(written)))
        if key == SCHEDULE and self._knows_time:
            return self._schedules(written, at)
        if asked := self.fields.find(key):
            return self._field(asked, written, at)
        return self._refuse(at, f"no such field{self._hint(key)}", key=True)

    def _hint(self, key: str) -> str:
        known = (*self.fields, *(f"{family}.…" for family in self.fields.families), *self._words)
        if meant := did_you_mean(key, known):
            return meant
        if "." in key and any("." in name for name in self.fields):
            return f"; a look-up of this name in config.yaml can fill it (lookups: {{{key.partition('.')[0]}: …}})"
        return f", expected one of {', '.join(known)}"

    @property
    def _knows_time(self) -> bool:
        """Whether schedules can be asked for; one that is made of others could name itself."""
        return "date" in self.fields and self.fields is not TIMES

    @property
    def _words(self) -> tuple[str, ...]:
        return (*([SCHEDULE] if self._knows_time else ()), *_COMBINATIONS, "not")

    def _schedules(self, written: Any, at: At) -> Condition:
        names = self.values(_SCHEDULE_NAME, written, at)
        conditions = self.known.schedules
        return AnyOf(tuple(Named(f"schedule {name}", conditions[name]) for name in names if name in conditions))

    def _field(self, asked: Field[Any], written: Any, at: At) -> Condition:
        if not isinstance(written, dict):
            return self._compare(asked, asked.kind.operators[0], written, at, None)
        known = (*asked.kind.operators, "exists", *([_WITHIN] if asked.kind.within else ()))
        within = self._span(written, at) if asked.kind.within and _WITHIN in written else None
        conditions: list[Condition] = []
        for name, operand in written.items():
            if name not in known:
                hint = did_you_mean(name, known) or f", expected one of {', '.join(known)}"
                self._refuse((*at, name), f'"{name}" does not compare {asked.name}{hint}', key=True)
            elif name == "exists":
                conditions.append(Exists(asked.name, self.value(FLAG, operand, (*at, name))))
            elif name != _WITHIN or not asked.kind.within:
                conditions.append(self._compare(asked, name, operand, (*at, name), within))
        return All(tuple(conditions))

    def _span(self, written: Mapping[str, Any], at: At) -> Span | Period | None:
        if len(written) == 1:
            self._refuse((*at, _WITHIN), "expected a number beside it, like {within: 90 days, ge: 3}", key=True)
        span: Span | Period | None = self.value(SPAN, written[_WITHIN], (*at, _WITHIN))
        return span

    def _compare(
        self, asked: Field[Any], operator: str, written: Any, at: At, within: Span | Period | None
    ) -> Condition:
        if written is None:
            return self._refuse(at, "found nothing, expected a value; for a field without one: {exists: false}")
        if at[-1] != operator and not asked.kind.bare:
            return self._refuse(at, f"found {described(written)}, expected how it compares, like {{ge: {written}}}")
        operands = tuple(self._operand(asked.kind, operator, one, place) for one, place in self._each(written, at))
        return Compare(asked.name, asked.kind, operator, operands, within)

    def _operand(self, kind: Kind, operator: str, written: Any, at: At) -> Any:
        try:
            read = kind.operand(operator, written, self.known)
            return _COMPILED[operator](str(read)) if operator in _COMPILED else read
        except ValueError as error:
            return self._refuse(at, f"found {described(written)}, {error}")

    def _refuse(self, at: At, message: str, *, key: bool = False) -> Condition:
        self.problems.append(self.file.problem(at, f"{path_of(at)}: {message}", key=key))
        return _NOTHING
