"""Decision 7: a duplicate has the same id and the same content; everything else is a mail of its own."""

from datetime import timedelta

import pytest

from tests.security.play import COMPLAINT, Play, raw

HEAD = (
    "From: kate.bell@mail.example",
    "To: support@acme.example",
    "Subject: Kettle",
    "Date: Mon, 2 Nov 2026 10:00:00 +0000",
)
ID = "Message-ID: <one@mail.example>"
TRACES = [
    ("Received: from a by b; Mon, 2 Nov 2026 10:00:01 +0000",),
    ("Delivered-To: complaints@acme.example", "Return-Path: <kate.bell@mail.example>"),
    ("DKIM-Signature: v=1; a=rsa-sha256; d=x", "ARC-Seal: i=1", "X-Spam: no"),
    ("Authentication-Results: mx.acme.example; dmarc=pass header.from=mail.example",),
]
OTHERS = [
    ("another body", HEAD, COMPLAINT + " Now!"),
    ("another subject", (*HEAD[:2], "Subject: Kettle!", HEAD[3]), COMPLAINT),
    ("another sender", ("From: eve@evil.example", *HEAD[1:]), COMPLAINT),
    ("another date", (*HEAD[:3], "Date: Mon, 2 Nov 2026 10:00:01 +0000"), COMPLAINT),
    ("another reader", (*HEAD, "Cc: jane@mail.example"), COMPLAINT),
]


@pytest.mark.parametrize("traces", TRACES, ids=lambda t: t[0].partition(":")[0])
@pytest.mark.parametrize("later", [0, 5])
def test_the_same_mail_by_another_route_is_a_duplicate_and_answered_once(
    play: Play, traces: tuple[str, ...], later: int
) -> None:
    play.arrive(raw(*HEAD, ID))
    play.desk.wait(timedelta(days=later))
    play.sent += play.desk.sent()
    row = play.arrive(raw(*traces, *HEAD, ID))
    assert (row.disposition.value, play.fresh, len(play.desk.cases())) == ("duplicate", [], 2)


@pytest.mark.parametrize(("what", "head", "body"), OTHERS, ids=[other[0] for other in OTHERS])
def test_the_same_id_with_other_content_is_another_mail(
    play: Play, what: str, head: tuple[str, ...], body: str
) -> None:
    play.arrive(raw(*HEAD, ID))
    assert play.arrive(raw(*head, ID, body=body)).disposition.value in ("case_opened", "filed"), what


def test_a_stranger_cannot_pre_empt_a_mail_by_taking_its_id(play: Play) -> None:
    play.arrive(raw("From: eve@evil.example", "To: support@acme.example", "Subject: x", ID, body="x"))
    assert play.arrive(raw(*HEAD, ID)).disposition.value == "case_opened"
    assert play.desk.cases()[-1].customer.address == "kate.bell@mail.example"


def test_without_an_id_two_equal_mails_of_different_seconds_are_two(play: Play) -> None:
    assert play.arrive(raw(*HEAD)).disposition.value == "case_opened"
    assert play.arrive(raw("Received: by b", *HEAD)).disposition.value == "duplicate"
    play.desk.now += timedelta(seconds=1)
    assert play.arrive(raw(*HEAD)).disposition.value == "case_opened"


def test_an_agents_answer_by_two_routes_reaches_the_customer_once(play: Play) -> None:
    to = play.thread(play.notification())
    lines = [
        "From: mari@acme.example",
        *(f"{k.replace('_', '-').title()}: {v}" for k, v in to.items()),
        "Message-ID: <r@x>",
    ]
    play.arrive(raw(*lines, body="Dear Kate, it is on its way."))
    assert len(play.to_outsiders(play.fresh)) == 1
    assert (
        play.arrive(raw("Received: by b", *lines, body="Dear Kate, it is on its way.")).disposition.value == "duplicate"
    )
    assert play.fresh == []


def test_our_own_mail_that_comes_back_is_kept_out(play: Play) -> None:
    for sent in tuple(play.sent):
        assert play.arrive(sent.raw).disposition.value == "own"
        assert play.arrive(b"Received: by somebody\r\n" + sent.raw).disposition.value in ("own", "duplicate")
    assert (len(play.desk.cases()), play.messages) == (1, ["in customer"])
    assert len(play.sent) == 3
