"""What the rules make of a mail, laid out for people: values with their evidence, every rule, decisions, the answer."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from mailbot.cli.output import print_json, safe
from mailbot.core.errors import PermanentError
from mailbot.core.letters import LetterKind
from mailbot.core.rules.trace import RuleTrace, Trace

if TYPE_CHECKING:
    from mailbot.settings.config import Config
    from mailbot.workflows.runtime import Behaviour
    from mailbot.workflows.specimens import Trial

_VALUES = (
    *("is_complaint", "type", "severity", "demanded_remedy", "order_number", "amount", "threat", "safety", "repeat"),
    *("language", "kind"),
)


def show_trials(behaviour: "Behaviour", config: "Config", files: Sequence[Path], *, now: datetime, json: bool) -> int:
    """Print what would come of each mail, one JSON object a line with `json`; 2 if one cannot be read, else 0."""
    from mailbot.workflows.specimens import try_mail

    def look(file: Path) -> "Trial | str":
        try:
            return try_mail(behaviour, config, file.read_bytes(), now=now)
        except OSError as error:
            return f"{file}: cannot be read: {error.strerror}"
        except PermanentError as error:
            return f"{file}: {error}"

    code = 0
    with ThreadPoolExecutor(behaviour.readers.count) as pool:
        for file, found in zip(files, pool.map(look, files), strict=True):
            if isinstance(found, str):
                code = 2
                typer.echo(safe(found), err=True)
            elif json:
                print_json({"file": str(file), **_object(found)})
            else:
                _show(file, found)
    return code


def _object(trial: "Trial") -> Mapping[str, object]:
    evidence = trial.sample.mail.reading.assessment.evidence
    return {
        "values": {name: _plain(trial.sample.facts.get(name)) for name in _VALUES},
        "evidence": {name: list(words) for name, words in evidence.items()},
        "rules": [asdict(rule) for rule in trial.trace.rules],
        "decisions": [asdict(decision) for decision in trial.trace.decisions],
        "letters": [
            {
                "kind": specimen.letter.kind.value,
                "to": str(specimen.letter.to),
                "language": specimen.letter.language,
                "subject": specimen.rendered.subject,
                "text": specimen.rendered.text,
            }
            for specimen in trial.specimens
        ],
    }


def _show(file: Path, trial: "Trial") -> None:
    mail = trial.sample.mail
    _say(f"{file}: {mail.reading.message.subject}, from {mail.sender}\n")
    for name in _VALUES:
        value = _plain(trial.sample.facts.get(name))
        if value not in (None, False, "none"):
            words = mail.reading.assessment.evidence.get(name, ())
            said = f"  “{'”, “'.join(words)}”" if words else ""
            _say(f"{name + ':':<18}{str(value).lower() if value is True else value}{said}")
    _say("")
    for rule in trial.trace.rules:
        _show_rule(rule, trial.trace)
    letters = [specimen for specimen in trial.specimens if specimen.letter.kind is LetterKind.ACKNOWLEDGEMENT]
    for specimen in letters:
        head = f"To: {specimen.letter.to}\nSubject: {specimen.rendered.subject}"
        _say(f"\nthe acknowledgement ({specimen.letter.template}, {specimen.letter.language})\n")
        _say("\n".join(f"  {line}".rstrip() for line in f"{head}\n\n{specimen.rendered.text}".splitlines()))
    if not letters:
        _say("\nno acknowledgement is sent")


def _show_rule(rule: RuleTrace, trace: Trace) -> None:
    shadow = ", in shadow: nothing of this counts" if rule.shadow else ""
    _say(f"{'✓' if rule.matched else '✗'} {rule.name} ({rule.file}:{rule.line}){shadow}")
    for reason in (*rule.because, *_decided(rule, trace)):
        _say(f"    {reason}")


def _decided(rule: RuleTrace, trace: Trace) -> Iterable[str]:
    for decision in trace.decisions if rule.matched else ():
        if decision.rule == rule.name:
            by = f" (overridden by “{decision.overridden_by}”)" if decision.overridden else ""
            yield f"→ {decision.action}: {decision.value}{by}"


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int) else str(value)


def _say(text: str) -> None:
    typer.echo(safe(text))
