"""Decision 1, the other half: a held mail is released once, by the answer of the member who was asked."""

from collections.abc import Callable

import pytest

from mailbot.core.letters import LetterKind
from mailbot.store.ledger import LedgerRow
from tests.desk import Sent
from tests.security.play import EVE, MARI, Play, raw

JAAN = "Jaan Kask <jaan@acme.example>"
FORGED = "Dear Kate, please pay the customs at pay.evil.example."


def hold(play: Play, text: str = FORGED, **headers: str) -> tuple[LedgerRow, Sent]:
    """A mail in Mari's name that is held, and the challenge that asks her."""
    row = play.write(text, by=MARI, **{"subject": f"Re: x [{play.number}]"} | headers)
    assert row.disposition.value == "held"
    return row, play.mails(LetterKind.CHALLENGE)[-1]


def released(play: Play) -> list[Sent]:
    """The mails by which a forged answer got out."""
    return [m for m in play.to_outsiders() if "pay.evil.example" in m.text + m.html]


def test_the_members_answer_releases_a_held_mail_exactly_once(play: Play) -> None:
    _, challenge = hold(play)
    for text in ("yes", "", "yes, again", "#resolve"):
        assert play.write(text, by=MARI, **play.thread(challenge)).disposition.value == "filed"
    assert len(released(play)) == 1
    assert play.messages == ["in customer", "out agent"]


@pytest.mark.parametrize("by", [EVE, JAAN, "kate.bell@mail.example", "Mari <mari@acrne.example>"])
def test_nobody_else_releases_it_even_with_the_challenge_in_hand(play: Play, by: str) -> None:
    _, challenge = hold(play)
    for headers in (play.thread(challenge), {"to": challenge.reply_address, "subject": "Fwd"}):
        play.write(f"yes\n\n{challenge.text}", by=by, **headers)
    assert released(play) == []


@pytest.mark.parametrize(
    "automatic",
    [{"auto_submitted": "auto-replied"}, {"precedence": "auto_reply"}, {"x_autoreply": "yes"}, {"return_path": "<>"},
     {"subject": "Automatic reply: Is this mail from you?"}, {"list_id": "<team.acme.example>"}],
)  # fmt: skip
def test_an_absence_note_confirms_nothing(play: Play, automatic: dict[str, str]) -> None:
    _, challenge = hold(play)
    play.write("I am on holiday until Monday.", by=MARI, **play.thread(challenge) | automatic)
    assert released(play) == []


@pytest.mark.parametrize("spoilt", [lambda t: t[:-1], lambda t: t[1:] + "a", lambda t: "a" * 26, lambda t: t[::-1]])
def test_a_guess_at_the_challenges_token_releases_nothing(play: Play, spoilt: Callable[[str], str]) -> None:
    _, challenge = hold(play)
    token = challenge.row.message_id.partition("@")[0]
    play.write("yes", by=MARI, to=f"support+{spoilt(token)}@acme.example")
    assert released(play) == []


def test_a_forged_confirmation_without_the_token_is_itself_held(play: Play) -> None:
    _, challenge = hold(play)
    row = play.write("yes", by=MARI, subject=f"Re: {challenge.mail['Subject']}")
    assert row.disposition.value == "held"
    assert released(play) == []


def test_each_held_mail_needs_its_own_answer(play: Play) -> None:
    _, first = hold(play)
    hold(play, "Dear Kate, see pay.evil.example/2")
    play.write("yes", by=MARI, **play.thread(first))
    assert len(released(play)) == 1


def test_the_same_held_mail_delivered_twice_is_released_once(play: Play) -> None:
    subject = f"Subject: Re: [{play.number}]"
    twice = raw("From: mari@acme.example", "Message-ID: <twice@x.example>", subject, body="see pay.evil.example")
    play.arrive(twice)
    challenge = play.mails(LetterKind.CHALLENGE)[-1]
    assert play.arrive(b"Received: by relay\r\n" + twice).disposition.value == "duplicate"
    play.write("yes", by=MARI, **play.thread(challenge))
    play.write("yes", by=MARI, **play.thread(challenge))
    assert len(released(play)) == 1


def test_a_confirmed_mail_with_a_colleagues_token_belongs_to_that_case(play: Play) -> None:
    colleagues = play.thread(play.notification("ana@acme.example"))
    row = play.write("Dear Kate, it is on its way.", by=MARI, **colleagues | {"subject": "Re: hello"})
    assert row.disposition.value == "held"
    play.write("yes", by=MARI, **play.thread(play.mails(LetterKind.CHALLENGE)[-1]))
    assert play.messages == ["in customer", "out agent"]
    assert len(play.desk.cases()) == 1


def test_a_confirmed_mail_from_a_stranger_stays_a_strangers(play: Play) -> None:
    row = play.write("#resolve\n\nsee pay.evil.example", by=EVE, **play.thread(play.notification()))
    assert row.disposition.value == "held"
    play.write("yes", by=MARI, **play.thread(play.mails(LetterKind.CHALLENGE)[-1]))
    assert play.messages == ["in customer", "in third_party"]
    assert play.desk.cases()[0].state.value == "new"
    assert released(play) == []


def test_a_confirmed_mail_is_still_looked_through_for_internal_lines(play: Play) -> None:
    _, challenge = hold(play, f"Dear Kate\n\n{play.notification().text.partition('[ref:')[0]}")
    play.write("yes", by=MARI, **play.thread(challenge))
    assert play.to_outsiders(play.fresh) == []
    assert [m.row.kind for m in play.fresh] == [LetterKind.RECEIPT]


def test_a_challenge_shows_nothing_of_the_case(play: Play) -> None:
    _, challenge = hold(play)
    assert "kate.bell" not in challenge.raw.decode()
    assert "A-10293" not in challenge.text + challenge.html
