import pytest

from mailbot.core.message import Command
from mailbot.reading.commands import parse_commands, strip_commands_html


def test_command_lines_stand_above_the_answer():
    commands, rest = parse_commands("\n#resolve\n\n#assign ana\nDear Mari,\n#5 is ready.\n", {})
    assert commands == (Command("resolve"), Command("assign", ("ana",)))
    assert rest == "Dear Mari,\n#5 is ready."


def test_an_answer_without_commands_is_all_answer():
    assert parse_commands("Dear Mari,\n#resolve", {}) == ((), "Dear Mari,\n#resolve")


def test_invisible_characters_do_not_hide_a_command():
    commands, rest = parse_commands("\u200f\u00a0#note\u00a0call back\u00a0\n\u00a0\nDear", {})
    assert commands == (Command("note", ("call back",)),)
    assert rest == "Dear"


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("#note: she called", Command("note", ("she called",))),
        ("#Resolve", Command("resolve")),
        ("#tag vip late", Command("tag", ("vip", "late"))),
        ("#add juhan@kodu.example", Command("add", ("juhan@kodu.example",))),
        ("#add", Command("add", (), "missing_argument")),
        ("#assign ana mari", Command("assign", ("ana", "mari"), None)),
        ("#resolve now", Command("resolve", ("now",), "too_many_arguments")),
        ("#reslove", Command("reslove", (), "unknown_command:resolve")),
        ("#xyzzy", Command("xyzzy", (), "unknown_command")),
        ("#lahenda", Command("resolve")),
    ],
)
def test_one_line(line, command):
    assert parse_commands(line, {"lahenda": "resolve"})[0] == (command,)


@pytest.mark.parametrize("text", ["# heading", "#5 is ready", "C# code"])
def test_what_begins_with_a_number_sign_is_not_always_a_command(text):
    commands, _ = parse_commands(text, {})
    assert all(command.error for command in commands)


@pytest.mark.parametrize(
    "html",
    [
        "<div>#resolve</div><div>#tag vip</div><p>Dear <b>Mari</b></p>",
        "#resolve<br>#tag vip<br><p>Dear <b>Mari</b></p>",
        "<div><span>#res</span>olve<br>#tag&nbsp;vip<br></div><div><br></div><p>Dear <b>Mari</b></p>",
        "<p>#resolve</p><p>&nbsp;</p><p>#tag vip</p><p>Dear <b>Mari</b></p>",
    ],
)
def test_command_lines_vanish_from_html_too(html):
    stripped = strip_commands_html(html)
    assert "#" not in stripped
    assert "Dear <b>Mari</b>" in stripped


def test_html_without_commands_stays_as_it_is():
    assert strip_commands_html("<p>Dear Mari</p><p>#resolve</p>") == "<p>Dear Mari</p><p>#resolve</p>"
