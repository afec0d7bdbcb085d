"""Facts that were looked up, as letters show them: lines for agents, and values for templates to the customer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mailbot.core.letters import Ltr
from mailbot.core.lookup import Column, ColumnKind
from mailbot.core.rules.conditions import Facts, Unknown
from mailbot.core.rules.timing import OnDay
from mailbot.core.situation import Situation


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact for a template. `value` is None where the source gave no answer."""

    label: str
    kind: str
    value: object


def fact_lines(situation: Situation, language: str) -> tuple[FactLine, ...]:
    """What agents are shown, in the order of the configuration; what nobody asked for or nobody knows is left out."""
    facts = situation.looked_up
    shown = (column for column in situation.desk.columns if column.show and facts.get(column.name) is not None)
    return tuple(FactLine(column.called(language), column.kind.value, _value(column, facts)) for column in shown)


def customer_values(columns: Iterable[Column], facts: Facts) -> Mapping[str, Mapping[str, object]]:
    """What templates to the customer may use, as `order.status`: None where there is no value."""
    values: dict[str, dict[str, object]] = {}
    for column in columns:
        if column.customer:
            name, _, called = column.name.partition(".")
            values.setdefault(name, {})[called] = _value(column, facts)
    return values


def _value(column: Column, facts: Facts) -> object:
    fact = facts.get(column.name)
    if isinstance(fact, Unknown):
        return None
    if isinstance(fact, OnDay):
        return fact.day
    return Ltr(str(fact)) if column.kind is ColumnKind.NUMBER and fact is not None else fact
