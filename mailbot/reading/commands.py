"""The commands that an agent wrote above an answer: lines that begin with # at the top of the new text."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from mailbot.core.message import Command
from mailbot.reading.replies.html_reply import without_top_lines


class _Takes(Enum):
    """What may follow a command's name."""

    NOTHING = auto()
    ONE = auto()
    WORDS = auto()
    TEXT = auto()
    ANY_TEXT = auto()


_KNOWN: Mapping[str, _Takes] = {
    "resolve": _Takes.NOTHING,
    "note": _Takes.ANY_TEXT,  # without words of its own it makes a note of the whole mail
    "assign": _Takes.WORDS,
    "take": _Takes.NOTHING,
    "status": _Takes.NOTHING,
    "help": _Takes.NOTHING,
    "add": _Takes.ONE,
    "close": _Takes.NOTHING,
    "reopen": _Takes.NOTHING,
    "priority": _Takes.ONE,
    "type": _Takes.ONE,
    "tag": _Takes.WORDS,
    "cause": _Takes.WORDS,
    "prolong": _Takes.ANY_TEXT,  # without a name it means the only deadline that can be
    "nocc": _Takes.NOTHING,
}
_LINE = re.compile(r"([^\W\d_][\w-]*)\s*:?\s*(.*)", re.DOTALL)
# Programs that make text of HTML put marks of bold or italic around a word; some keyboards have a wide sign.
_SIGN = re.compile(r"[*_]*[#\uff03]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    rest: str


def parse_commands(new_text: str, aliases: Mapping[str, str]) -> tuple[tuple[Command, ...], str]:
    """The commands at the top of `new_text`, and the answer below them.

    `aliases` are names in other languages (casefolded) → a known name. Command.error is None or one of
    `unknown_command`, `unknown_command:<suggestion>`, `missing_argument`, `too_many_arguments`.
    """
    lines = new_text.split("\n")
    commands: list[Command] = []
    for number, line in enumerate(lines):
        if not _visible(line):
            continue
        found = _command_line(line)
        if found is None:
            return tuple(commands), "\n".join(lines[number:]).strip()
        commands.append(_command(found, aliases))
    return tuple(commands), ""


def strip_commands_html(html: str) -> str:
    """`html` without the command lines at its top, as `parse_commands` leaves them out of the text."""
    return without_top_lines(html, lambda line: not _visible(line) or _command_line(line) is not None)


def _visible(line: str) -> str:
    return " ".join(_INVISIBLE.sub("", line).split())


def _command_line(line: str) -> _Line | None:
    """The command on a line; what begins with the sign and is none is a slip, which must not pass for an answer."""
    visible = _visible(line)
    sign = _SIGN.match(visible)
    if sign is None:
        return None
    words = visible[sign.end() :].strip(" *_")
    match = _LINE.fullmatch(words)
    return _Line(match[1].casefold(), match[2].strip()) if match else _Line(words, "")


def _command(line: _Line, aliases: Mapping[str, str]) -> Command:
    name = aliases.get(line.name, line.name)
    takes = _KNOWN.get(name)
    if takes is None:
        return Command(line.name, tuple(line.rest.split()), _unknown(line.name, aliases))
    arguments = tuple(line.rest.split())
    if takes in (_Takes.TEXT, _Takes.ANY_TEXT):
        arguments = (line.rest,) if line.rest else ()
    return Command(name, arguments, _misuse(takes, arguments))


def _unknown(name: str, aliases: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(name, [*_KNOWN, *aliases], n=1)
    return f"unknown_command:{close[0]}" if close else "unknown_command"


def _misuse(takes: _Takes, arguments: tuple[str, ...]) -> str | None:
    if takes in (_Takes.ONE, _Takes.WORDS, _Takes.TEXT) and not arguments:
        return "missing_argument"
    if len(arguments) > {_Takes.NOTHING: 0, _Takes.ONE: 1}.get(takes, len(arguments)):
        return "too_many_arguments"
    return None
