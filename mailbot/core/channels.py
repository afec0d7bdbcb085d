"""By which way a complaint came, and by which the customer wants to hear from us."""

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """A way between customer and desk."""

    MAIL = "mail"
    PHONE = "phone"
    LETTER = "letter"
    IN_PERSON = "in_person"
    WEB = "web"


@dataclass(frozen=True, slots=True)
class Preference:
    """How a customer wants to hear from us; `phone` is the number on which they can be called, where one is known."""

    channel: Channel = Channel.MAIL
    phone: str | None = None
