"""The lines at the top of an agent's new text as commands, and the same lines taken out of its HTML."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from mailbot.core.message import Command
from mailbot.reading.commands.grammar import ALONE, READERS, TEXTS, Around, with_arguments
from mailbot.reading.commands.lines import Line, command_line, is_broken_off, next_on_line, visible
from mailbot.reading.replies.html_reply import without_top_lines


def parse_commands(
    new_text: str, aliases: Mapping[str, str], *, today: date | None = None, currency: str | None = None
) -> tuple[tuple[Command, ...], str]:
    """The commands at the top of `new_text`, and the answer below them.

    `aliases` are names in other languages (casefolded) → a known name. `today` is the agent's day, by which «Friday»
    is understood; `currency` that of a sum without one. Command.error is None or one of `unknown_command`,
    `unknown_command:<suggestion>`, `missing_argument`, `too_many_arguments`, `not_a_sum`, `not_a_date`,
    `not_a_duration`.
    """
    lines = new_text.split("\n")
    around = Around(today, currency)
    commands: list[Command] = []
    number = 0
    while number < len(lines):
        found = _top_line(lines[number:], aliases) if visible(lines[number]) else None
        if found is None and visible(lines[number]):
            break
        taken = 1
        if found:
            taken = _length(lines[number:], found, aliases)
            more = " ".join(visible(line) for line in lines[number + 1 : number + taken])
            commands += _commands(Line(found.name, f"{found.rest} {more}".strip()), aliases, around)
        number += taken
    return tuple(commands), "\n".join(lines[number:]).strip()


def strip_commands_html(html: str) -> str:
    """`html` without the command lines at its top, as `parse_commands` leaves them out of the text."""
    return without_top_lines(html, lambda line: not visible(line) or command_line(line) is not None)


def _top_line(lines: Sequence[str], aliases: Mapping[str, str]) -> Line | None:
    """The command on the first line, or a lone name whose sign was forgotten or made into a heading."""
    return command_line(lines[0]) or (Line("", visible(lines[0])) if _lacks_sign(lines, aliases) else None)


def _lacks_sign(lines: Sequence[str], aliases: Mapping[str, str]) -> bool:
    word = visible(lines[0]).casefold()
    is_last = len(lines) < 2 or not visible(lines[1]) or command_line(lines[1]) is not None
    return is_last and aliases.get(word, word) in ALONE


def _length(lines: Sequence[str], found: Line, aliases: Mapping[str, str]) -> int:
    """How many lines the command takes: more than one where a mail program broke its text."""
    if aliases.get(found.name, found.name) not in TEXTS:
        return 1
    pairs = enumerate(pairwise(lines), start=1)
    return next((length for length, pair in pairs if not _goes_on(*pair)), len(lines))


def _goes_on(line: str, following: str) -> bool:
    is_other = following.lstrip().startswith(">") or command_line(following) is not None
    return is_broken_off(line, following) and not is_other


def _commands(line: Line, aliases: Mapping[str, str], around: Around) -> Iterator[Command]:
    """The command on a line, and those behind it if it takes no argument."""
    if not line.name:
        yield Command(line.rest.casefold(), (), f"unknown_command:{line.rest.casefold()}")
        return
    name = aliases.get(line.name, line.name)
    if name not in READERS:
        yield Command(line.name, tuple(line.rest.split()), _unknown(line.name, aliases))
        return
    further = next_on_line(line.rest) if name in ALONE else None
    following = command_line(further) if further else None
    yield with_arguments(name, "" if following else line.rest, around)
    if following:
        yield from _commands(following, aliases, around)


def _unknown(name: str, aliases: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(name[:60], [*READERS, *aliases], n=1)
    return f"unknown_command:{close[0]}" if close else "unknown_command"
