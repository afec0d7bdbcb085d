"""The header of a forwarded mail as Lotus Notes wrote it: in two columns, the sender on the left without a label."""

import re
from collections.abc import Sequence

from mailbot.reading.forward_headers import Field, HeaderBlock, Role, field_of, is_blank

_MOST_LINES = 14
_COLUMNS = re.compile(r"(.{0,80}?)(?:^|\s{2,}|\t)\s*([^\W\d_](?:[^\s:]| (?! )){0,20}:.{0,500})")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.*")


def notes_block(lines: Sequence[str], start: int) -> HeaderBlock | None:
    """The block that begins in line `start`, or None if its right column has no known labels or the left no words."""
    left: list[str] = []
    fields: list[Field] = []
    end = start
    for at in range(start, min(start + _MOST_LINES, len(lines))):
        if is_blank(lines[at]):
            continue
        columns = _COLUMNS.fullmatch(lines[at][:600].rstrip())
        field = field_of(columns[2]) if columns else None
        known = field is not None and field.role is not Role.UNKNOWN
        if fields and not known and (len(fields) >= 2 or not lines[at][:1].isspace()):
            break
        left.append((columns[1] if columns and known else lines[at][:200]).strip())
        if field and known:
            fields.append(field)
            end = at + 1
    sender = " ".join(_DATE.sub("", word) for word in left).strip()
    if len(fields) < 2 or not sender:
        return None
    return HeaderBlock((Field(Role.FROM, "", sender), *fields), start, end)
