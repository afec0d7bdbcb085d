"""What would be read from a mail and decided about it, without a mailbox, a database or a clock that matters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Literal

from mailbot.core.classify import correspondent
from mailbot.core.events import Received
from mailbot.core.message import Address, Assessment, Attachment, Bounce, Command, Forwarded, Reading
from mailbot.core.rules.engine import evaluate
from mailbot.core.rules.fields import MAIL, Incoming
from mailbot.core.rules.trace import Trace
from mailbot.reading.commands import parse_commands
from mailbot.reading.hints import Hints
from mailbot.reading.mentions import mentions_of
from mailbot.reading.survey.answer import read_answer
from mailbot.settings.config import Config, Mailbox
from mailbot.workflows.runtime import Behaviour

Role = Literal["customer", "agent", "survey"]


def inspect(
    behaviour: Behaviour, config: Config, file: str, raw: bytes, *, role: Role, now: datetime
) -> dict[str, object]:
    """One mail as the object that `mailbot inspect --json` prints; never raises, whatever the bytes are."""
    mailbox = config.mailboxes[0]
    hints = Hints(default_language=mailbox.language, our_addresses=config.our_addresses)
    try:
        reading = behaviour.readers.read(raw, hints)
        trace = _trace(behaviour, config, mailbox, reading, now)
        return {
            "file": file,
            "outcome": "parsed",
            **_read(reading),
            **_as(role, behaviour, config, reading),
            **_decided(trace),
        }
    except Exception as error:
        return unread(file, f"{type(error).__name__}: {error}")


def unread(file: str, problem: str) -> dict[str, object]:
    """The object for what nothing can be read from."""
    return {"file": file, "outcome": "quarantined", **_NOTHING, "problems": [problem]}


def _trace(behaviour: Behaviour, config: Config, mailbox: Mailbox, reading: Reading, now: datetime) -> Trace:
    mail = Received(
        reading=reading,
        sender=correspondent(reading),
        mailbox=mailbox.name,
        received_at=reading.message.date or now,
        authenticated=False,
    )
    languages = config.organisation.languages
    incoming = Incoming(mail=mail, calendar=config.organisation.calendar, mentions=mentions_of(reading, languages))
    return evaluate(behaviour.rule_book.rules, MAIL.facts(incoming))


def _read(reading: Reading) -> dict[str, object]:
    message = reading.message
    return {
        "problems": list(reading.problems),
        "message_id": message.message_id,
        "date": message.date.isoformat() if message.date else None,
        "from": _address(message.from_),
        "reply_to": _addresses(message.reply_to),
        "to": _addresses(message.to),
        "cc": _addresses(message.cc),
        "references": list(message.references),
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "reply_text": reading.reply_text,
        "forwarded": _forwarded(reading.forwarded),
        "attachments": [_attachment(attachment) for attachment in message.attachments],
        "spans": [asdict(span) for span in reading.spans],
        "kind": reading.kind.value,
        "kind_reason": reading.kind_reason,
        "bounce": _bounce(reading.bounce),
        "language": reading.language,
        "assessment": _assessment(reading.assessment),
    }


def _as(role: Role, behaviour: Behaviour, config: Config, reading: Reading) -> dict[str, object]:
    vocabularies = behaviour.rule_book.vocabularies
    vocabulary = vocabularies.get(reading.language) or next(iter(vocabularies.values()))
    said, classifier = reading.reply_text, behaviour.classifier
    survey = read_answer(said, vocabulary.language, vocabulary, classifier) if role == "survey" else None
    commands = _commands(config, reading) if role == "agent" else ()
    return {"survey": asdict(survey) if survey else None, "commands": [_command(command) for command in commands]}


def _commands(config: Config, reading: Reading) -> tuple[Command, ...]:
    """The commands of an agent's mail; days are counted from the one on which it says that it was written."""
    organisation, written = config.organisation, reading.message.date
    today = written.astimezone(organisation.calendar.zone).date() if written else None
    return parse_commands(reading.reply_text, config.commands, today=today, currency=organisation.currency)[0]


def _decided(trace: Trace) -> dict[str, object]:
    return {
        "rules": [
            {
                "rule": rule.name,
                "file": rule.file,
                "line": rule.line,
                "matched": rule.matched,
                "because": list(rule.because),
                "shadow": rule.shadow,
            }
            for rule in trace.rules
        ],
        "decisions": [{"action": d.action, "value": d.value, "rule": d.rule} for d in trace.effective],
    }


def _assessment(assessment: Assessment) -> dict[str, object]:
    return {
        "is_complaint": assessment.is_complaint,
        "type": assessment.type.value,
        "demanded_remedy": assessment.demanded_remedy.value,
        "order_number": assessment.order_number,
        "amount": None if assessment.amount is None else f"{assessment.amount:.2f}",
        "currency": assessment.currency,
        "severity": assessment.severity.value,
        "threat": assessment.threat.value,
        "safety": assessment.safety,
        "repeat": assessment.repeat,
        "evidence": {name: list(words) for name, words in assessment.evidence.items()},
    }


def _attachment(attachment: Attachment) -> Mapping[str, object]:
    return {
        "filename": attachment.filename,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "inline": attachment.inline,
    }


def _address(address: Address | None) -> dict[str, str] | None:
    return {"name": address.name, "address": address.address} if address else None


def _addresses(addresses: Iterable[Address]) -> Sequence[object]:
    return [_address(address) for address in addresses]


def _forwarded(forwarded: Forwarded | None) -> dict[str, object] | None:
    if forwarded is None:
        return None
    return {"from": _address(forwarded.from_), "subject": forwarded.subject, "text": forwarded.text}


def _bounce(bounce: Bounce | None) -> dict[str, object] | None:
    if bounce is None:
        return None
    recipients = [asdict(recipient) for recipient in bounce.recipients]
    return {"recipients": recipients, "original_message_id": bounce.original_message_id}


def _command(command: Command) -> dict[str, object]:
    return {"name": command.name, "arguments": list(command.arguments), "error": command.error}


_NOTHING: Mapping[str, object] = {
    "problems": [],
    "message_id": None,
    "date": None,
    "from": None,
    "reply_to": [],
    "to": [],
    "cc": [],
    "references": [],
    "subject": "",
    "text": "",
    "html": None,
    "reply_text": "",
    "forwarded": None,
    "attachments": [],
    "spans": [],
    "kind": "human",
    "kind_reason": "",
    "bounce": None,
    "language": None,
    "assessment": _assessment(Assessment()),
    "survey": None,
    "commands": [],
    "rules": [],
    "decisions": [],
}
