import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.reading.forwards.forward import forwarded
from mailbot.reading.forwards.passage import find_passage
from mailbot.reading.forwards.sender import introduced_sender, written_sender
from mailbot.reading.forwards.signs import without_prefix
from mailbot.reading.mime.parse import dissect
from mailbot.yaml_file import parse_yaml
from tests.reading.mails import mail, multipart

DATA: dict[str, Any] = parse_yaml("forwards.yaml", Path(__file__).with_name("forwards.yaml").read_bytes()).data
OLD = "Broken lamp"
TEXT = "Dear Acme,\n\nthe lamp is dark.\n> I looked at it: nothing.\n\nMari"
OWN = "Please answer her today."


def filled() -> Iterator[tuple[str, str, str]]:
    """Every layout in every language: name, subject and text."""
    quoted = "\n".join(f"> {line}".rstrip() for line in TEXT.split("\n"))
    fixed = {"old": OLD, "text": TEXT, "quoted": quoted, "own": OWN, "sender": "Mari Maasikas <mari@kodu.example>"}
    for layout, mold in DATA["layouts"].items():
        for language, labels in DATA["languages"].items():
            words = {**labels, **fixed}
            yield f"{layout}, {language}", mold["subject"].format(**words), mold["text"].format(**words)


LAYOUTS = {name: (subject, text) for name, subject, text in filled()}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_forward_is_read_in_every_layout_and_language(name):
    subject, text = LAYOUTS[name]
    found = find_passage(text, subject)
    assert found is not None
    assert (found.sender.name, found.sender.address) == ("Mari Maasikas", "mari@kodu.example")
    assert (found.subject, found.text) == (OLD, TEXT)


@pytest.mark.parametrize("name", [name for name in LAYOUTS if OWN in LAYOUTS[name][1]])
def test_the_forwarders_own_words_stand_before_its_start(name):
    subject, text = LAYOUTS[name]
    found = find_passage(text, subject)
    assert found is not None
    assert text[: found.start].strip() == OWN


@pytest.mark.parametrize("name", DATA["stories"])
def test_a_forward_of_this_kind_is_read(name):
    story = DATA["stories"][name]
    found = find_passage(story["text"], story["subject"])
    assert found is not None
    assert (found.sender.name, found.sender.address) == ("Mari Maasikas", "mari@kodu.example")
    assert (found.subject, found.text) == (OLD, "The lamp is dark.")


@pytest.mark.parametrize("name", DATA["not_forwards"])
def test_what_nobody_passed_on_is_no_forward(name):
    story = DATA["not_forwards"][name]
    assert find_passage(story["text"], story["subject"]) is None


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("Mari Maasikas", "Mari Maasikas", ""),
        ("mari@kodu.example", "", "mari@kodu.example"),
        ("<mari@kodu.example>", "", "mari@kodu.example"),
        ("mari@kodu.example <mari@kodu.example>", "", "mari@kodu.example"),
        ('"mari@kodu.example" <mailto:mari@kodu.example>', "", "mari@kodu.example"),
        ("Mari Maasikas <mailto:mari@kodu.example>", "Mari Maasikas", "mari@kodu.example"),
        ("Mari Maasikas [mailto:mari@kodu.example]", "Mari Maasikas", "mari@kodu.example"),
        ("Mari Maasikas (mari@kodu.example)", "Mari Maasikas", "mari@kodu.example"),
        ("mari@kodu.example (Mari Maasikas)", "Mari Maasikas", "mari@kodu.example"),
        ('"Maasikas, Mari" <mari@kodu.example>', "Maasikas, Mari", "mari@kodu.example"),
        ("'Mari' via Acme <desk@acme.example>", "'Mari' via Acme", "desk@acme.example"),
        ("mari@kodu.example via Acme <desk@acme.example>", "mari@kodu.example via Acme", "desk@acme.example"),
        ("Mari <mari@kodu.example<mailto:mari@kodu.example>>", "Mari", "mari@kodu.example"),
        ("<mari@kodu.example> (Mari Maasikas)", "Mari Maasikas", "mari@kodu.example"),
        ("Mari Maasikas </O=KODU/CN=RECIPIENTS/CN=MARI>", "Mari Maasikas", ""),
        ("Mari Maasikas/Kodu/EE", "Mari Maasikas/Kodu/EE", ""),
        ("Mari O'Neill <mari.o'neill@kodu.example>", "Mari O'Neill", "mari.o'neill@kodu.example"),
        ("**Mari** <mari@kodu.example>", "Mari", "mari@kodu.example"),
    ],
)
def test_a_sender_is_read_however_it_is_written(value, name, address):
    found = written_sender(value)
    assert found is not None
    assert (found.name, found.address) == (name, address)


@pytest.mark.parametrize(
    "line",
    [
        "On Tue, Nov 3, 2026 at 10:11 AM Mari Maasikas <mari@kodu.example> wrote:",
        "On Tue, 3 Nov 2026, 10:11, Mari Maasikas <mari@kodu.example> wrote:",
        'Am 03.11.2026 um 10:11 schrieb "Mari Maasikas" <mari@kodu.example>:',
        '03.11.2026, 10:11, "Mari Maasikas" <mari@kodu.example>:',
        "Mari Maasikas <mari@kodu.example> kirjutas 3. novembril:",
    ],
)
def test_a_sender_is_read_from_the_line_that_introduces_a_quote(line):
    found = introduced_sender(line)
    assert found is not None
    assert (found.name, found.address) == ("Mari Maasikas", "mari@kodu.example")


@pytest.mark.parametrize("value", ["", "  ", "<>", '""', ":"])
def test_nobody_is_no_sender(value):
    assert written_sender(value) is None


@pytest.mark.parametrize(
    ("subject", "rest"),
    [
        ("FW: Fwd: Lamp", "Fwd: Lamp"),
        ("[Fwd: Lamp]", "Lamp"),
        ("[Shop] Fwd[2]: Re: Lamp", "Re: Lamp"),
        ("Lamp (fwd)", "Lamp"),
        ("Lamp", "Lamp"),
    ],
)
def test_one_prefix_goes_from_a_subject(subject, rest):
    assert without_prefix(subject) == rest


def block(name: str) -> str:
    return f"From: {name} <{name.lower()}@kodu.example>\nDate: 3 Nov 2026 10:11\nSubject: Of {name}\nTo: x@y.example"


def test_of_nested_forwards_the_outermost_counts_and_keeps_the_inner_ones():
    mark = "---------- Forwarded message ---------"
    text = f"Hi\n\n{mark}\n{block('Mari')}\n\nSee this:\n\n{mark}\n{block('Jaan')}\n\nThe lamp.\n"
    found = find_passage(text, "Fwd: Of Mari")
    assert found is not None
    assert found.sender.name == "Mari"
    assert found.text == f"See this:\n\n{mark}\n{block('Jaan')}\n\nThe lamp."


def test_of_nested_marks_the_last_end_closes_the_outermost():
    begin, end = "----- Forwarded message from X -----", "----- End forwarded message -----"
    text = f"{begin}\n\n{block('Mari')}\n\nA\n\n{begin}\n\n{block('Jaan')}\n\nB\n\n{end}\n\n{end}\n\n-- \nme\n"
    found = find_passage(text, "x")
    assert found is not None
    assert found.text == f"A\n\n{begin}\n\n{block('Jaan')}\n\nB\n\n{end}"


@pytest.mark.parametrize(
    "body",
    [
        "Order: 12345\nName: Mari\n\nCc: nobody\nFrom: me",
        "Priority: high, please.",
        "The order:\n\n----- Lamp -----\n\nIt is dark.\n\n---------- 17,90 ----------",
    ],
)
def test_a_text_that_looks_like_headers_or_marks_stays_text(body):
    found = find_passage(f"---------- Forwarded message ---------\n{block('Mari')}\n\n\n{body}\n", "Fwd: x")
    assert found is not None
    assert found.text == body


def read(raw: bytes):
    parsed = dissect(raw)
    return forwarded(parsed)


ATTACHED = "From: Mari Maasikas <mari@kodu.example>\nSubject: Broken lamp\n\nThe lamp is dark.\n"


def test_of_attached_mails_the_first_counts():
    other = ATTACHED.replace("Mari", "Jaan")
    parts = [f"Content-Type: message/rfc822\n\n{inner}" for inner in (ATTACHED, other)]
    found = read(multipart("mixed", "Content-Type: text/plain\n\nTwo complaints.\n", *parts))
    assert found is not None
    assert (found.from_.address, found.subject, found.text) == ("mari@kodu.example", OLD, "The lamp is dark.")


def test_a_mail_attached_as_a_file_is_a_forward():
    headers = 'Content-Type: application/octet-stream; name="lamp.eml"\nContent-Disposition: attachment'
    found = read(multipart("mixed", "Content-Type: text/plain\n\nSee.\n", f"{headers}\n\n{ATTACHED}"))
    assert found is not None
    assert found.from_.name == "Mari Maasikas"


def test_a_file_that_is_only_named_like_a_mail_is_no_forward():
    headers = 'Content-Type: application/octet-stream; name="lamp.eml"'
    assert read(multipart("mixed", "Content-Type: text/plain\n\nSee.\n", f"{headers}\n\nnothing")) is None


@pytest.mark.parametrize("kind", ["digest", "report"])
def test_the_mails_of_a_digest_and_of_a_report_are_no_forwards(kind):
    assert read(multipart(kind, f"Content-Type: message/rfc822\n\n{ATTACHED}")) is None


def test_a_forward_in_html_alone_is_read():
    page = (
        "<div>For you</div><blockquote type=cite><div>Begin forwarded message:</div><br>"
        "<div><b>From: </b>Mari Maasikas &lt;<a href='mailto:mari@kodu.example'>mari@kodu.example</a>&gt;<br></div>"
        "<div><b>Subject: </b><b>Broken lamp</b><br></div><div><b>Date: </b>3 Nov 2026 at 10:11<br></div>"
        "<div><b>To: </b>acme@shop.example<br></div><br><div>The lamp<br>is dark.</div></blockquote>"
    )
    found = read(mail(page, "Subject: Fwd: Broken lamp", content_type="text/html"))
    assert found is not None
    assert (found.from_.address, found.subject, found.text) == ("mari@kodu.example", OLD, "The lamp\nis dark.")


def test_a_forward_in_a_table_is_read():
    rows = [("From", "Mari Maasikas &lt;mari@kodu.example&gt;"), ("Sent", "3 Nov 2026 10:11"), ("To", "Acme")]
    cells = "".join(f"<tr><th>{k}:</th><td>{v}</td></tr>" for k, v in [*rows, ("Subject", OLD)])
    page = f"<p>See</p><p>-------- Forwarded Message --------</p><table>{cells}</table><p>The lamp is dark.</p>"
    found = read(mail(page, "Subject: Fwd: x", content_type="text/html"))
    assert found is not None
    assert (found.from_.address, found.subject, found.text) == ("mari@kodu.example", OLD, "The lamp is dark.")


def test_where_only_the_html_has_the_forward_it_is_read_there():
    page = f"<pre>---------- Forwarded message ---------\n{block('Mari')}\n\nThe lamp is dark.</pre>"
    raw = multipart(
        "alternative",
        "Content-Type: text/plain\n\nThis mail is HTML.\n",
        f"Content-Type: text/html\n\n{page}",
        headers=("Subject: Fwd: Of Mari",),
    )
    found = read(raw)
    assert found is not None
    assert found.from_.name == "Mari"


def test_lines_that_name_an_attachment_are_left_out():
    text = f"---------- Forwarded message ---------\n{block('Mari')}\n\nThe lamp is dark.\n\n<bill.pdf>\n"
    file = 'Content-Type: application/pdf; name="bill.pdf"\nContent-Disposition: attachment\n\nx'
    found = read(multipart("mixed", f"Content-Type: text/plain\n\n{text}", file, headers=("Subject: Fwd: x",)))
    assert found is not None
    assert found.text == "The lamp is dark."


PIECES = st.sampled_from(
    [
        "From: Mari <mari@kodu.example>", "Sent: 3 Nov 2026 10:11", "To:", "Subject: Lamp", "> From: x@y.example",
        "---------- Forwarded message ---------", "-----Original Message-----", "", ">", "> x", "words", "a: b",
        "On 3 Nov 2026 10:11, Mari <mari@kodu.example> wrote:", "----- End forwarded message -----", "\x00", "\u200f:",
    ]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=40), max_size=30), st.sampled_from(["", "Fwd: x", "Re: x", "x"]))
def test_it_never_raises_and_its_text_is_of_the_mail(pieces, subject):
    text = "\n".join(pieces)
    found = find_passage(text, subject)
    if found:
        assert 0 <= found.start < len(text)
        assert len(found.text) <= len(text)
        assert found.sender.name or found.sender.address


@pytest.mark.parametrize(
    "piece",
    [
        "From: a\n", "To: a@b.example\n", ":\n", "a:\n", "a\n", "> ", ">\n", "-----x-----\n", "-- - ", "x", "From:",
        "forwarded message\n", "forwarded message\na: b\n", "---------- Forwarded message ---------\nTo: b\n\n", "*:",
        "a: b\n\n", "From: a\n\n\n", "x@y <", "@", "<mailto:", "On 3 Nov 2026 10:11 <a@b.example> wrote:\n", "\n", "(",
    ],
)  # fmt: skip
@pytest.mark.parametrize("subject", ["Fwd: x", "x"])
def test_two_megabytes_take_less_than_a_second(piece, subject):
    for text in (piece * (2_000_000 // len(piece)), f"From: a@b.example\nTo: b\nSubject: c\n{piece * 300_000}"):
        start = time.process_time()
        find_passage(text[:2_000_000], subject)
        assert time.process_time() - start < 1


def test_a_long_subject_of_brackets_takes_no_time():
    start = time.process_time()
    for letter in "[](*{":
        without_prefix(letter * 20_000)
        find_passage("a", letter * 20_000)
    assert time.process_time() - start < 0.5


HEADS = "From: Mari <mari@kodu.example>\nDate: 3 Nov 2026 10:11\nTo: x@y.example\nSubject: Lamp"
RULE = "-" * 74


@pytest.mark.parametrize("rule", [RULE, "_" * 32])
def test_a_rule_right_below_the_headers_is_none_of_the_old_mail(rule):
    found = find_passage(f"Look.\n\n---- Original Message ----\n{HEADS}\n{rule}\n\nThe lamp is dark.", "Fwd: Lamp")
    assert found is not None
    assert found.text == "The lamp is dark."


def test_a_rule_further_down_belongs_to_the_old_mail():
    old = f"The lamp is dark.\n{RULE}\nMari"
    found = find_passage(f"Look.\n\n---- Original Message ----\n{HEADS}\n\n{old}", "Fwd: Lamp")
    assert found is not None
    assert found.text == old


def test_the_old_mail_ends_where_the_forwarders_words_go_on():
    mark = "----- Forwarded message from Mari <mari@kodu.example> -----"
    text = f"{mark}\n\n{HEADS}\n\nThe lamp is dark.\n\n----- End forwarded message -----\n\nPlease call her."
    found = find_passage(text, "Lamp (fwd)")
    assert found is not None
    assert found.text == "The lamp is dark."


def test_what_the_bat_says_above_a_forward_is_nobodys_word():
    scissors = "=" * 18 + "8<" + "=" * 14
    bat = f"This is a forwarded message\n{HEADS}\n\n{scissors}Original message text{scissors}\nThe lamp is dark.\n"
    found = find_passage(f"Look.\n\n{bat}{scissors}End of original message text{scissors}", "Fwd: Lamp")
    assert found is not None
    assert (found.start, found.text) == (len("Look.\n\n"), "The lamp is dark.")
