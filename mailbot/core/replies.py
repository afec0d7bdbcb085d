"""What a customer's reply adds to the case: only what was not known, and never over what an agent has said."""

import re
from collections.abc import Iterable

from mailbot.core import actions as a
from mailbot.core.case import Author, Case
from mailbot.core.changes import fold
from mailbot.core.details import can_be_seen, missing, phone_in
from mailbot.core.events import CustomerWrote
from mailbot.core.message import ComplaintType, Reading
from mailbot.core.situation import Situation

_DIGITS = str.maketrans({**{chr(0x6F0 + i): str(i) for i in range(10)}, **{chr(0x660 + i): str(i) for i in range(10)}})
_SHORT = 25
_DATE = re.compile(r"(?<!\d)(?:\d{1,2}([-./])\d{1,2}\1(?:\d\d)?\d\d|\d{4}([-/])\d{1,2}\2\d{1,2})(?!\d)")
_SUM = re.compile(r"(?<![\w-])\d+[.,]\d{1,2}(?!\d)")
_CODE = re.compile(r"(?<![\w/.,+-])[^\W_][^\W_/-]*(?:[-/][^\W_]+)*(?![\w/-])")
_YEAR = re.compile(r"(?:19|20|13|14)\d\d")
_LOCAL_PHONE = re.compile(r"(?<![\w+-])\(?\d[\d ()./-]{5,16}\d(?![\w-])", re.ASCII)
_MOST_DIGITS, _FEWEST_DIGITS = 13, 7


def brought(event: CustomerWrote, situation: Situation) -> Iterable[a.Action]:
    """The details that the reply holds, and which of those that were asked for are still missing."""
    if event.only_thanks:
        return
    case, by = event.case, event.mail.sender.address
    found = list(_found(event, situation))
    yield from found
    known = fold(case, found, now=situation.now) or case
    left = still_missing(known, event.mail.reading)
    if left != case.asked:
        yield a.AskFor(details=left, reason="the customer's reply", by=by)


def still_missing(case: Case, reading: Reading) -> tuple[str, ...]:
    """Of what was asked for, what neither the case nor the reply shows; what cannot be seen is left to its reader."""
    asked = tuple(detail for detail in case.asked if can_be_seen(detail))
    return tuple(detail for detail in missing(asked, case, reading) if not (detail == "phone" and case.phone))


def _found(event: CustomerWrote, situation: Situation) -> Iterable[a.Action]:
    case, reading, by = event.case, event.mail.reading, event.mail.sender.address
    words, assessment = _words(reading), reading.assessment
    phone = None if case.phone else _phone(case, reading, words)
    number = None if case.order_number else _order_number(case, reading, words.replace(phone, " ") if phone else words)
    amount = assessment.amount if case.amount is None and assessment.currency else None
    if number or phone or amount is not None:
        currency = assessment.currency if amount is not None else None
        reason = "the customer's reply"
        yield a.Complete(order_number=number, amount=amount, currency=currency, phone=phone, reason=reason, by=by)
    if _may_set_type(event, situation):
        yield a.SetType(type=assessment.type, reason="the customer's reply", by=by)


def _may_set_type(event: CustomerWrote, situation: Situation) -> bool:
    """Whether the reply says what the case is about, which neither the first mail did nor any agent can have."""
    assessment = event.mail.reading.assessment
    by_agents = any(message.role is Author.AGENT for message in situation.messages)
    is_clear = assessment.type is not ComplaintType.OTHER and "type" not in assessment.doubts
    return event.case.type is ComplaintType.OTHER and is_clear and not by_agents


def _words(reading: Reading) -> str:
    return (reading.reply_text or reading.message.text).translate(_DIGITS)


def _order_number(case: Case, reading: Reading, words: str) -> str | None:
    """The number that the reply itself names, not the mails below it; without a name where it was asked for."""
    number = reading.assessment.order_number
    if number and number.casefold() in words.casefold():
        return number
    return _bare_number(case, words) if "order_number" in case.asked else None


def _bare_number(case: Case, words: str) -> str | None:
    """The one number of a short reply that can be that of an order."""
    if len(words.split()) > _SHORT:
        return None
    rest = _SUM.sub(" ", _DATE.sub(" ", words.replace(phone_in(words) or "\0", " ")))
    codes = {code[0] for code in _CODE.finditer(rest) if _can_be_order(code[0], case)}
    return codes.pop() if len(codes) == 1 else None


def _can_be_order(code: str, case: Case) -> bool:
    digits = sum(char.isdigit() for char in code)
    enough = digits >= 4 or (digits >= 3 and digits < len(code))
    return enough and len(code) <= 24 and not _YEAR.fullmatch(code) and code.casefold() != case.number.casefold()


def _phone(case: Case, reading: Reading, words: str) -> str | None:
    """The number at which the customer can be called; one without its country only where it was asked for."""
    if found := phone_in(words):
        return found
    local = _local_phone(words) if "phone" in case.asked else None
    return local if local != reading.assessment.order_number else None


def _local_phone(words: str) -> str | None:
    found = [one[0] for one in _LOCAL_PHONE.finditer(_DATE.sub(" ", words)) if _is_phone(one[0])]
    return found[0].strip() if len(found) == 1 else None


def _is_phone(written: str) -> bool:
    """Whether it is as long as such a number, and begins or is grouped like one: other numbers are written in one."""
    digits = sum(char.isdigit() for char in written)
    looks_so = written[0] in "(08" or any(char in " ()-" for char in written)
    return _FEWEST_DIGITS <= digits <= _MOST_DIGITS and looks_so
