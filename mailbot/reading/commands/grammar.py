"""What may follow the name of each command, and what its words say: a sum, a day, a stretch of time."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

from mailbot.core.message import Command
from mailbot.reading.commands.days import day_and_time, day_of, stretch_of
from mailbot.reading.commands.lines import text_of, words_of
from mailbot.reading.commands.sums import sum_of

_ENDS = ".,;:!"
_LONGEST_SUM = 8  # words
_IN_PERSON = re.compile(r"in[ _-]person\b", re.IGNORECASE)
_NUMBER_OF_OFFER = re.compile(r"#?(\d{1,2})[.):]?")
_ADDRESS = re.compile(r"(?:[^<>@]*<)?([^\s<>@]+@[^\s<>@]+)>?")
_DIGIT = re.compile(r"\d")
_SPACED_HYPHEN = re.compile(r"(?<=\w) ?[‐‑](?: (?=\w))?")
_DASH = re.compile(r"\A[-‐‑–—:]\s")


@dataclass(frozen=True, slots=True)
class Around:
    """What the words of a command are understood by: the day on which it was written, the organisation's currency."""

    today: date | None = None
    currency: str | None = None


_Reader: TypeAlias = Callable[[Command, str, Around], Command]


def with_arguments(name: str, rest: str, around: Around) -> Command:
    """The command of a known name, with what was written behind it."""
    return READERS[name](Command(name), rest, around)


def _nothing(command: Command, rest: str, _: Around) -> Command:
    arguments = words_of(rest)
    return replace(command, arguments=arguments, error="too_many_arguments" if arguments else None)


def _text(command: Command, rest: str, _: Around, *, required: bool) -> Command:
    text = text_of(rest)
    return replace(command, arguments=(text,)) if text else _missing(command, required=required)


def _words(command: Command, rest: str, _: Around) -> Command:
    arguments = words_of(rest)
    return replace(command, arguments=arguments) if arguments else _missing(command)


def _one(command: Command, rest: str, around: Around) -> Command:
    found = _words(command, rest, around)
    return replace(found, error="too_many_arguments") if len(found.arguments) > 1 else found


def _address(command: Command, rest: str, around: Around) -> Command:
    """One address; a mail program may have set the name before it."""
    written = _ADDRESS.fullmatch(" ".join(words_of(rest)))
    return replace(command, arguments=(written[1],)) if written else _one(command, rest, around)


def _case(command: Command, rest: str, around: Around) -> Command:
    bare = re.sub(r"\s*[-‐‑–—]\s*", "-", " ".join(words_of(rest))).strip("[]()#").upper()
    return _one(command, bare, around)


def _problem(command: Command, rest: str, _: Around) -> Command:
    """A name of one word, and what the problem is if it is new; some programs and people make its hyphen a dash."""
    words = words_of(_SPACED_HYPHEN.sub("-", rest, count=1))
    if not words:
        return _missing(command)
    name = re.sub(r"[‐‑–—]", "-", words[0]).strip("[]()#:,")
    what = _DASH.sub("", " ".join(words[1:]))
    return replace(command, arguments=(name, what) if what else (name,), rest=what)


def _number_of_offer(command: Command, rest: str, _: Around) -> Command:
    arguments = words_of(rest)
    number = _NUMBER_OF_OFFER.fullmatch(arguments[0]) if len(arguments) == 1 else None
    if not arguments or number:
        return replace(command, arguments=(number[1],) if number else ())
    return replace(command, arguments=arguments, error="too_many_arguments")


def _offer(command: Command, rest: str, around: Around) -> Command:
    """A number of the proposal or a remedy, and the sum behind it."""
    words = words_of(rest)
    if not words:
        return _missing(command)
    places = range(max(1, len(words) - _LONGEST_SUM), len(words) + 1)
    sums = (
        (place, found) for place in places if (found := sum_of(_DASH.sub("", " ".join(words[place:])), around.currency))
    )
    place, found = next(sums, (len(words), None))
    command = replace(command, arguments=words, sum=found, rest=_what(words[:place]))
    if not found and (alone := sum_of(" ".join(words))) and not alone.amount.is_zero():
        return replace(command, sum=alone, rest="", error="missing_argument")
    has_more_digits = any(_DIGIT.search(word) for word in words[1:place])
    return replace(command, error="not_a_sum") if has_more_digits else command


def _what(words: tuple[str, ...]) -> str:
    """The number or the remedy in the form in which it is looked up."""
    number = _NUMBER_OF_OFFER.fullmatch(words[0]) if len(words) == 1 else None
    return number[1] if number else re.sub(r"(?<=\w)[-‐‑–—](?=\w)", " ", " ".join(words)).strip(" :,").casefold()


def _approve(command: Command, rest: str, around: Around) -> Command:
    """A sum, a sum behind the number of its offer, `#2` alone, or nothing."""
    words = words_of(rest)
    command = replace(command, arguments=words)
    number = _NUMBER_OF_OFFER.fullmatch(words[0]) if words else None
    if not words or (number and len(words) == 1 and words[0].startswith("#")):
        return replace(command, rest=number[1] if number else "")
    whole = sum_of(" ".join(words), around.currency)
    behind = sum_of(" ".join(words[1:]), around.currency) if number else None
    if whole and behind:  # «2 150 EUR» is either
        return replace(command, error="not_a_sum")
    if number and behind:
        return replace(command, sum=behind, rest=number[1])
    return replace(command, sum=whole, error=None if whole else _no_sum(words, around))


def _no_sum(words: tuple[str, ...], around: Around) -> str:
    places = range(1, min(len(words), _LONGEST_SUM))
    begins_with_sum = any(sum_of(" ".join(words[:place]), around.currency) for place in places)
    return "too_many_arguments" if begins_with_sum else "not_a_sum"


def _wait(command: Command, rest: str, around: Around) -> Command:
    text, command = _of_time(command, rest)
    if not text:
        return _missing(command)
    lasts = stretch_of(text)
    if lasts:
        return replace(command, lasts=lasts)
    day = day_of(text, around.today)
    return replace(command, day=day, error=None if day else "not_a_date")


def _call(command: Command, rest: str, around: Around) -> Command:
    text, command = _of_time(command, rest)
    if not text:
        return command
    day, time = day_and_time(text, around.today)
    lasts = None if day else stretch_of(text)
    if lasts and around.today and not lasts.seconds:
        day = around.today + lasts
    return replace(command, day=day, rest=time if day else "", error=None if day else "not_a_date")


def _away(command: Command, rest: str, around: Around) -> Command:
    text, command = _of_time(command, rest)
    if not text:
        return _missing(command)
    lasts = stretch_of(text)
    if lasts is not None:
        return replace(command, lasts=lasts)
    day = day_of(text, around.today)
    return replace(command, day=day, error=None if day else "not_a_duration")


def _of_time(command: Command, rest: str) -> tuple[str, Command]:
    words = words_of(rest)
    return " ".join(words), replace(command, arguments=words)


def _channel(command: Command, rest: str, around: Around) -> Command:
    channel, more = _channel_first(rest)
    return _one(command, f"{channel} {more}", around)


def _log(command: Command, rest: str, _: Around) -> Command:
    """The channel, and behind it who complained."""
    channel, who = _channel_first(rest)
    arguments = (channel, *who.split()) if channel else ()
    return replace(command, arguments=arguments, rest=who, error=None if who else "missing_argument")


def _channel_first(rest: str) -> tuple[str, str]:
    """The name of the channel at the beginning, and what follows it."""
    text = _IN_PERSON.sub("in_person", " ".join(words_of(rest)), count=1)
    channel, _, more = text.partition(" ")
    return channel.strip(_ENDS).casefold(), more.strip()


def _missing(command: Command, *, required: bool = True) -> Command:
    return replace(command, error="missing_argument") if required else command


_any_text: _Reader = partial(_text, required=False)
_some_text: _Reader = partial(_text, required=True)
_WITHOUT = "resolve take close reopen nocc status help draft split send revoke"

READERS: Mapping[str, _Reader] = MappingProxyType({
    **dict.fromkeys(_WITHOUT.split(), _nothing),
    "note": _any_text,  # without words of its own it makes a note of the whole mail
    "prolong": _any_text,  # without a name it means the only deadline that can be
    "ask": _any_text,  # without words of its own the mail is the question
    "escalate": _any_text,
    "deny": _some_text,
    "cause": _words,
    "corrective": _some_text,
    "tag": _words,
    "assign": _words,
    "type": _one,
    "priority": _one,
    "add": _address,
    **dict.fromkeys(("merge", "move"), _case),
    "problem": _problem,
    "done": _any_text,  # without words of its own it takes those recorded before
    "owner": _words,
    "due": _wait,
    "offer": _offer,
    "approve": _approve,
    **dict.fromkeys(("fulfilled", "withdraw", "accepted", "declined"), _number_of_offer),
    "wait": _wait,
    "call": _call,
    "away": _away,
    "channel": _channel,
    "log": _log,
})  # fmt: skip
"""By each command's name, what reads the words behind it."""

ALONE = frozenset(_WITHOUT.split())
"""The commands that take no argument."""

TEXTS = frozenset(name for name, reader in READERS.items() if reader in (_any_text, _some_text)) | {"cause"}
"""The commands whose argument is a text, which may be longer than a line of plain text."""
