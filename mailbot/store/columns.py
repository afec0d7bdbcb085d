"""The column types of all tables: what they accept, they give back the same on SQLite and on PostgreSQL."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

# SQLite numbers rows by itself only in a column of exactly this type.
RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LONGEST_KEY = 320
_LENGTH = len("2026-11-02 10:00:00.000000")


def clean(text: str) -> str:
    """`text` with U+FFFD for what PostgreSQL refuses to keep: NUL and lone surrogates."""
    if text.isascii() and "\0" not in text:  # by far the most, and told at once
        return text
    return _UNSTORABLE.sub("\ufffd", text)


class Text(TypeDecorator[str]):
    """Any text, cleaned. A member of a StrEnum becomes plain text, for drivers that would keep its name."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """The text as the database keeps it."""
        return _text(value)

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[str | None], str | None]:
        """The same without a detour: it is done for every value."""
        return _text


class Key(TypeDecorator[str]):
    """Text from outside that is looked up by equality.

    PostgreSQL cannot index more than 2,700 bytes, and nothing limits a Message-ID: the end of a longer one is hashed.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """The text as the database keeps and compares it."""
        return _key(value)

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[str | None], str | None]:
        """The same without a detour: it is done for every value."""
        return _key


def _text(value: str | None) -> str | None:
    return None if value is None else clean(str(value))


def _key(value: str | None) -> str | None:
    return None if value is None else key(value)


def key(text: str) -> str:
    """The form of `text` in a `Key` column; equal texts have equal forms."""
    text = clean(str(text))
    if len(text) <= _LONGEST_KEY:
        return text
    return f"{text[: _LONGEST_KEY - 65]}#{sha256(text.encode()).hexdigest()}"


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware in, UTC out. A naive datetime is a mistake of the caller and refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """The instant in UTC; ValueError for a naive one."""
        return None if value is None else _in_utc(value)

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[Any], Any] | None:
        """The same; for SQLite as the text that SQLAlchemy would make of it, without a detour."""
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """The instant in UTC; SQLite forgets the zone, PostgreSQL answers in its own."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """The same; for SQLite out of the text, without a detour."""
        return _of_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"a datetime without time zone cannot be stored: {value.isoformat()}")
    return value.astimezone(UTC)


def _as_text(value: datetime | None) -> str | None:
    return None if value is None else _in_utc(value).isoformat(" ", "microseconds")[:_LENGTH]


def _of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


class Json(TypeDecorator[Any]):
    """Plain data as JSON text, readable in any database client."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: sa.Dialect) -> str:
        """The JSON text of `value`; TypeError for what JSON has no form for."""
        text = _to_json(value)
        return text if "\\u0000" not in text and clean(text) == text else _to_json(plain(value))

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        """The data again: sequences as lists, decimals and datetimes as text."""
        return None if value is None else json.loads(value)


def _other(value: object) -> object:
    """What the encoder of JSON does not know by itself."""
    return plain(value) if not isinstance(value, Mapping) else dict(value)


_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_other).encode


def plain(value: object) -> object:
    """What JSON has a form for, as it is read again; TypeError for anything else."""
    made: object
    match value:
        case None | bool() | int() | float():
            made = value
        case str() | Decimal():
            made = clean(str(value))
        case datetime():
            made = value.isoformat()
        case Mapping():
            made = {clean(str(name)): plain(item) for name, item in value.items()}
        case AbstractSet():
            made = sorted((plain(item) for item in value), key=str)
        case Sequence() if not isinstance(value, bytes | bytearray):
            made = [plain(item) for item in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")
    return made
