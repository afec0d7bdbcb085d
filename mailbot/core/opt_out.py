"""Whether a customer says that they want no more questions of whether they are satisfied."""

from mailbot.core.events import CustomerWrote

STOP = "[stop]"
"""Whoever writes it in the subject wants no more questions; the link in the question does so."""


def stops(event: CustomerWrote) -> bool:
    """Whether the mail says so; what stands in the subject of the case itself says nothing."""
    return STOP in event.mail.reading.message.subject.casefold() and STOP not in event.case.subject.casefold()


def only_stops(event: CustomerWrote) -> bool:
    """Whether it says so and nothing else: its words are those that the link brings."""
    lines = event.mail.reading.reply_text.splitlines()
    return stops(event) and not any(line.strip() for line in lines if STOP not in line.casefold())
