"""What may stand under `lookups` in config.yaml: sources of facts about orders and customers, and their columns."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator

from mailbot.core.deadlines import Span
from mailbot.core.lookup import By, ColumnKind
from mailbot.settings.yaml_model import NOT_EMPTY, Model

_SECONDS = re.compile(r"([0-9]{1,3}(?:\.[0-9])?) ?s(?:econds?)?", re.ASCII)
_LONGEST_WAIT = 30.0


def _seconds(written: object) -> float:
    found = _SECONDS.fullmatch(str(written))
    if found is None or not 0 < float(found[1]) <= _LONGEST_WAIT:
        raise ValueError(f'expected a time of at most {_LONGEST_WAIT:g} seconds, like "2 s"')
    return float(found[1])


def _kept_for(written: object) -> timedelta:
    length = Span.parse(str(written)).length
    if length is None or length > timedelta(days=1):
        raise ValueError('expected a time of at most a day, like "10 minutes"; "0 minutes" keeps nothing')
    return length


def _column(written: object) -> object:
    """A column of which nothing but its kind is said."""
    return {"kind": written} if isinstance(written, str) else written


def _labels(written: object) -> object:
    """One label for all languages."""
    return {"": written} if isinstance(written, str) else written


Text = Annotated[str, Field(min_length=1)]
Seconds = Annotated[float, PlainValidator(_seconds, json_schema_input_type=str)]
Kept = Annotated[timedelta, PlainValidator(_kept_for, json_schema_input_type=str)]
Labels = Annotated[dict[str, Text], BeforeValidator(_labels, json_schema_input_type=str | dict[str, str])]


def _one_character(written: str) -> str:
    if written != "tab" and (len(written) != 1 or written.isalnum() or written in "\"'\n\r"):
        raise ValueError('expected one character, like ";", or tab')
    return "\t" if written == "tab" else written


class ColumnModel(Model):
    """One column, by the name that its field gets."""

    kind: ColumnKind
    column: Text | None = None
    doc: Text | None = None
    currency: Text | None = None
    format: Text | None = None
    show: bool = False
    customer: bool = False
    label: Labels = Field(default_factory=dict)


class SqlModel(Model):
    """A query in a database of the organisation's."""

    url: Text
    query: Text


class HttpModel(Model):
    """An address that answers with JSON."""

    url: Text
    headers: dict[str, str] = Field(default_factory=dict)
    # There is no other form; whoever says so is right.
    json_: Literal[True] = Field(default=True, alias="json")


class LookupModel(Model):
    """One look-up: where it looks, by what, and what it finds."""

    csv: Text | None = None
    sql: SqlModel | None = None
    http: HttpModel | None = None
    by: By | None = None
    key: Text | None = None
    encoding: Text | None = None
    delimiter: Annotated[str, AfterValidator(_one_character)] | None = None
    decimal: Literal[",", "."] | None = None
    owner: Text | None = None
    timeout: Seconds = 2.0
    cache: Kept = timedelta(minutes=10)
    columns: Annotated[
        dict[str, Annotated[ColumnModel, BeforeValidator(_column, json_schema_input_type=Any)]], NOT_EMPTY
    ]
