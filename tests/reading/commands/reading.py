"""One command line as the tests of this folder read it: on Thursday, 26 November 2026, paid in euros."""

from datetime import date

from mailbot.core.message import Command
from mailbot.reading.commands import parse_commands

TODAY = date(2026, 11, 26)


def command(line: str, today: date | None = TODAY, currency: str | None = "EUR") -> Command:
    (found,), rest = parse_commands(line, {}, today=today, currency=currency)
    assert rest == ""
    return found
