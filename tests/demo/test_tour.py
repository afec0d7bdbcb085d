"""What the tour does when the script promises what does not happen, and how its people's programs write."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path

import pytest

from mailbot.core.case import State
from mailbot.core.letters import LetterKind
from mailbot.demo.desk import DemoDesk, running_desk
from mailbot.demo.screen import Screen, isolated
from mailbot.demo.script import Person, Reads, Script, Stands, ToRead, load_cast, load_script
from mailbot.demo.tour import StepFailed, Tour
from mailbot.demo.writing import complaint_mail, person_in, reply_mail, text_of
from tests.demo.test_demo import free_offset

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 3, 10, 0, tzinfo=UTC)
SCRIPT, CAST = load_script(), load_cast()


@pytest.fixture
def desk():
    with running_desk(CAST, (ROOT / "rules", ROOT / "templates"), port_offset=free_offset()) as running:
        yield running


def notification() -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Kadri Põld via Acme Support <support@acme.example>"
    mail["Reply-To"] = "support+token@acme.example"
    mail["Subject"] = "Pakk [AP-10001]"
    mail["Date"] = NOON
    mail["Message-ID"] = "<token@acme.example>"
    mail.set_content("first line\nsecond line\n")
    mail.add_alternative("<html><body><p>first line</p></body></html>", subtype="html")
    return message_from_bytes(mail.as_bytes(policy=SMTP), policy=default)


def person(answers: str, *, html: bool = False) -> Person:
    return Person.model_validate(
        {"name": "Mari", "address": "mari@acme.example", "role": "agent", "answers": answers, "html": html}
        | {"wrote": "On {date:%H:%M}, {name} wrote:"}
    )


@pytest.mark.xdist_group("demo")
def test_a_mail_that_does_not_come_fails_the_tour(desk: DemoDesk):
    missing = Reads(says="nobody wrote", read=ToRead(by="mari", kind=LetterKind.NOTIFICATION, words="unheard of"))
    script = Script(patience=1, complaints=SCRIPT.complaints, steps=(SCRIPT.steps[0], missing))
    with (
        Tour(desk, script, Screen()) as tour,
        pytest.raises(StepFailed, match=r"step 2 .*«nobody wrote».*“unheard of”"),
    ):
        tour.play()


@pytest.mark.xdist_group("demo")
def test_a_case_that_stands_elsewhere_fails_the_tour(desk: DemoDesk):
    script = Script(patience=1, complaints={}, steps=(Stands(says="closed", states={"kadri": State.CLOSED}),))
    with Tour(desk, script, Screen()) as tour, pytest.raises(StepFailed, match="not there"):
        tour.play()


def test_a_reply_below_quotes_the_whole_mail_above_it():
    mail = reply_mail(notification(), person("below"), "#resolve\n\nDone.\n", NOON)
    wrote = "On 10:00, Kadri Põld via Acme Support wrote:"
    assert text_of(mail) == f"{wrote}\n> first line\n> second line\n\n#resolve\n\nDone.\n"


def test_a_reply_above_stands_before_the_quote_in_both_parts():
    mail = reply_mail(notification(), person("above", html=True), "Done.\n", NOON)
    assert text_of(mail).startswith("Done.\n\nOn 10:00")
    page = mail.get_body(("html",)).get_content()
    assert page.index("Done.") < page.index('<blockquote type="cite"><p>first line</p></blockquote>')


def test_a_reply_goes_to_reply_to_and_stays_in_the_thread():
    mail = reply_mail(notification(), person("above"), "Done.", NOON)
    assert mail["to"] == "support+token@acme.example"
    assert mail["in-reply-to"] == mail["references"] == "<token@acme.example>"
    assert mail["subject"] == "Re: Pakk [AP-10001]"


@pytest.mark.parametrize("name", SCRIPT.complaints)
def test_every_complaint_survives_the_wire(name: str):
    complaint = SCRIPT.complaints[name]
    author = CAST.people[complaint.by]
    sent = complaint_mail(complaint, author, CAST.desk, NOON).as_bytes(policy=SMTP)
    mail = message_from_bytes(sent, policy=default)
    assert text_of(mail).replace("\r\n", "\n") == complaint.text
    assert person_in(mail, "from") == (author.name, author.address)
    assert {part.get("content-id") for part in mail.walk()} >= {f"<{picture.id}>" for picture in complaint.pictures}


def test_two_encoded_words_are_one_name():
    mail = message_from_bytes(
        b"From: =?utf-8?b?U3VwcG9y?=\r\n =?utf-8?b?dA==?= <support@acme.example>\r\n\r\n", policy=default
    )
    assert person_in(mail, "from") == ("Support", "support@acme.example")


def test_only_lines_with_letters_from_right_to_left_are_isolated():
    assert isolated("Tere!") == "Tere!"
    assert isolated("سلام Tere") == "\u2068سلام Tere\u2069"
