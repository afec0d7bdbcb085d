"""The conditions of a YAML file, with every mistake in them: `when` of a rule, `unless` of a follow-up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mailbot.core.errors import Problem
from mailbot.core.rules.conditions import All, AnyOf, Compare, Condition, Exists, Not
from mailbot.core.rules.fields import Field, Fields
from mailbot.core.rules.values import FLAG, Kind, Known
from mailbot.core.spelling import did_you_mean
from mailbot.settings.patterns import compile_pattern
from mailbot.settings.yaml_model import path_of
from mailbot.yaml_file import At, YamlFile, described

_COMBINATIONS: Mapping[str, Callable[[tuple[Condition, ...]], Condition]] = {"all": All, "any": AnyOf}
_NOTHING: Condition = AnyOf(())


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
        if written == []:
            self._refuse(at, "found an empty list, expected at least one value")
        if isinstance(written, list):
            return tuple(self.value(kind, one, (*at, number)) for number, one in enumerate(written))
        return (self.value(kind, written, at),)

    def _entry(self, key: str, written: Any, at: At) -> Condition:
        if key == "not":
            return Not(self.condition(written, at))
        if key in _COMBINATIONS:
            if not isinstance(written, list) or not written:
                found = "an empty list" if written == [] else described(written)
                return self._refuse(at, f"found {found}, expected a list of conditions")
            return _COMBINATIONS[key](tuple(self.condition(one, (*at, n)) for n, one in enumerate(written)))
        if key in self.fields:
            return self._field(self.fields[key], written, at)
        known = (*self.fields, *_COMBINATIONS, "not")
        hint = did_you_mean(key, known) or f", expected one of {', '.join(known)}"
        return self._refuse(at, f"no such field{hint}", key=True)

    def _field(self, asked: Field[Any], written: Any, at: At) -> Condition:
        if not isinstance(written, dict):
            return self._compare(asked, asked.kind.operators[0], written, at)
        known = (*asked.kind.operators, "exists")
        conditions: list[Condition] = []
        for name, operand in written.items():
            if name not in known:
                hint = did_you_mean(name, known) or f", expected one of {', '.join(known)}"
                self._refuse((*at, name), f'"{name}" does not compare {asked.name}{hint}', key=True)
            elif name == "exists":
                conditions.append(Exists(asked.name, self.value(FLAG, operand, (*at, name))))
            else:
                conditions.append(self._compare(asked, name, operand, (*at, name)))
        return All(tuple(conditions))

    def _compare(self, asked: Field[Any], operator: str, written: Any, at: At) -> Condition:
        if written is None:
            return self._refuse(at, "found nothing, expected a value; for a field without one: {exists: false}")
        operands = self.values(asked.kind, written, at)
        if operator == "matches":
            operands = tuple(self._pattern(source, at) for source in operands)
        return Compare(asked.name, asked.kind, operator, operands)

    def _pattern(self, source: Any, at: At) -> Any:
        try:
            return source and compile_pattern(source)
        except ValueError as error:
            return self._refuse(at, f"found {described(source)}, {error}")

    def _refuse(self, at: At, message: str, *, key: bool = False) -> Condition:
        self.problems.append(self.file.problem(at, f"{path_of(at)}: {message}", key=key))
        return _NOTHING
