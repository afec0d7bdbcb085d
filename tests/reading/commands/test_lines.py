"""What phones, editors and mail programs make of a command line, and the arguments that are words."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.message import Command
from mailbot.reading.commands import parse_commands, strip_commands_html
from mailbot.reading.html import html_to_text
from tests.reading.commands.reading import TODAY, command

NAMES = [
    "resolve", "take", "close", "reopen", "nocc", "status", "help", "draft", "split", "escalate", "send", "revoke",
    "note", "prolong", "ask", "deny", "cause", "corrective", "tag", "type", "priority", "assign", "add", "merge",
    "move", "problem", "offer", "approve", "fulfilled", "withdraw", "accepted", "declined", "wait", "call", "away",
    "channel", "log",
]  # fmt: skip
PIECES = st.sampled_from([
    "#", "# ", "＃", "*", "“", "”", "- ", "1. ", "\n", " ", "\u00a0", "\u200c", "\u200f", "2", "15", "€", "EUR",
    "3.12.", "14:00", "Friday", "days", "in ",
    "آذر", "۱۲", "тыс", "<mailto:", ">", "[", "AP-1", "%", "-", "/", "تومان", *NAMES,
])  # fmt: skip


@given(text=st.text() | st.lists(PIECES).map("".join), today=st.sampled_from([TODAY, None]))
def test_whatever_is_written_there_are_commands_and_an_answer(text, today):
    commands, rest = parse_commands(text, {}, today=today, currency="EUR")
    assert rest == rest.strip()
    for found in commands:
        assert found.name or found.error
        assert found.sum is None or found.sum.amount > 0
        assert found.day is None or today is None or found.day >= today
        assert found.lasts is None or found.lasts >= timedelta(0)


@given(st.text())
def test_stripping_html_never_fails(text):
    strip_commands_html(f"<p>#resolve</p>{text}")


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_known(name):
    assert not (command(f"#{name}").error or "").startswith("unknown")


@pytest.mark.parametrize(
    "line",
    [
        "#resolve", "#Resolve.", "#resolve,", "#RESOLVE!", "# resolve", "＃resolve", "*#resolve*", "**#resolve**",
        "#*resolve*", "_#resolve_", "`#resolve`", "• #resolve", "- #resolve", "* #resolve", "1. #resolve",
        "2) #resolve",
        "·\u00a0\u00a0\u00a0#resolve", "\\#resolve", "\u200f#resolve\u200f", "\u2067#resolve\u2069", "\ufeff#resolve",
        "“#resolve”", '"#resolve".', "#\u00a0resolve\u00a0", "## Resolve", "\u200c#resolve", "#res\u00adolve",
        "#resolve:",
    ],
)  # fmt: skip
def test_a_command_in_any_dress(line):
    assert command(line) == Command("resolve")


@pytest.mark.parametrize(
    "line", ["#deny “too late”", "#deny «too late»", "#deny 'too late'", "#deny — too late", "#deny: „too late“."]
)
def test_quotes_around_a_whole_text_and_a_dash_before_it_are_dropped(line):
    assert command(line).arguments == ("too late",)


@pytest.mark.parametrize("text", ["“too” late “again”", "she said “no”", "it's 5–6 days", "می‌خواهم بدانم", "a: b - c"])
def test_marks_inside_a_text_are_kept(text):
    assert command(f"#note {text}").arguments == (text,)


@pytest.mark.parametrize(
    ("line", "name", "error"),
    [
        ("#1 priority is…", "1 priority is", "unknown_command:priority"),
        ("#hashtag", "hashtag", "unknown_command:tag"),
        ("#resolv", "resolv", "unknown_command:resolve"),
        ("- #12345 came back", "12345 came back", "unknown_command"),
        ("#", "", "unknown_command"),
    ],
)
def test_a_line_with_the_sign_that_is_no_command_never_becomes_an_answer(line, name, error):
    found = command(line)
    assert (found.name, found.error) == (name, error)


@pytest.mark.parametrize("text", ["resolve", "Resolve\n\nDear Liis,", "close\n#take"])
def test_a_lone_name_without_its_sign_is_asked_about_and_not_sent(text):
    commands, _ = parse_commands(text, {})
    assert commands[0].error == f"unknown_command:{text.split()[0].casefold()}"


@pytest.mark.parametrize(
    "text", ["Take care\n", "Close.\nThe case, I mean.", "Resolved.", "refund\n\nIt is on its way"]
)
def test_words_that_only_resemble_a_name_are_an_answer(text):
    assert parse_commands(text, {}) == ((), text.strip())


@pytest.mark.parametrize("line", ["#take #status", "#take, #status", "*#take* *#status*", "#take; # status"])
def test_commands_without_an_argument_may_share_a_line(line):
    assert [found.name for found in parse_commands(line, {})[0]] in (["take", "status"], ["take"])


def test_the_last_command_of_a_line_may_have_an_argument():
    commands, _ = parse_commands("#take #resolve #offer 2", {})
    assert commands == (Command("take"), Command("resolve"), Command("offer", ("2",), rest="2"))


def test_an_argument_may_contain_the_sign():
    assert command("#tag #vip").arguments == ("#vip",)
    assert command("#note see #status").arguments == ("see #status",)


LONG = "The depot in Tartu was closed from Monday to Wednesday, so all parcels"


def test_a_text_that_a_mail_program_broke_does_not_spill_into_the_answer():
    commands, rest = parse_commands(f"#note {LONG}\nlay there unscanned\n\nDear Liis,", {})
    assert commands == (Command("note", (f"{LONG} lay there unscanned",)),)
    assert rest == "Dear Liis,"


@pytest.mark.parametrize("below", ["#take", "> quoted"])
def test_a_broken_text_ends_where_something_else_begins(below):
    commands, _ = parse_commands(f"#note {LONG}\n{below}", {})
    assert commands[0].arguments == (LONG,)


def test_an_answer_right_below_a_short_note_is_an_answer():
    assert parse_commands("#note She called.\nDear Liis,", {})[1] == "Dear Liis,"


@pytest.mark.parametrize(
    ("line", "arguments", "error"),
    [
        ("#resolve now", ("now",), "too_many_arguments"),
        ("#deny", (), "missing_argument"),
        ("#cause", (), "missing_argument"),
        ("#corrective", (), "missing_argument"),
        ("#tag", (), "missing_argument"),
        ("#note", (), None),
        ("#ask", (), None),
        ("#prolong", (), None),
        ("#corrective The depot opens earlier.", ("The depot opens earlier.",), None),
        ("#cause courier too slow", ("courier", "too", "slow"), None),
        ("#priority High.", ("High",), None),
        ("#type late delivery", ("late", "delivery"), "too_many_arguments"),
        ("#add mari@home.example<mailto:mari@home.example>", ("mari@home.example",), None),
        ("#add Mari Tamm <mari@home.example>", ("mari@home.example",), None),
        ("#add a@home.example b@home.example", ("a@home.example", "b@home.example"), "too_many_arguments"),
        ("#merge [AP-10234]", ("AP-10234",), None),
        ("#move #10234", ("10234",), None),
        ("#problem 10234.", ("10234",), None),
        ("#merge ap – 10234", ("AP-10234",), None),
        ("#merge", (), "missing_argument"),
        ("#merge AP-1 AP-2", ("AP-1", "AP-2"), "too_many_arguments"),
        ("#accepted", (), None),
        ("#accepted #2", ("2",), None),
        ("#fulfilled 2.", ("2",), None),
        ("#declined yes", ("yes",), "too_many_arguments"),
        ("#channel E-mail", ("e-mail",), None),
        ("#channel in person", ("in_person",), None),
        ("#channel", (), "missing_argument"),
        ("#channel phone mail", ("phone", "mail"), "too_many_arguments"),
    ],
)
def test_arguments_that_are_words(line, arguments, error):
    found = command(line)
    assert (found.arguments, found.error) == (arguments, error)


@pytest.mark.parametrize(
    ("line", "channel", "rest"),
    [
        ("#log phone mari@home.example", "phone", "mari@home.example"),
        ("#log Phone: +372 555 1234", "phone", "+372 555 1234"),
        ("#log in person Mari Tamm <mari@home.example>", "in_person", "Mari Tamm <mari@home.example>"),
        ("#log In-person Mari", "in_person", "Mari"),
    ],
)
def test_a_complaint_by_another_channel(line, channel, rest):
    assert command(line) == Command("log", (channel, *rest.split()), rest=rest)


@pytest.mark.parametrize("line", ["#log", "#log phone", "#log in person"])
def test_a_logged_complaint_needs_its_channel_and_its_customer(line):
    assert command(line).error == "missing_argument"


@pytest.mark.parametrize(
    "html",
    [
        "<ul><li>#take</li><li>#status</li></ul><p>Dear Liis</p>",
        "<ol><li><b>#take</b></li></ol><p>Dear Liis</p>",
        "<h1>#resolve</h1><p>Dear Liis</p>",
        "<table><tr><td>#take</td></tr></table><p>Dear Liis</p>",
        '<div dir="rtl">\u200f#take</div><p>Dear Liis</p>',
        "<p>“#offer 2”</p><p>Dear Liis</p>",
    ],
)
def test_nothing_is_left_in_html_of_a_command_line_not_even_its_bullet(html):
    assert strip_commands_html(html) == "<p>Dear Liis</p>"


def test_a_picture_beside_a_command_is_kept():
    assert strip_commands_html('<div>#take<img src="cid:1"></div>Dear') == '<div><img src="cid:1"></div>Dear'


def test_the_cell_beside_a_command_is_kept():
    left = strip_commands_html("<table><tr><td>#take</td><td>Dear Liis</td></tr></table>")
    assert html_to_text(left).strip() == "Dear Liis"
