"""By which way a complaint came, by which the customer wants to hear from us, and what they were asked when."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """A way between customer and desk."""

    MAIL = "mail"
    PHONE = "phone"
    LETTER = "letter"
    IN_PERSON = "in_person"
    WEB = "web"


class SurveyStep(StrEnum):
    """What has happened between desk and customer about questions of whether they are satisfied."""

    ASKED = "asked"
    INVITED = "invited"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Preference:
    """How a customer wants to hear from us; `phone` is the number on which they can be called, where one is known.

    `no_surveys`: they want no questions of whether they are satisfied. `asked_at` is when they were asked last,
    `invited_at` when they were last invited to tell others.
    """

    channel: Channel = Channel.MAIL
    phone: str | None = None
    no_surveys: bool = False
    asked_at: datetime | None = None
    invited_at: datetime | None = None

    def after(self, step: SurveyStep, now: datetime) -> "Preference":
        """What is known after this step."""
        match step:
            case SurveyStep.ASKED:
                return replace(self, asked_at=now)
            case SurveyStep.INVITED:
                return replace(self, invited_at=now)
            case SurveyStep.STOPPED:
                return replace(self, no_surveys=True)
