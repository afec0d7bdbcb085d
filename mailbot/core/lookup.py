"""Look-ups as data: where facts of orders and customers come from, by which value of a mail, and in which columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from mailbot.core.server import Secret


class ColumnKind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    FLAG = "flag"


class By(StrEnum):
    """By which value of a mail something is looked up; the customer is that of the case, else the sender."""

    ORDER_NUMBER = "order_number"
    SENDER = "sender"
    SENDER_DOMAIN = "sender_domain"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column, which becomes the field `name`, like `order.total`.

    `column` is what the source calls it. Sums are of the one `currency`, or of that which the `currency_column` names.
    `form` is how days are written (strptime), where that has to be said. `show`: agents see it in notifications;
    `customer`: templates for customers may use it. `label` is what agents read, by language; "" stands for the others.
    """

    name: str
    kind: ColumnKind
    column: str
    doc: str = ""
    currency: str | None = None
    currency_column: str | None = None
    form: str | None = None
    show: bool = False
    customer: bool = False
    label: Mapping[str, str] = field(default_factory=dict)

    def called(self, language: str) -> str:
        """Its label in this language, else the general one, else its name in words."""
        return self.label.get(language) or self.label.get("") or self.name.partition(".")[2].replace("_", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvSource:
    """A table in a file; `None`: the encoding, the delimiter and the decimal sign are found out."""

    path: Path
    key: str
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlSource:
    """A query against a database of the organisation's, with the key as its one bound parameter."""

    url: Secret
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSource:
    """An address that answers with JSON; the key stands in braces in it."""

    url: str
    headers: Mapping[str, Secret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One look-up: it fills the fields `name.*`.

    `owner` is the column with the address to whom the row belongs. `timeout` is in seconds; an answer is kept for
    `cache`.
    """

    name: str
    source: CsvSource | SqlSource | HttpSource
    by: By
    columns: tuple[Column, ...]
    owner: str | None = None
    timeout: float = 2.0
    cache: timedelta = timedelta(minutes=10)

    @property
    def wanted(self) -> tuple[str, ...]:
        """Every column that is read from the source, by its name there."""
        currencies = (column.currency_column for column in self.columns)
        names = (*(column.column for column in self.columns), *currencies, self.owner)
        return tuple(dict.fromkeys(name for name in names if name))
