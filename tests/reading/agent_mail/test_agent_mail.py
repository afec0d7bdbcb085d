"""Agents' replies to a notification, as their mail programs write them: the commands, and what the customer gets."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailbot.core.message import Command, MailKind
from mailbot.core.money import Money
from mailbot.reading.commands import parse_commands, strip_commands_html
from mailbot.reading.html import html_to_text

HERE = Path(__file__).parent
EXPECTED: dict[str, Any] = yaml.load((HERE / "expect.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
TODAY = date(2026, 11, 26)

every_mail = pytest.mark.parametrize("name", EXPECTED)


def command(name, arguments=(), error=None, sum=None, day=None, lasts=None, rest=""):
    return Command(
        name,
        tuple(arguments),
        error,
        Money.parse(sum) if sum else None,
        date.fromisoformat(str(day)) if day else None,
        timedelta(days=lasts) if lasts is not None else None,
        rest,
    )


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def read(reader, hints):
    return lambda name: reader.read((HERE / f"{name}.eml").read_bytes(), hints)


def test_every_mail_has_its_expectation():
    assert {file.stem for file in HERE.glob("*.eml")} == EXPECTED.keys()


@every_mail
def test_the_commands_of_a_mail_and_the_answer_below_them(name, read):
    reading = read(name)
    commands, answer = parse_commands(reading.reply_text, {}, today=TODAY, currency="EUR")
    assert reading.kind is MailKind.HUMAN
    assert list(commands) == [command(**given) for given in EXPECTED[name]["commands"]]
    assert words(answer) == words(EXPECTED[name]["answer"])


@every_mail
def test_no_command_is_left_in_the_html_for_the_customer(name, read):
    reading = read(name)
    if reading.reply_html is not None:
        left = strip_commands_html(reading.reply_html)
        assert words(html_to_text(left)) == words(EXPECTED[name]["answer"])
        assert not any(f"<{tag}></{tag}>" in left for tag in ("ul", "ol", "li", "h1", "b"))
