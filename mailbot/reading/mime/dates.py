"""The time in a Date header, in the forms of six decades (RFC 5322 section 3.3, RFC 822, ctime, ISO 8601)."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

# As nearly all programs write it today.
_USUAL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"
    r"(?: \([A-Z]{2,5}\))?",
    re.ASCII,
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_COMMENT = re.compile(r"\([^()]{0,200}\)")
_NUMERIC = re.compile(
    r"(?:\w{2,12}[.,]{0,2} )?(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})"
    r"[ ,T]{1,3}(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?"
    r" ?([AaPp][Mm])?(.*)$"
)
_PLAINLY = (
    (re.compile(r"[\"']"), ""),
    (re.compile(r"(?<=[^\W\d])\.(?=[ ,])"), ""),
    (re.compile(r"\b(?:GMT|UTC|UT) ?(?=[+-]\d)"), ""),
    (re.compile(r"(?<= [+-]\d\d):(?=\d\d\b)"), ""),
    (re.compile(r"(?<=\d) ?: ?(?=\d)"), ":"),
    (re.compile(r"(?<=:\d\d:\d\d)[.,]\d{1,9}\b"), ""),
)
_HALF_DAY = re.compile(r"\b(\d{1,2}):(\d\d(?::\d\d)?) ?([AaPp])\.?[Mm]\b\.?")
_ZONE_NAME = re.compile(r"(?<= )([A-Z]{3,4})$")
# Zones that the standard library does not know and that are one only.
_ZONES = {
    "WEST": "+0100", "BST": "+0100", "CET": "+0100", "MET": "+0100", "CEST": "+0200", "MEST": "+0200", "MESZ": "+0200",
    "EET": "+0200", "SAST": "+0200", "EEST": "+0300", "MSK": "+0300", "MSD": "+0400", "PKT": "+0500", "WIB": "+0700",
    "HKT": "+0800", "SGT": "+0800", "AWST": "+0800", "JST": "+0900", "KST": "+0900", "AEST": "+1000", "AEDT": "+1100",
    "NZST": "+1200", "NZDT": "+1300", "BRT": "-0300", "AKST": "-0900", "AKDT": "-0800", "HST": "-1000",
}  # fmt: skip
_OFFSET = re.compile(r"(?:GMT|UTC|UT)? ?([+-])(\d{1,2}):?(\d{2})\b")


def moment(value: str) -> datetime | None:
    """The time in UTC, or None; a time without a zone is taken as UTC."""
    text = " ".join(value[:200].split())
    for read in (_usual, _of_mail, _of_numbers, _iso):
        try:
            if found := read(text):
                return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (TypeError, ValueError, OverflowError, IndexError):
            continue
    return None


def _usual(text: str) -> datetime | None:
    found = _USUAL.fullmatch(text)
    if found is None or found[2] not in _MONTHS or not 1900 <= int(found[3]) <= 2200:
        return None
    offset = timedelta(hours=int(found[8]), minutes=int(found[9]))
    day, year, hour, minute, second = (int(found[n]) for n in (1, 3, 4, 5, 6))
    zone = timezone(-offset if found[7] == "-" else offset)
    return datetime(year, _MONTHS.index(found[2]) + 1, day, hour, minute, second, tzinfo=zone)


def _of_mail(text: str) -> datetime | None:
    bare = _plainly(_COMMENT.sub(" ", text))
    parts = parsedate_tz(bare) or parsedate_tz(text) or parsedate_tz(f"{bare} 00:00:00")
    if parts is None:
        return None
    year, month, day, hour, minute, second = parts[:6]
    if 100 <= year < 200:  # from programs that count from 1900 (RFC 5322 section 4.3)
        year += 1900
    if not 1900 <= year <= 2200:
        return None
    offset = parts[9] or 0
    if abs(offset) >= 24 * 3600:  # a zone of nonsense is no zone
        offset = 0
    if second > 61 or minute > 59 or hour > 24 or (hour == 24 and (minute or second)):
        return None
    # Leap seconds, and midnight at the end of a day.
    return datetime(year, month, day, tzinfo=timezone(timedelta(seconds=offset))) + timedelta(
        hours=hour, minutes=minute, seconds=second
    )


def _plainly(text: str) -> str:
    """`text` with its zone as numbers and its hour out of 24, as the standard library knows them."""
    for pattern, plain in _PLAINLY:
        text = pattern.sub(plain, text)
    text = _HALF_DAY.sub(lambda time: f"{int(time[1]) % 12 + (12 if time[3] in 'Pp' else 0)}:{time[2]}", text)
    named = _ZONE_NAME.search(text)
    return f"{text[: named.start()]}{_ZONES[named[1]]}" if named and named[1] in _ZONES else text


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
