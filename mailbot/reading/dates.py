"""The time in a Date header, in the forms of six decades (RFC 5322 section 3.3, RFC 822, ctime, ISO 8601)."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

_COMMENT = re.compile(r"\([^()]{0,200}\)")
_NUMERIC = re.compile(
    r"(?:\w{2,12}[.,]{0,2} )?(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})"
    r"[ ,T]{1,3}(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?"
    r" ?([AaPp][Mm])?(.*)$"
)
_OFFSET = re.compile(r"(?:GMT|UTC|UT)? ?([+-])(\d{1,2}):?(\d{2})\b")


def moment(value: str) -> datetime | None:
    """The time in UTC, or None; a time without a zone is taken as UTC."""
    text = " ".join(value[:200].split())
    for read in (_of_mail, _of_numbers, _iso):
        try:
            if found := read(text):
                return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (TypeError, ValueError, OverflowError, IndexError):
            continue
    return None


def _of_mail(text: str) -> datetime | None:
    bare = _COMMENT.sub(" ", text)
    parts = parsedate_tz(bare) or parsedate_tz(text)
    if parts is None or not 1970 <= parts[0] <= 2200:
        return None
    year, month, day, hour, minute, second = parts[:6]
    offset = parts[9] or 0
    if abs(offset) >= 24 * 3600:  # a zone of nonsense is no zone
        offset = 0
    leap = second == 60
    found = datetime(year, month, day, hour, minute, 59 if leap else second, tzinfo=timezone(timedelta(seconds=offset)))
    return found + timedelta(seconds=leap)


def _of_numbers(text: str) -> datetime | None:
    """`03.11.2026 10:11`, `2026/11/03 10:11:12`, `11/3/26 10:11 AM`: dots say day first, slashes month first."""
    found = _NUMERIC.match(_COMMENT.sub(" ", text))
    if found is None:
        return None
    first, second, third = int(found[1]), int(found[3]), int(found[4])
    if len(found[1]) == 4:
        year, month, day = first, second, third
    else:
        year = third if third >= 100 else third + 2000
        month, day = (first, second) if found[2] == "/" and first <= 12 else (second, first)
    hour = int(found[5])
    if found[8]:
        hour = hour % 12 + (12 if found[8].casefold() == "pm" else 0)
    return datetime(year, month, day, hour, int(found[6]), int(found[7] or 0), tzinfo=_zone(found[9]))


def _zone(text: str) -> timezone:
    offset = _OFFSET.match(text.strip())
    if offset is None:
        return UTC
    span = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
    return timezone(-span if offset[1] == "-" else span)


def _iso(text: str) -> datetime | None:
    return datetime.fromisoformat(text)
