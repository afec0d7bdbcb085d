"""What the mail server's own filter marks as spam begins a case that its sender hears nothing of."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mailbot.core.letters import LetterKind
from mailbot.core.spam import SpamHeader, spam_mark
from tests.desk import mail
from tests.security.play import COMPLAINT, KATE, Play

FLAG = SpamHeader("X-Spam-Flag", "YES")
STATUS = SpamHeader("X-Spam-Status", "Yes")


def marked_by(play: Play, *marks: SpamHeader) -> None:
    """Let the desk believe these headers."""
    config = play.desk.runtime.config
    boxes = tuple(replace(box, spam=marks) for box in config.mailboxes)
    play.desk.runtime.config = replace(config, mailboxes=boxes)


def with_headers(*lines: str) -> bytes:
    """A complaint on top of which stand these header lines."""
    whole = mail(COMPLAINT, from_=KATE, to="support@acme.example", subject="Late", message_id="<1@mail.example>")
    return "".join(f"{line}\r\n" for line in lines).encode() + whole


@pytest.mark.parametrize(
    ("mark", "values", "is_spam"),
    [
        (FLAG, ("YES",), True),
        (FLAG, ("yes",), True),
        (FLAG, ("NO",), False),
        (FLAG, (), False),
        (FLAG, ("YES", "NO"), True),
        (FLAG, ("NO", "YES"), False),
        (STATUS, ("Yes, score=9.1 required=5.0",), True),
        (STATUS, ("No, score=-1.0 tests=YES",), False),
        (STATUS, ("Yesterday",), False),
        (SpamHeader("X-Spam", "Yes"), ("Yes",), True),
        (SpamHeader("X-Spam-Level", "*****"), ("*******",), True),
        (SpamHeader("X-Spam-Level", "*****"), ("****",), False),
    ],
)
def test_the_topmost_header_of_the_name_decides(mark: SpamHeader, values: tuple[str, ...], is_spam: bool) -> None:
    found = spam_mark([mark], {mark.header.casefold(): values})
    assert found == (f"{mark.header}: {mark.value}" if is_spam else None)


def test_marked_mail_begins_a_case_that_agents_see_and_that_nobody_acknowledges(play: Play) -> None:
    marked_by(play, FLAG)
    row = play.arrive(with_headers("X-Spam-Flag: YES"))
    assert row.disposition.value == "case_opened"
    assert play.to_outsiders() == []
    assert play.mails(LetterKind.NOTIFICATION)
    (case,) = play.desk.cases()
    assert "spam" in case.tags
    assert {"event": "tag", "detail": "spam: X-Spam-Flag: YES"} in play.desk.timeline(case)


def test_its_sender_hears_nothing_later_either(play: Play) -> None:
    marked_by(play, FLAG)
    play.arrive(with_headers("X-Spam-Flag: YES"))
    for _ in range(20):
        play.desk.wait(timedelta(days=1))
    assert play.to_outsiders(play.desk.sent()) == []


def test_a_mark_that_the_sender_has_put_below_the_filters_own_proves_nothing(play: Play) -> None:
    marked_by(play, FLAG)
    play.arrive(with_headers("X-Spam-Flag: NO", "X-Spam-Flag: YES"))
    assert [m.row.kind for m in play.to_outsiders()] == [LetterKind.ACKNOWLEDGEMENT]


def test_a_sender_cannot_take_the_filters_mark_back(play: Play) -> None:
    marked_by(play, FLAG, STATUS)
    play.arrive(with_headers("X-Spam-Status: Yes, score=12", "X-Spam-Flag: NO", "X-Spam-Status: No, score=0"))
    assert play.to_outsiders() == []


def test_headers_that_config_does_not_name_mark_nothing(play: Play) -> None:
    play.arrive(with_headers("X-Spam-Flag: YES"))
    assert [m.row.kind for m in play.to_outsiders()] == [LetterKind.ACKNOWLEDGEMENT]


def test_an_agent_answers_marked_mail_as_any_other(play: Play) -> None:
    marked_by(play, FLAG)
    play.arrive(with_headers("X-Spam-Flag: YES"))
    play.answer("Dear Kate, the fee is on its way to you.")
    assert [m.row.kind for m in play.to_outsiders()] == [LetterKind.ANSWER]
