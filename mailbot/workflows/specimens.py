"""The letters that would be written about a mail, in words: for whoever wants to see them before one is sent."""

from dataclasses import dataclass, replace
from datetime import datetime

from mailbot.core.case import Case
from mailbot.core.changes import apply
from mailbot.core.customer_letters import follow_up
from mailbot.core.events import ComplaintArrived
from mailbot.core.letters import Letter
from mailbot.core.policy import decide
from mailbot.core.rules.engine import evaluate
from mailbot.core.rules.trace import Trace
from mailbot.core.situation import Situation
from mailbot.mail.templates import Rendered, kind_of
from mailbot.reading.hints import Hints
from mailbot.settings.config import Config, Mailbox
from mailbot.workflows.letter_values import letter_values
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


def try_mail(behaviour: Behaviour, config: Config, raw: bytes, *, now: datetime) -> Trial:
    """What would come of a mail that a stranger sends to the first mailbox.

    UnreadableMail where nothing can be read from it.
    """
    mailbox = config.mailboxes[0]
    sample = _read(behaviour, config, mailbox, raw, now)
    trace = evaluate(behaviour.rule_book.rules, sample.facts)
    fresh = empty_case(config, mailbox, sample.mail, sample.mail.received_at)
    case, letters = _letters(behaviour, config, sample, trace, fresh)
    return Trial(sample, trace, tuple(_written(behaviour, config, mailbox, case, letter) for letter in letters))


def invented(behaviour: Behaviour, config: Config, template: str, language: str | None) -> Rendered:
    """A mail of an invented case."""
    templates = behaviour.templates
    return templates.render(template, language or config.organisation.languages[0], templates.sample(template))


def specimen(
    behaviour: Behaviour,
    config: Config,
    raw: bytes,
    template: str,
    *,
    now: datetime,
    language: str | None = None,
    known: Case | None = None,
) -> Specimen | None:
    """The letter by this template that would follow such a mail; None where none of its kind does.

    `language`: whatever that of the mail is. `known` is the case that the mail has opened already.
    """
    mailbox = next((box for box in config.mailboxes if known and box.name == known.mailbox), config.mailboxes[0])
    sample = _read(behaviour, config, mailbox, raw, now)
    trace = evaluate(behaviour.rule_book.rules, sample.facts)
    fresh = known or empty_case(config, mailbox, sample.mail, sample.mail.received_at)
    case, letters = _letters(behaviour, config, sample, trace, fresh)
    kind = kind_of(template)
    for letter in letters:
        if letter.kind is kind:
            own = template if template != kind else None
            chosen = replace(letter, written_as=own, language=language or letter.language)
            return _written(behaviour, config, mailbox, case, chosen)
    return None


def follow_up_of(behaviour: Behaviour, config: Config, case: Case, now: datetime, language: str | None) -> Specimen:
    """The question after the resolution of a case, as if it were asked now."""
    situation = Situation(now=now, desk=desk_of(config, behaviour.rule_book))
    letter = follow_up(case, situation, case.resolved_at or now)
    mailbox = next((box for box in config.mailboxes if box.name == case.mailbox), config.mailboxes[0])
    return _written(behaviour, config, mailbox, case, replace(letter, language=language or letter.language))


def _read(behaviour: Behaviour, config: Config, mailbox: Mailbox, raw: bytes, now: datetime) -> Tried:
    hints = Hints(default_language=mailbox.language, our_addresses=config.our_addresses)
    reading = behaviour.readers.read(raw, hints)
    return tried(config, mailbox, reading, received_at=reading.message.date or now)


def _letters(
    behaviour: Behaviour, config: Config, sample: Tried, trace: Trace, fresh: Case
) -> tuple[Case | None, tuple[Letter, ...]]:
    now = sample.mail.received_at
    situation = Situation(now=now, desk=desk_of(config, behaviour.rule_book), trace=trace, fresh=fresh)
    decided = decide(ComplaintArrived(sample.mail), situation)
    changes = apply(None, decided, now=now, rule_book=behaviour.rule_book.version)
    return changes.case, changes.letters


def _written(behaviour: Behaviour, config: Config, mailbox: Mailbox, case: Case | None, letter: Letter) -> Specimen:
    values = letter_values(config, mailbox, case, letter, None)
    return Specimen(letter, behaviour.templates.render(letter.template, letter.language, values))
