"""What a complaint can lack: the details that a customer is asked for, and how one sees that they are there."""

import re
from collections.abc import Callable, Iterable, Mapping

from mailbot.core.case import Case
from mailbot.core.message import Attachment, Reading

_ENOUGH_WORDS = 15
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|heic|heif|bmp|tiff?|mp4|mov|3gp|avi)$", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w+])(?:\+|00)[1-9](?:[ ()./-]{0,2}[0-9]){7,14}(?![0-9])", re.ASCII)
_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}\b", re.ASCII)


def missing(wanted: Iterable[str], case: Case, reading: Reading) -> tuple[str, ...]:
    """Those of the wanted details that the mail does not hold, each once; what cannot be seen is asked for."""
    seen = (detail for detail in wanted if not (there := DETAILS.get(detail)) or not there(case, reading))
    return tuple(dict.fromkeys(seen))


def can_be_seen(detail: str) -> bool:
    """Whether a mail shows if this detail is there."""
    return DETAILS.get(detail, _unseen) is not _unseen


def _unseen(_case: Case, _reading: Reading) -> bool:
    return False


def _order_number(case: Case, _reading: Reading) -> bool:
    return case.order_number is not None


def _amount(case: Case, _reading: Reading) -> bool:
    return case.amount is not None


def _photo(_case: Case, reading: Reading) -> bool:
    return any(_is_picture(attachment) for attachment in reading.message.attachments)


def _is_picture(attachment: Attachment) -> bool:
    kind = attachment.content_type.partition("/")[0].lower()
    return kind in ("image", "video") or _PICTURE_FILE.search(attachment.filename) is not None


def _receipt(_case: Case, reading: Reading) -> bool:
    return any(a.content_type.lower() == "application/pdf" for a in reading.message.attachments)


def _phone(_case: Case, reading: Reading) -> bool:
    return phone_in(reading.message.text) is not None


def phone_in(text: str) -> str | None:
    """The first phone number in international form that stands in a text."""
    found = _PHONE.search(text)
    return found[0] if found else None


def _bank_account(_case: Case, reading: Reading) -> bool:
    return any(_is_iban(found[0]) for found in _IBAN.finditer(reading.message.text))


def _is_iban(written: str) -> bool:
    """Whether the check digits are right, for the text or a beginning of it (ISO 13616): words may follow."""
    plain = written.replace(" ", "")
    return any(_checks(plain[:length]) for length in range(15, len(plain) + 1))


def _checks(iban: str) -> bool:
    return int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 == 1


def _description(_case: Case, reading: Reading) -> bool:
    return len(reading.reply_text.split()) >= _ENOUGH_WORDS


DETAILS: Mapping[str, Callable[[Case, Reading], bool]] = {
    "order_number": _order_number,
    "amount": _amount,
    "photo": _photo,
    "receipt": _receipt,
    "description": _description,
    "phone": _phone,
    "bank_account": _bank_account,
    "date": _unseen,
    "purchase_date": _unseen,
    "delivery_date": _unseen,
    "serial_number": _unseen,
    "address": _unseen,
}
"""The details that every language has words for: is it there? An organisation may have words for more."""
