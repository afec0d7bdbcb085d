"""The letters to customers that follow from their answer to the question: thanks, an apology, an invitation."""

from datetime import datetime

from mailbot.core.case import Case
from mailbot.core.events import Received
from mailbot.core.letter_parts import latest_from_customer, reply_to_mail, reply_to_message
from mailbot.core.letters import Letter, LetterKind, Link, Thread
from mailbot.core.situation import Situation
from mailbot.core.sla import BUILT_IN, Happening

_PROMISED = [name for name, (_, until) in BUILT_IN.items() if until is Happening.ANSWER]


def thanks(case: Case, mail: Received, *, content: bool) -> Letter:
    """Thanks for an answer that leaves nothing to be done; `content`: the customer is, and not only settled."""
    return _letter(LetterKind.THANKS, case, reply_to_mail(mail), content=content, corrective=case.corrective)


def apology(case: Case, mail: Received, now: datetime) -> Letter:
    """Somebody looks again at what is not settled for the customer, who hears by when."""
    return _letter(LetterKind.APOLOGY, case, reply_to_mail(mail), answer_by=hear_by(case, now))


def invitation(case: Case, situation: Situation, link: str) -> Letter:
    """Somebody who is content may tell others."""
    return _letter(LetterKind.REVIEW, case, reply_to_message(latest_from_customer(situation.messages)), link=Link(link))


def hear_by(case: Case, now: datetime) -> datetime | None:
    """The day by which the customer is promised an answer; None where nothing is promised, or too late."""
    running = (d for d in case.deadlines if d.kind in _PROMISED and d.is_running and not d.paused_since)
    return min((d.due_at for d in running if d.due_at > now), default=None)


def _letter(kind: LetterKind, case: Case, thread: Thread, **values: object) -> Letter:
    known: dict[str, object] = {"original_subject": case.subject}
    return Letter(kind=kind, to=case.customer, language=case.language, thread=thread, values=known | values)
