"""The letters that would be written about a mail, in words: for whoever wants to see them before one is sent."""

from dataclasses import dataclass, replace
from datetime import datetime

from mailbot.core.changes import apply
from mailbot.core.events import ComplaintArrived
from mailbot.core.letters import Letter
from mailbot.core.policy import decide
from mailbot.core.rules.engine import evaluate
from mailbot.core.rules.trace import Trace
from mailbot.core.situation import Situation
from mailbot.mail.templates import Rendered
from mailbot.reading.hints import Hints
from mailbot.settings.config import Config, Mailbox
from mailbot.workflows.post import letter_values
from mailbot.workflows.runtime import Behaviour, desk_of
from mailbot.workflows.trial import Tried, empty_case, tried


@dataclass(frozen=True, slots=True)
class Specimen:
    """One letter that would be sent, and its words."""

    letter: Letter
    rendered: Rendered


@dataclass(frozen=True, slots=True)
class Trial:
    """A mail that nobody sent us: what was read, what every rule says, and the letters that would follow."""

    sample: Tried
    trace: Trace
    specimens: tuple[Specimen, ...]


def try_mail(behaviour: Behaviour, config: Config, raw: bytes, *, now: datetime, language: str | None = None) -> Trial:
    """What would come of a mail that a stranger sends to the first mailbox; `language` writes every letter in this one.

    UnreadableMail where nothing can be read from it.
    """
    mailbox = config.mailboxes[0]
    hints = Hints(default_language=mailbox.language, our_addresses=config.our_addresses)
    reading = behaviour.readers.read(raw, hints)
    sample = tried(config, mailbox, reading, received_at=reading.message.date or now)
    trace = evaluate(behaviour.rule_book.rules, sample.facts)
    return Trial(sample, trace, _specimens(behaviour, config, mailbox, sample, trace, language))


def _specimens(
    behaviour: Behaviour, config: Config, mailbox: Mailbox, sample: Tried, trace: Trace, language: str | None
) -> tuple[Specimen, ...]:
    now = sample.mail.received_at
    desk = desk_of(config, behaviour.rule_book)
    situation = Situation(now=now, desk=desk, trace=trace, fresh=empty_case(config, mailbox, sample.mail, now))
    decided = decide(ComplaintArrived(sample.mail), situation)
    changes = apply(None, decided, now=now, rule_book=behaviour.rule_book.version)
    letters = [replace(letter, language=language or letter.language) for letter in changes.letters]
    return tuple(
        Specimen(
            letter,
            behaviour.templates.render(
                letter.template, letter.language, letter_values(config, mailbox, changes.case, letter, None)
            ),
        )
        for letter in letters
    )
