"""The columns of look-ups as fields: what rules and policies may ask about beyond what the desk knows by itself."""

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from mailbot.core.lookup import Column, ColumnKind
from mailbot.core.rules.conditions import Facts
from mailbot.core.rules.field import Field, Fields
from mailbot.core.rules.moments import DAY
from mailbot.core.rules.values import FLAG, NUMBER, SUM, WORD, Kind

KINDS: Mapping[ColumnKind, Kind] = {
    ColumnKind.TEXT: WORD,
    ColumnKind.NUMBER: NUMBER,
    ColumnKind.MONEY: SUM,
    ColumnKind.DATE: DAY,
    ColumnKind.FLAG: FLAG,
}


class Informed(Protocol):
    """What is decided about, with the facts that were looked up for it."""

    @property
    def looked_up(self) -> Facts:
        """The facts by the names of their fields; what is not known is missing, or says why."""


S = TypeVar("S", bound=Informed)


def informed(fields: Fields[S], columns: Iterable[Column]) -> Fields[S]:
    """The fields, and one more for each column."""
    whole: Fields[S] = Fields(*fields.values(), *map(_field, columns))
    whole.families.update(fields.families)
    return whole


def _field(column: Column) -> Field[S]:
    name = column.name
    doc = column.doc or f"Looked up: {column.called('')}."
    return Field(name, KINDS[column.kind], doc, lambda source: source.looked_up.get(name))
