"""How commands print: JSON for programs, plain lines for people."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any


def print_json(value: object) -> None:
    """One JSON document on one line of stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain) + "\n")


def print_table(rows: Iterable[Sequence[object]], header: Sequence[str]) -> None:
    """Rows for people, columns aligned; control characters of other people's mail are made visible."""
    lines = [list(map(str, header)), *([_safe(str(cell)) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def safe(text: str) -> str:
    """Text of other people's mail for a terminal: no escape sequence gets through; what joins Persian letters does."""
    return "".join(c if c.isprintable() or c in "\n\t\u200c\u200d" else repr(c)[1:-1] for c in text)


def _safe(cell: str) -> str:
    return safe(cell.replace("\n", " "))


def _plain(value: Any) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset | set | tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
