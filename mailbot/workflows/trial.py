"""What the rules say of a mail that has not arrived: nothing is looked up, nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from mailbot.core.case import Case, State
from mailbot.core.classify import correspondent
from mailbot.core.events import Received
from mailbot.core.message import Reading
from mailbot.core.recurrence import NOTHING_AGAIN
from mailbot.core.rules.conditions import Facts
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.given import Given, Stated
from mailbot.core.rules.incoming import CaseBefore, Incoming, MailEvent
from mailbot.reading.mentions import mentions_of
from mailbot.settings.config import Config, Mailbox

NUMBER = 10_000
"""The number of a case that does not exist."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A mail as it would come in, and the facts that rules are tried on."""

    mail: Received
    facts: Facts


def tried(
    config: Config,
    mailbox: Mailbox,
    reading: Reading,
    *,
    received_at: datetime,
    authenticated: bool = False,
    language: str | None = None,
    given: Mapping[str, Given] = {},
) -> Tried:
    """The mail as if it came to this mailbox at this moment; `given` is what is known besides it.

    `language` is that of the sender's earlier mails, or else the mailbox's: it counts where the mail does not tell.
    """
    if not reading.language_certain:
        reading = replace(reading, language=language or mailbox.language)
    mail = Received(
        reading=reading,
        sender=correspondent(reading),
        mailbox=mailbox.name,
        received_at=received_at,
        authenticated=authenticated,
    )
    calendar = config.organisation.calendar
    stated = {name: value.fact(received_at, calendar) for name, value in given.items()}
    event = MailEvent(str(stated.get("event") or MailEvent.OPENED))
    incoming = Incoming(
        mail=mail,
        calendar=calendar,
        mentions=mentions_of(reading, config.organisation.languages),
        event=event,
        before=None if event is MailEvent.OPENED else CaseBefore(case=_before(config, mail), messages=1),
        recurrence=NOTHING_AGAIN if event is MailEvent.OPENED else None,
    )
    return Tried(mail, Stated(MAIL.facts(incoming), stated))


def empty_case(config: Config, mailbox: Mailbox, mail: Received, now: datetime) -> Case:
    """A case that no mail has filled yet, with the number of none."""
    return Case(
        id=0,
        number=f"{config.organisation.case_prefix}-{NUMBER}",
        token="",
        mailbox=mailbox.name,
        subject=mail.reading.message.subject,
        customer=mail.sender,
        language=mail.reading.language,
        opened_at=now,
    )


def _before(config: Config, mail: Received) -> Case:
    """The case that a sample continues: one that nothing is known of but what the sample states."""
    return replace(empty_case(config, config.mailbox(mail.mailbox), mail, mail.received_at), state=State.OPEN)
