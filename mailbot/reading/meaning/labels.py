"""The questions that a classifier answers about a mail, and the answers that there are to each."""

from collections.abc import Iterable
from dataclasses import dataclass

from mailbot.core.message import ComplaintType, Remedy, Sentiment, Severity, Threat


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its answers, of which one holds; a question without answers is answered by yes or no."""

    name: str
    answers: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """A name for each score that is given to answer it."""
        return tuple(f"{self.name}.{answer}" for answer in self.answers) or (self.name,)


IS_COMPLAINT = Question("is_complaint")
TYPE = Question("type", tuple(ComplaintType))
REMEDY = Question("demanded_remedy", tuple(Remedy))
THREATS = {threat: Question(f"threat.{threat}") for threat in (Threat.LEGAL, Threat.AUTHORITY, Threat.PRESS_SOCIAL)}
"""The weightiest first."""
SAFETY = Question("safety")
REPEAT = Question("repeat")
SEVERITIES = {severity: Question(f"severity.{severity}") for severity in (Severity.HIGH, Severity.LOW)}
ABOUT_MAIL = (IS_COMPLAINT, TYPE, REMEDY, *THREATS.values(), SAFETY, REPEAT, *SEVERITIES.values())

LANGUAGE = Question("language", ("en", "et", "sl", "ru", "fa"))
"""Asked of the pieces of words alone, since a stem is that of a language."""

SENTIMENT = Question("sentiment", tuple(Sentiment))
REOPEN = Question("wants_reopen")
ABOUT_ANSWER = (SENTIMENT, REOPEN)
"""What is asked of the answer to a follow-up question."""
ALL = (*ABOUT_MAIL, *ABOUT_ANSWER, LANGUAGE)
"""What every model answers."""


def columns_of(questions: Iterable[Question]) -> tuple[str, ...]:
    """The columns of a model that answers these."""
    return tuple(column for question in questions for column in question.columns)
