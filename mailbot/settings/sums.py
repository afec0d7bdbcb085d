"""Sums and spans of time as they stand in files: one sum, or one in each of several currencies."""

from typing import Annotated, Any

from pydantic import PlainValidator

from mailbot.core.deadlines import Span
from mailbot.core.money import Sums
from mailbot.core.periods import Period

SUM_OR_SUMS: Any = str | list[str]


def sums(written: object) -> Sums:
    """What was written as `50 EUR` or `[50 EUR, 60 USD]`; ValueError for any other form."""
    return Sums.parse(map(str, written if isinstance(written, list) else [written]))


def _span(written: object) -> Span:
    span = Span.parse(str(written))
    if not span.count:
        raise ValueError("expected more than nothing")
    return span


Written = Annotated[Sums, PlainValidator(sums, json_schema_input_type=SUM_OR_SUMS)]
Lasting = Annotated[Span, PlainValidator(_span, json_schema_input_type=str)]
Often = Annotated[Period, PlainValidator(lambda written: Period.parse(str(written)), json_schema_input_type=str)]
