"""What rules cost: CPU a mail with ten, a hundred and a thousand of them, as the desk tries them and as it explains.

Run alone as `python -m bench.rules`.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from bench.cpu import cpu_of
from bench.mails import make_mails
from bench.reading import HINTS, LANGUAGES, vocabularies
from mailbot.core.classify import correspondent
from mailbot.core.deadlines import Calendar
from mailbot.core.events import Received
from mailbot.core.message import Reading
from mailbot.core.rules.engine import consider, evaluate
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.incoming import Incoming
from mailbot.core.rules.recorded import recorded
from mailbot.core.rules.trace import Trace
from mailbot.core.team import Member, Role, Team
from mailbot.reading.mentions import mentions_of
from mailbot.reading.reader import Reader
from mailbot.settings.rulebook import RuleBook, load_rule_book

_SIZES = (10, 100, 1000)
_MAILS = 100
_ROUNDS = 7
_NOW = datetime(2026, 12, 2, 10, 0, tzinfo=UTC)
_TEAM = Team((Member(name="Ana Novak", address="ana@acme.example", role=Role.LEAD, teams=("logistics", "quality")),))
_WORDS = Path(__file__).parents[1] / "rules" / "vocabulary"
_HOURS = {day: ((datetime(2026, 1, 1, 9).time(), datetime(2026, 1, 1, 17).time()),) for day in range(5)}  # noqa: DTZ001
_CALENDAR = Calendar(ZoneInfo("Europe/Tallinn"), _HOURS)
_TYPES = ("late_delivery", "non_delivery", "defective_goods", "wrong_item", "poor_service", "billing")


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds a mail for so many rules: tried by the desk, and explained; `load` is that of the book."""

    rules: int
    tried: float
    explained: float
    load: float


def measure(seed: int = 1) -> tuple[Cost, ...]:
    """All sizes, in this process; each figure the median of its rounds."""
    mails = list(_readings(seed))
    return tuple(_cost(size, mails, seed) for size in _SIZES)


def as_lines(costs: Sequence[Cost]) -> Iterator[str]:
    """A table for people."""
    yield f"{'rules, CPU ms a mail':<32}{'desk':>10}{'explained':>10}{'load':>10}"
    for cost in costs:
        yield f"{cost.rules:<32}{cost.tried:>10.2f}{cost.explained:>10.2f}{cost.load:>10.0f}"


def _cost(size: int, mails: Sequence[Reading], seed: int) -> Cost:
    with tempfile.TemporaryDirectory(prefix="rules-") as name:
        write_book(Path(name), size, random.Random(seed))
        started = time.process_time()
        book = load_rule_book(Path(name), team=_TEAM, languages=("en",))
        load = time.process_time() - started
    tried = [cpu_of(lambda: _try(book, mails)) for _ in range(_ROUNDS)]
    explained = [cpu_of(lambda: _explain(book, mails)) for _ in range(_ROUNDS)]
    per_mail = 1000 / len(mails)
    return Cost(size, per_mail * median(tried[1:]), per_mail * median(explained[1:]), 1000 * load)


def _try(book: RuleBook, mails: Sequence[Reading]) -> None:
    for reading in mails:
        facts = MAIL.facts(_incoming(reading))
        consider(book.index, facts)
        recorded(MAIL, facts)


def _explain(book: RuleBook, mails: Sequence[Reading]) -> Sequence[Trace]:
    return [evaluate(book.rules, MAIL.facts(_incoming(reading))) for reading in mails]


def _incoming(reading: Reading) -> Incoming:
    mail = Received(
        reading=reading,
        sender=correspondent(reading),
        mailbox="support",
        received_at=_NOW,
        authenticated=True,
    )
    return Incoming(mail=mail, calendar=_CALENDAR, mentions=mentions_of(reading, LANGUAGES))


def _readings(seed: int) -> Iterator[Reading]:
    reader = Reader(vocabularies(), LANGUAGES)
    for mail in make_mails(_MAILS, _NOW, seed):
        yield reader.read(mail.raw, HINTS)


def write_book(folder: Path, size: int, dice: random.Random) -> None:
    """A folder of so many rules as organisations write them: by sender, words, type, season, sum, list, history."""
    (folder / "vocabulary").mkdir()
    (folder / "vocabulary" / "en.yaml").write_bytes((_WORDS / "en.yaml").read_bytes())
    (folder / "lists").mkdir()
    numbers = (f"K-{number}{'*' * (number % 10 == 0)}\n" for number in range(20_000))
    (folder / "lists" / "accounts.txt").write_text("".join(numbers))
    (folder / "schedules.yaml").write_text(
        "schedules:\n  christmas: {date: 1 Dec – 6 Jan}\n  night: {time: 22:00 – 06:00}\n"
    )
    kinds = dice.choices([kind for kind, _ in _KINDS], [weight for _, weight in _KINDS], k=size)
    rules = (f"  - rule: number {n}\n    when: {kind(dice)}\n    then: {_then(dice)}\n" for n, kind in enumerate(kinds))
    (folder / "routing.yaml").write_text("rules:\n" + "".join(rules))


def _then(dice: random.Random) -> str:
    return dice.choice(
        [
            "{assign_team: logistics}",
            "{priority: high}",
            f"{{tag: t{dice.randrange(99)}}}",
            "{assign_team: quality, tag: x}",
        ]
    )


@cache
def _words() -> tuple[str, ...]:
    """What the shipped vocabularies look for, in letters alone."""
    phrases = (phrase.text for vocabulary in vocabularies().values() for phrase in vocabulary.phrases)
    return tuple(text for text in phrases if text.replace(" ", "").isalpha() and len(text) > 3)


def _phrases(dice: random.Random, count: int) -> str:
    return ", ".join(json.dumps(dice.choice(_words()), ensure_ascii=False) for _ in range(count))


def _by_words(dice: random.Random) -> str:
    return f"{{mentions: [{_phrases(dice, dice.randint(1, 5))}]}}"


def _by_type_and_words(dice: random.Random) -> str:
    return f"{{type: {dice.choice(_TYPES)}, mentions: [{_phrases(dice, 3)}]}}"


def _by_sender(dice: random.Random) -> str:
    return f"{{sender_domain: [d{dice.randrange(9999)}.example, d{dice.randrange(9999)}.example]}}"


def _by_type(dice: random.Random) -> str:
    types, least = f"{dice.choice(_TYPES)}, {dice.choice(_TYPES)}", dice.randrange(900)
    return f"{{type: [{types}], language: en, amount: {{ge: {least} EUR}}}}"


def _by_subject(dice: random.Random) -> str:
    return f"{{subject: [{_phrases(dice, 2)}], is_complaint: true}}"


def _by_expression(dice: random.Random) -> str:
    return f"{{text: {{matches: 'ref[- ]?{dice.randrange(9999)}\\\\b'}}}}"


def _by_list(dice: random.Random) -> str:
    return f"{{order_number: {{in: lists/accounts.txt}}, severity: {{ge: high}}, not: {{type: {dice.choice(_TYPES)}}}}}"


def _by_time(dice: random.Random) -> str:
    return f"{{schedule: {dice.choice(['christmas', 'night'])}, type: {dice.choice(_TYPES)}, business_hours: false}}"


def _by_history(dice: random.Random) -> str:
    return f"{{customer.cases: {{within: {dice.randrange(10, 99)} days, ge: 2}}, type: {dice.choice(_TYPES)}}}"


def _by_either(dice: random.Random) -> str:
    return f"{{any: [{{threat: legal}}, {_by_words(dice)}, {{sender: a{dice.randrange(999)}@mail.example}}]}}"


_KINDS: tuple[tuple[Callable[[random.Random], str], int], ...] = (
    (_by_words, 15),
    (_by_type_and_words, 15),
    (_by_sender, 20),
    (_by_type, 12),
    (_by_subject, 8),
    (_by_expression, 5),
    (_by_list, 5),
    (_by_time, 5),
    (_by_history, 5),
    (_by_either, 10),
)


if __name__ == "__main__":
    sys.stdout.write("\n".join(as_lines(measure())) + "\n")
