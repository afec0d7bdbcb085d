"""The lines at the top of an agent's new text as commands, and the same lines taken out of its HTML."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from mailbot.core.message import Command
from mailbot.reading.commands.grammar import ALONE, READERS, TEXTS, Around, with_arguments
from mailbot.reading.commands.lines import Line, command_line, is_broken_off, next_on_line, visible
from mailbot.reading.replies.html_reply import without_top_lines

_MOST_ON_A_LINE = 20


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
    place = 0
    while place < len(lines):
        if not visible(lines[place]):
            place += 1
            continue
        found = command_line(lines[place]) or _without_sign(lines, place, aliases)
        if found is None:
            break
        behind = _end(lines, place, found, aliases)
        more = " ".join(visible(line) for line in lines[place + 1 : behind])
        commands += _commands(replace(found, rest=f"{found.rest} {more}".strip()), aliases, around)
        place = behind
    return tuple(commands), "\n".join(lines[place:]).strip()


def strip_commands_html(html: str) -> str:
    """`html` without the command lines at its top, as `parse_commands` leaves them out of the text."""
    return without_top_lines(html, lambda line: not visible(line) or command_line(line) is not None)


def _without_sign(lines: Sequence[str], place: int, aliases: Mapping[str, str]) -> Line | None:
    """A lone name whose sign was forgotten, or made into a heading by an editor; no answer is that word alone."""
    word = visible(lines[place]).casefold()
    below = lines[place + 1] if place + 1 < len(lines) else ""
    is_alone = not visible(below) or command_line(below) is not None
    return Line(word, has_sign=False) if is_alone and aliases.get(word, word) in ALONE else None


def _end(lines: Sequence[str], place: int, found: Line, aliases: Mapping[str, str]) -> int:
    """The line behind the command: not the next one where a mail program broke its text."""
    place += 1
    if aliases.get(found.name, found.name) in TEXTS:
        while place < len(lines) and _goes_on(lines[place - 1], lines[place]):
            place += 1
    return place


def _goes_on(line: str, following: str) -> bool:
    is_other = following.lstrip().startswith(">") or command_line(following) is not None
    return is_broken_off(line, following) and not is_other


def _commands(line: Line, aliases: Mapping[str, str], around: Around) -> Iterator[Command]:
    """The command on a line, and those behind it as long as each takes no argument."""
    for _ in range(_MOST_ON_A_LINE):
        further = next_on_line(line.rest) if aliases.get(line.name, line.name) in ALONE else None
        following = command_line(further) if further else None
        if following is None:
            break
        yield _command(Line(line.name), aliases, around)
        line = following
    yield _command(line, aliases, around)


def _command(line: Line, aliases: Mapping[str, str], around: Around) -> Command:
    if not line.has_sign:
        return Command(line.name, (), f"unknown_command:{line.name}")
    name = aliases.get(line.name, line.name)
    if name not in READERS:
        return Command(line.name, tuple(line.rest.split()), _unknown(line.name, aliases))
    return with_arguments(name, line.rest, around)


def _unknown(name: str, aliases: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(name[:60], [*READERS, *aliases], n=1)
    return f"unknown_command:{close[0]}" if close else "unknown_command"
