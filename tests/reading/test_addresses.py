import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.reading.mime.addresses import read_addresses, usual_addresses
from mailbot.reading.mime.parse import parse
from tests.reading.mails import mail


def pairs(value: str) -> list[tuple[str, str]]:
    return [(address.name, address.address) for address in parse(mail("x", f"To: {value}"))[0].to]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Mari <m@a.example>", [("Mari", "m@a.example")]),
        ('"=?utf-8?B?xb1hbmE=?=" <z@a.example>', [("Žana", "z@a.example")]),
        ("=?utf-8?q?M=C3=A4ri?=<m@a.example>", [("Märi", "m@a.example")]),
        ("=?utf-8?Q?Kask=2C_Mari?= <m@a.example>", [("Kask, Mari", "m@a.example")]),
        ("=?utf-8?q?Mari_=3Cm=40a.example=3E?=", [("Mari", "m@a.example")]),
        ("m@a.example (Mari Kask)", [("Mari Kask", "m@a.example")]),
        ("Mari (Acme) <m@a.example>", [("Mari (Acme)", "m@a.example")]),
        ("<@x.example,@y.example:m@a.example>", [("", "m@a.example")]),
        ('"mari tamm"@a.example', [("", '"mari tamm"@a.example')]),
        ('"m@a.example" <m@a.example>', [("m@a.example", "m@a.example")]),
        ("Mari m@a.example", [("Mari", "m@a.example")]),
        ("Mari <m@a.example", [("Mari", "m@a.example")]),
        ("Mari m@a.example>", [("Mari", "m@a.example")]),
        ("<<m@a.example>>", [("", "m@a.example")]),
        ("Mari <m @ a.example>", [("Mari", "m@a.example")]),
        ("'m@a.example'", [("", "m@a.example")]),
        ("Mari <mailto:m@a.example>", [("Mari", "m@a.example")]),
        ("Mari Tamm [mailto:m@a.example]", [("Mari Tamm", "m@a.example")]),
        ("m@a.example <Mari Tamm>", [("Mari Tamm", "m@a.example")]),
        ("mari at a.example (Mari Tamm)", [("Mari Tamm", "mari@a.example")]),
        ("Tamm, Mari <m@a.example>", [("Tamm, Mari", "m@a.example")]),
        (
            "Mägi, Tom (Acme) <t@a.example>, Mari <m@x.example>",
            [("Mägi, Tom (Acme)", "t@a.example"), ("Mari", "m@x.example")],
        ),
        ("a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("a@b.example c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("undisclosed-recipients:;", []),
        ("undisclosed-recipients", []),
        ("Team: a@b.example, C <c@d.example>;", [("", "a@b.example"), ("C", "c@d.example")]),
        ("Acme: Support <s@a.example>", [("Acme: Support", "s@a.example")]),
        ('"unclosed <m@a.example>', [("unclosed", "m@a.example")]),
        ("m@xn--nide-9na.example", [("", "m@xn--nide-9na.example")]),
        ("Jõgi <jõgi@näide.example>", [("Jõgi", "jõgi@näide.example")]),
        ("m@[192.0.2.1]", [("", "m@[192.0.2.1]")]),
        ("root", [("", "root")]),
        ("gate!kaup!mari (Mari Tamm)", [("Mari Tamm", "gate!kaup!mari")]),
        ("", []),
        ("Mari <>", []),
    ],
)
def test_an_address_is_read_in_every_notation(written, read):
    assert pairs(written) == read


@pytest.mark.parametrize("local", ["root", "MAILER-DAEMON"])
def test_a_name_without_a_domain_is_a_sender(local):
    assert parse(mail("x", f"From: {local} (Mail Delivery System)"))[0].from_.address == local


def test_repeated_recipient_headers_are_joined_and_the_first_sender_counts():
    message, _ = parse(mail("x", "From: a@a.example", "From: b@a.example", "To: c@a.example", "To: d@a.example"))
    assert message.from_.address == "a@a.example"
    assert [to.address for to in message.to] == ["c@a.example", "d@a.example"]


def test_an_empty_sender_header_before_the_real_one_is_passed_over():
    assert parse(mail("x", "From:", "From: b@a.example"))[0].from_.address == "b@a.example"


def test_a_hundred_thousand_recipients_are_all_read():
    value = ", ".join(f"User {number} <u{number}@a.example>" for number in range(100_000))
    assert len(read_addresses(value)) == 100_000


@pytest.mark.parametrize("piece", ["(", '"', "<", "a@", ",", '"\\', "a <(", "( a", "=?utf-8?q?a?= "])
def test_hostile_lists_are_read_in_linear_time(piece):
    begin = time.process_time()
    read_addresses(piece * (400_000 // len(piece)))
    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    "piece", ["a:", "a;", "a:b;", "a,", '"a",', '"a,', '"', "()", "<>", "(", "@", "a@b.example,", "=?utf-8?q?a?=,"]
)
def test_two_megabytes_of_recipients_take_little_time_and_none_is_lost_silently(piece):
    raw = mail("x", f"To: {piece * (2_000_000 // len(piece))}")
    start = time.process_time()
    message, problems = parse(raw)
    assert time.process_time() - start < 2
    assert "more addresses than are read: the rest is only in the raw mail" in problems or len(message.to) in (
        0,
        2_000_000 // len(piece),
    )


def test_addresses_of_several_fields_share_one_bound():
    message, problems = parse(mail("x", *["Cc: a@b.example, c@d.example"] * 1000))
    assert len(message.cc) == 2000
    assert not any("addresses" in problem for problem in problems)


@pytest.mark.parametrize(
    "value", ["a@b.example", "Mari <a@b.example>, T. Mägi <c@d.example>", "Mari-Liis O'Neil <a@b.example>; c@d.example"]
)
def test_the_usual_notation_is_read_as_the_careful_reader_reads_it(value):
    careful = read_addresses(value.replace(",", " ,").replace("@", " @ ").replace(";", " ;"))
    assert usual_addresses(value) == careful


@given(st.text(alphabet='aõ@.,;:<>()[]"\\ =?'))
def test_no_list_of_addresses_raises(value):
    for address in read_addresses(value):
        assert address.address
