"""Decision 2: nobody gets into somebody else's case, and a stranger is told nothing."""

import pytest

from mailbot.core.letters import LetterKind
from tests.security.play import DMARC_PASS, EVE, KATE, Play, raw

JUHAN = "Juhan Org <juhan@kodu.example>"
KETTLE = "My new kettle is defective, it leaks. Order B-55501."


def _copied_signs(play: Play) -> dict[str, dict[str, str]]:
    """What a stranger can copy or guess; none of it is a random id of ours."""
    return {
        "case number in the subject": {"subject": f"Re: Five days [{play.number}]"},
        "case number, lower case": {"subject": f"re: {play.number.lower()}"},
        "the customer's Message-ID": {"in_reply_to": "<1@sender.example>", "references": "<1@sender.example>"},
        "the customer's subject": {"subject": "Re: Five days for a next-day parcel"},
        "a quoted reference line": {"text": f"> [ref:{play.token()[:-1]}]\n> {play.number}"},
        "a guessed id": {"to": "support+abcdefghijklmnopqrstuvwxyz@acme.example"},
        "part of our Message-ID": {"in_reply_to": f"<x{play.mails(LetterKind.ACKNOWLEDGEMENT)[0].row.message_id}>"},
        "the customer's name": {"from_name": "Kate Bell"},
    }


@pytest.mark.parametrize("sign", range(8))
def test_a_stranger_with_copied_signs_opens_a_case_of_their_own(play: Play, sign: int) -> None:
    headers = list(_copied_signs(play).values())[sign]
    by = f"{headers.pop('from_name', 'Eve Moss')} <eve@evil.example>"
    text = f"Where do things stand? Send me everything.\n{headers.pop('text', '')}"
    assert play.write(text, by=by, **headers).disposition.value == "case_opened"
    assert play.messages == ["in customer"]
    assert {m.row.recipient for m in play.to_outsiders(play.fresh)} == {"eve@evil.example"}
    for shown in play.to_outsiders(play.fresh):
        assert "A-10293" not in shown.text + shown.html
        assert "kate" not in shown.raw.decode().lower()


def test_all_copied_signs_together_are_no_more_than_one(play: Play) -> None:
    signs: dict[str, str] = {}
    for headers in _copied_signs(play).values():
        signs |= headers
    signs.pop("from_name")
    assert play.write(signs.pop("text"), by=EVE, **signs).disposition.value == "case_opened"
    assert play.messages == ["in customer"]


def test_a_stranger_with_our_random_id_is_heard_by_the_agents_and_told_nothing(play: Play) -> None:
    row = play.write("Tell me everything.", by=EVE, **play.thread(play.mails(LetterKind.ACKNOWLEDGEMENT)[0]))
    assert row.disposition.value == "filed"
    assert play.messages == ["in customer", "in third_party"]
    assert play.to_outsiders(play.fresh) == []
    play.answer("Dear Kate, it is on its way.")
    assert [m.row.recipient for m in play.to_outsiders(play.fresh)] == ["kate.bell@mail.example"]
    assert "Tell me everything" not in play.to_outsiders(play.fresh)[0].text


def test_a_third_partys_words_do_not_travel_on_to_the_customer(play: Play) -> None:
    secret = "I am the neighbour and saw the driver throw the box over the fence twice."
    play.write(secret, by=EVE, **play.thread(play.mails(LetterKind.ACKNOWLEDGEMENT)[0]))
    notification = play.mails(LetterKind.NOTIFICATION, "mari@acme.example")[-1]
    for quoted in (f"> {secret}", secret, f"   {secret}", f"| {secret}"):
        play.write(f"Dear Kate, it is on its way.\n\n{quoted}", by="mari@acme.example", **play.thread(notification))
        assert not [m for m in play.to_outsiders(play.fresh) if "neighbour" in m.text + m.html]


def test_one_customers_answer_to_anothers_acknowledgement_joins_no_case_as_a_customer(play: Play) -> None:
    play.complain(KETTLE, by=JUHAN, subject="Kettle")
    forwarded = play.thread(play.mails(LetterKind.ACKNOWLEDGEMENT, "kate.bell@mail.example")[0])
    play.write("Kate sent me this. What about my kettle?", by=JUHAN, **forwarded)
    assert play.messages == ["in customer", "in third_party"]
    assert play.to_outsiders(play.fresh) == []


def test_between_two_cases_a_customer_stays_in_the_own_one(play: Play) -> None:
    play.complain(KETTLE, by=JUHAN, subject="Kettle")
    theirs = play.desk.cases()[1]
    row = play.write("More.", by=JUHAN, subject=f"[{play.number}] [{theirs.number}]", in_reply_to="<1@sender.example>")
    assert row.case_id == theirs.id
    assert play.messages == ["in customer"]


def test_two_customers_in_one_thread_have_a_case_each(play: Play) -> None:
    row = play.write(KETTLE, by=JUHAN, subject="Re: Five days for a next-day parcel", references="<1@sender.example>")
    assert row.disposition.value == "case_opened"
    assert play.messages == ["in customer"]


def test_somebody_on_cc_writes_as_a_third_party_and_is_not_acknowledged(play: Play) -> None:
    play.write("One more thing.", cc=JUHAN, **play.thread(play.mails(LetterKind.ACKNOWLEDGEMENT)[0]))
    play.answer("Dear Kate, it is on its way.")
    copy = next(m for m in play.fresh if m.row.recipient == "juhan@kodu.example")
    play.write("And I?", by=JUHAN, **play.thread(copy))
    assert play.messages[-1] == "in third_party"
    assert play.to_outsiders(play.fresh) == []


@pytest.mark.parametrize(
    "lines",
    [
        (f"From: {EVE}", f"Reply-To: {KATE}"),
        (f"From: {EVE}", f"Sender: {KATE}"),
        ('From: "kate.bell@mail.example" <eve@evil.example>',),
        (f"From: {EVE}", f"From: {KATE}"),
        (f"From: {EVE}, {KATE}",),
        (f"From: {EVE}", f"Reply-To: {KATE}", "Auto-Submitted: auto-generated"),
    ],
)
def test_no_trick_with_headers_makes_a_stranger_the_customer(play: Play, lines: tuple[str, ...]) -> None:
    body = "Name: Kate\nOrder: A-10293\nMessage: what is the matter?"
    play.arrive(
        raw(*lines, "To: support@acme.example", f"Subject: Re: x [{play.number}]", "Message-ID: <k@e>", body=body)
    )
    assert play.messages == ["in customer"]


@pytest.mark.parametrize(
    "ours",
    ["support@acme.example", "complaints@acme.example", "support+x@acme.example", "SUPPORT+{token}@acme.example",
     "support+{agent}@acme.example", "mari@acme.example", "mari.tamm+x@home.example"],
)  # fmt: skip
def test_an_answer_never_goes_to_ourselves_or_to_the_team_in_copy(play: Play, ours: str) -> None:
    ours = ours.format(token=play.desk.cases()[0].token, agent=play.token())
    ack = play.thread(play.mails(LetterKind.ACKNOWLEDGEMENT)[0])
    play.write("One more thing.", cc=f"Desk <{ours}>", **ack)
    play.answer("Dear Kate, it is on its way.")
    assert [m.row.recipient for m in play.fresh if m.row.kind is LetterKind.ANSWER] == ["kate.bell@mail.example"]


def test_a_token_that_a_customer_got_to_see_is_not_passed_on_to_those_in_copy(play: Play) -> None:
    thread = play.thread(play.mails(LetterKind.ACKNOWLEDGEMENT)[0])
    thread["references"] += f" {play.notification().mail['Message-ID']}"
    play.write("You forwarded me something odd.", cc=JUHAN, **thread)
    play.answer("Dear Kate, please ignore it.")
    assert {m.row.recipient for m in play.fresh} == {"kate.bell@mail.example", "juhan@kodu.example"}


def test_a_mail_bomb_by_reply_to_is_held_to_the_budget_even_when_its_author_is_authenticated(play: Play) -> None:
    passed = "mx.acme.example; dmarc=pass header.from=mail.example"
    for number in range(10):
        play.write(
            KETTLE,
            by="eve@mail.example",
            reply_to="victim@mail.example",
            subject=f"Kettle {number}, click evil.example",
            authentication_results=passed,
        )
    mails = play.mails(LetterKind.ACKNOWLEDGEMENT, "victim@mail.example")
    assert len(mails) <= play.desk.runtime.config.budgets.per_address_day
    assert not [m for m in mails if "click" in m.raw.decode()]


def test_a_web_form_filled_in_with_a_victims_address_is_held_to_the_budget(play: Play) -> None:
    for number in range(10):
        play.write(
            f"Name: Victim\nOrder: B-5550{number}\nMessage: my kettle is defective",
            by="form@acme.example",
            reply_to="victim@mail.example",
            auto_submitted="auto-generated",
            authentication_results=DMARC_PASS,
            subject=f"Contact form {number}, click evil.example",
        )
    mails = play.mails(LetterKind.ACKNOWLEDGEMENT, "victim@mail.example")
    assert 1 <= len(mails) <= play.desk.runtime.config.budgets.per_address_day
    assert not [m for m in mails if "click" in m.raw.decode()]
