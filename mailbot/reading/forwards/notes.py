"""The header of a forwarded mail as Lotus Notes wrote it: the sender without a label, the rest in a second column."""

import re
from collections.abc import Sequence

from mailbot.reading.forwards.headers import Field, HeaderBlock, Role, is_blank, role_of

_MOST_LINES = 16
_LONGEST_LINE = 500
_COLUMNS = re.compile(r"(?:(.{0,80}?)(?:\s{2,}|\t))?\s*([^\W\d_](?:[^\s:]| (?! )){0,20}):(.*)")
_WITHOUT_COLON = re.compile(r"()\s*([^\W\d_]{1,20})(?!\S)(.*)")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.*")


def notes_block(lines: Sequence[str], start: int) -> HeaderBlock | None:
    """The block that begins in line `start` and ends with its subject; None if it names no sender or recipient."""
    sender: list[str] = []
    fields: list[Field] = []
    for at in range(start, min(start + _MOST_LINES, len(lines))):
        if is_blank(lines[at]):
            continue
        left, field = _columns(lines[at][:_LONGEST_LINE].rstrip())
        if field is None and fields and not fields[-1].value and not left.startswith(" "):
            fields[-1] = Field(fields[-1].role, fields[-1].label, left.strip())  # the value below its label
        else:
            sender.append(_DATE.sub("", left).strip())
            fields.extend([field] if field else [])
        if fields and fields[-1].role is Role.SUBJECT and fields[-1].value:
            return _block(" ".join(filter(None, sender)), fields, start, at + 1)
    return None


def _block(sender: str, fields: Sequence[Field], start: int, end: int) -> HeaderBlock | None:
    if not sender or len(fields) < 2:
        return None
    return HeaderBlock((Field(Role.FROM, "", sender), *fields), start, end)


def _columns(line: str) -> tuple[str, Field | None]:
    """The words in the left column, and the header in the right one, if there is one."""
    for pattern in (_COLUMNS, _WITHOUT_COLON):
        found = pattern.fullmatch(line)
        role = role_of(found[2]) if found else None
        if found and role in (Role.TO, Role.SUBJECT, Role.OTHER, Role.SENT):
            return found[1] or "", Field(role, found[2], " ".join(found[3].split()))
    return line, None
