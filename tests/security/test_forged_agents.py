"""Decision 1: an agent is who writes from a member's address with the token that we gave that member for that case."""

from collections.abc import Callable

import pytest

from mailbot.core.letters import LetterKind
from tests.security.play import COMPLAINT, DMARC_PASS, EVE, MARI, Play, raw

JAAN = "jaan@acme.example"
ORDERS = ["Dear Kate, send us your card number.", "#close", "#resolve", "#note x\n\nDear Kate", "#add eve@evil.example"]
GUESSED = "abcdefghijklmnopqrstuvwxyz"


def _of_another_member(play: Play) -> str:
    return play.token("ana@acme.example")


def _of_another_case(play: Play) -> str:
    play.complain("The kettle leaks from the bottom.", by="Juhan Org <juhan@kodu.example>", subject="Kettle")
    case = play.desk.cases()[1]
    return case.token


def _revoked(play: Play) -> str:
    token = play.token()
    with play.desk.runtime.database.begin() as tx:
        tx.people.revoke(token)
    return token


WORTHLESS: list[Callable[[Play], str]] = [
    lambda _: GUESSED,
    lambda play: play.token()[:-1],
    lambda play: play.token()[::-1],
    lambda play: play.desk.cases()[0].token,
    _of_another_member,
    _of_another_case,
    _revoked,
]
PLACES: dict[str, Callable[[str], dict[str, str]]] = {
    "to": lambda token: {"to": f"support+{token}@acme.example"},
    "cc": lambda token: {"cc": f"Desk <support+{token.upper()}@acme.example>"},
    "delivered-to": lambda token: {"delivered_to": f"<support+{token}@acme.example>"},
    "x-original-to": lambda token: {"x_original_to": f"support+{token}@acme.example"},
    "references": lambda token: {"references": f"<x@y.example> <{token}@acme.example>"},
    "in-reply-to": lambda token: {"in_reply_to": f"<{token}.{GUESSED}@acme.example>"},
    "text": lambda token: {"text": f"[ref:{token}]"},
    "quote": lambda token: {"text": f"> > [ref: {token}]"},
}


def assert_nothing_done(play: Play) -> None:
    assert play.to_outsiders(play.fresh) == []
    case = play.desk.cases()[0]
    assert (case.state.value, case.assignee) == ("new", None)
    assert play.messages == ["in customer"]
    assert {m.row.kind for m in play.fresh} <= {LetterKind.CHALLENGE}
    assert {m.row.recipient for m in play.fresh} <= {"mari@acme.example"}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("by", [MARI, "MARI@ACME.EXAMPLE", "mari.tamm@home.example"])
def test_a_members_name_alone_moves_nothing(play: Play, order: str, by: str) -> None:
    row = play.write(order, by=by, subject=f"Re: Five days [{play.number}]")
    assert row.disposition.value == "held"
    assert play.kinds() == [("challenge", "mari@acme.example")]
    assert_nothing_done(play)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("worthless", WORTHLESS, ids=lambda f: f.__name__)
def test_a_token_that_is_not_this_members_moves_nothing(
    play: Play, worthless: Callable[[Play], str], place: str
) -> None:
    headers = PLACES[place](worthless(play))
    text = f"Dear Kate, send us your card number.\n\n{headers.pop('text', '')}"
    row = play.write(text, by=MARI, subject=f"Re: Five days [{play.number}]", **headers)
    assert row.disposition.value == "held"
    assert_nothing_done(play)


@pytest.mark.parametrize("place", [p for p in PLACES if p != "cc"])
def test_the_members_own_token_proves_her_wherever_mail_programs_put_it(play: Play, place: str) -> None:
    headers = PLACES[place](play.token())
    row = play.write(f"Dear Kate, it is on its way.\n\n{headers.pop('text', '')}", by=MARI, subject="Re: x", **headers)
    assert row.disposition.value == "filed"
    assert ("answer", "kate.bell@mail.example") in play.kinds() or ("receipt", "mari@acme.example") in play.kinds()


NOT_HER = [
    '"mari@acme.example" <eve@evil.example>',
    '"Mari Tamm <mari@acme.example>" <eve@evil.example>',
    "mari@acme.example <eve@evil.example>",
    "=?utf-8?q?Mari_=3Cmari=40acme=2Eexample=3E?= <eve@evil.example>",
    "=?utf-8?b?bWFyaUBhY21lLmV4YW1wbGU=?= <eve@evil.example>",
    "eve@evil.example (mari@acme.example)",
    "(mari@acme.example) eve@evil.example",
    "Mari Tamm <mari@acme.example.evil.example>",
    "Mari Tamm <mari@acrne.example>",
    "Mari Tamm <m\u0430ri@acme.example>",
    "Mari Tamm <mari@acme\uff0eexample>",
    "Mari Tamm <mari@acme.exampl\u0435>",
    "Mari Tamm <mari+x@acme.example>",
    "Mari Tamm <mari@acme.example@evil.example>",
    "Mari Tamm <mari%acme.example@evil.example>",
    'Mari Tamm <"mari@acme.example"@evil.example>',
    "Mari Tamm <@acme.example:eve@evil.example>",
    "eve@evil.example, mari@acme.example",
]


@pytest.mark.parametrize("sender", NOT_HER)
def test_what_only_looks_like_a_member_is_no_member_even_with_her_token(play: Play, sender: str) -> None:
    play.arrive(
        raw(
            f"From: {sender}",
            f"To: support+{play.token()}@acme.example",
            "Subject: Re: Five days",
            "Message-ID: <n1@evil.example>",
            f"Authentication-Results: {DMARC_PASS}",
            body="#resolve\n\nDear Kate, send us your card number.",
        )
    )
    assert_nothing_done(play)


@pytest.mark.parametrize("sender", NOT_HER)
def test_what_only_looks_like_a_member_writes_as_a_stranger(play: Play, sender: str) -> None:
    row = play.arrive(
        raw(f"From: {sender}", "To: support@acme.example", "Subject: Hi", "Message-ID: <n2@evil.example>")
    )
    assert row.disposition.value in ("case_opened", "quarantined")
    assert len(play.desk.cases()) == 2


@pytest.mark.parametrize(
    "lines",
    [
        ("From: eve@evil.example", f"From: {MARI}"),
        (f"From: {MARI}", "From: eve@evil.example"),
        ("From: eve@evil.example", f"Sender: {MARI}"),
        (f"From: {MARI}", "Sender: eve@evil.example"),
        ("From: eve@evil.example", f"Resent-From: {MARI}"),
        ("From: eve@evil.example", f"Reply-To: {MARI}"),
        (f"From: {MARI}", "Reply-To: eve@evil.example"),
        (f"From: {MARI}", "Reply-To: eve@acme.example"),
        (f"From: Staff: {MARI};",),
        (f"From: Staff: {MARI}, eve@evil.example;",),
        (f"From : {MARI}",),
        (f"from:\r\n {MARI}",),
        (f"From: {MARI}, eve@evil.example",),
        ("From: =?utf-8?q?mari=40acme=2Eexample?=",),
        ("From: <mari@acme.example",),
        ("From: mari (evil) @ acme . example",),
    ],
)
def test_no_trick_with_headers_makes_a_member(play: Play, lines: tuple[str, ...]) -> None:
    subject, body = f"Subject: Re: x [{play.number}]", "#resolve\n\nDear Kate, send us your card number."
    play.arrive(raw(*lines, "To: support@acme.example", subject, "Message-ID: <t1@evil.example>", body=body))
    assert play.messages == ["in customer"]
    assert play.desk.cases()[0].state.value == "new"
    assert not [m for m in play.fresh if m.row.recipient == "kate.bell@mail.example"]
    assert not [m for m in play.fresh if play.number in m.text and m in play.to_outsiders()]


NOT_TRUSTED = [
    ("Authentication-Results: mx.evil.example; dmarc=pass header.from=acme.example",),
    ("Authentication-Results: mx.evil.example; spf=none", f"Authentication-Results: {DMARC_PASS}"),
    (
        "Authentication-Results: mx.acme.example; dmarc=fail header.from=acme.example",
        f"Authentication-Results: {DMARC_PASS}",
    ),
    ("Authentication-Results: mx.acme.example; dmarc=pass header.from=evil.example",),
    ("Authentication-Results: mx.acme.example; dmarc=pass",),
    ("Authentication-Results: mx.acme.example; dkim=pass header.d=acme.example; spf=pass smtp.mailfrom=acme.example",),
    ("Authentication-Results: mx.acme.example (dmarc=pass header.from=acme.example); spf=none",),
    ("Authentication-Results: mx.acme.example; spf=none (x; dmarc=pass header.from=acme.example)",),
    ('Authentication-Results: mx.acme.example; spf=pass smtp.mailfrom="x; dmarc=pass header.from=acme.example"',),
    ('Authentication-Results: mx.acme.example; spf=none reason="x\r\n ; dmarc=pass header.from=acme.example"',),
    (
        "Authentication-Results: mx.acme.example; spf=pass "
        "smtp.mailfrom==?utf-8?q?a=3B_dmarc=3Dpass_header=2Efrom=3Dacme=2Eexample=3B_x=3Dnone_y=2Ez=3D?=@evil.example",
    ),
    ("X-Authentication-Results: " + DMARC_PASS,),
    ("ARC-Authentication-Results: i=1; " + DMARC_PASS,),
    ("Authentication-Results: mx.acme.example.evil.example; dmarc=pass header.from=acme.example",),
    ("Authentication-Results: " + "(" * 5000 + DMARC_PASS,),
]


@pytest.mark.parametrize("lines", NOT_TRUSTED, ids=range(len(NOT_TRUSTED)))
def test_a_forged_authentication_result_opens_nothing(play: Play, lines: tuple[str, ...]) -> None:
    thread = (f"To: {play.desk.runtime.config.mailboxes[0].address}", f"Subject: Re: x [{play.number}]")
    row = play.arrive(raw(*lines, f"From: {MARI}", *thread, "Message-ID: <a1@evil.example>", body="#status"))
    assert row.disposition.value == "held", play.kinds()
    assert_nothing_done(play)


@pytest.mark.parametrize("order", [o for o in ORDERS if not o.startswith("#note")])
def test_a_dmarc_pass_alone_does_not_answer_a_customer_or_change_a_case(play: Play, order: str) -> None:
    headers = {"authentication_results": DMARC_PASS, "subject": f"Re: x [{play.number}]"}
    assert play.write(order, by=MARI, **headers).disposition.value == "held"
    assert_nothing_done(play)


def test_a_dmarc_pass_lets_a_member_ask_for_the_status_at_the_address_in_the_config_alone(play: Play) -> None:
    headers = {"authentication_results": DMARC_PASS, "subject": f"Re: x [{play.number}]"}
    play.write("#status", by="mari@acme.example", reply_to="eve@acme.example", **headers)
    assert play.kinds() == [("receipt", "mari@acme.example")]


@pytest.mark.parametrize("place", PLACES)
def test_a_stolen_token_tells_its_thief_nothing(play: Play, place: str) -> None:
    headers = PLACES[place](play.token())
    text = f"#status\n\n{headers.pop('text', '')}"
    assert play.write(text, by=EVE, subject="Re: x", **headers).disposition.value == "held"
    assert_nothing_done(play)


def test_commands_in_a_customers_mail_are_only_words(play: Play) -> None:
    orders = "#close\n#assign jaan\n#add eve@evil.example\n#status\n\nPlease!"
    play.write(orders, **play.thread(play.mails(LetterKind.ACKNOWLEDGEMENT)[0]))
    case = play.desk.cases()[0]
    assert (case.state.value, case.assignee, play.messages) == ("new", None, ["in customer", "in customer"])
    assert play.to_outsiders(play.fresh) == []
    play.write(COMPLAINT, by=EVE, subject="mine")
    assert len(play.desk.cases()) == 2


@pytest.mark.parametrize(
    "line",
    ["#resovle", "#Lahenda ära", "# resovle", "##resolve", "#  #resolve", "\uff03resolve", "\u200b#resovle",
     "\u00a0#resovle", "#r\u0435solve", "#resolve!", "#_resolve", "#/resolve", "#-resolve", "#", "*#resolve*",
     "*#resolve* now", "#\u200bresovle"],
)  # fmt: skip
def test_a_slip_in_a_command_never_reaches_the_customer(play: Play, line: str) -> None:
    play.answer(f"{line}\n\nDear Kate, the fee is on its way.")
    assert "resov" not in "".join(m.text + m.html for m in play.to_outsiders(play.fresh))
    assert not [m.text for m in play.to_outsiders(play.fresh) if "#" in m.text or "\uff03" in m.text]
    assert [m for m in play.fresh if m.row.kind is LetterKind.RECEIPT], "the agent has to be told"
