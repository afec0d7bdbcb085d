"""A blocked sender's mail is kept, begins no case, and nobody hears of it; a colleague is never blocked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mailbot.core.blocking import Blocked
from mailbot.core.message import Address
from tests.security.play import DMARC_PASS, EVE, MARI, Play


def block(play: Play, *entries: str) -> None:
    """Restart the desk with these senders blocked."""
    play.desk.runtime.config = replace(play.desk.runtime.config, blocked=Blocked(frozenset(entries)))


@pytest.mark.parametrize(
    ("address", "entry"),
    [
        ("eve@evil.example", "eve@evil.example"),
        ("EVE@Evil.Example", "eve@evil.example"),
        ("eve+news@evil.example", "eve@evil.example"),
        ("adam@evil.example", None),
        ("a@spam.example", "spam.example"),
        ("a@mail.spam.example", "spam.example"),
        ("a@notspam.example", None),
        ("spam.example", None),
        ("", None),
    ],
)
def test_an_entry_is_an_address_or_a_domain_with_all_below_it(address: str, entry: str | None) -> None:
    blocked = Blocked(frozenset({"eve@evil.example", "spam.example"}))
    assert blocked.entry_for(Address("", address)) == entry


@pytest.mark.parametrize("entry", ["eve@evil.example", "evil.example"])
def test_mail_of_a_blocked_sender_is_kept_and_nothing_else(play: Play, entry: str) -> None:
    block(play, entry)
    row = play.write("My order A-10293 came late, I want a refund.", by=EVE, subject="Late")
    assert (row.disposition.value, row.detail) == ("blocked", f"from a blocked sender: {entry}")
    with play.desk.runtime.database.read() as tx:
        assert b"A-10293" in tx.ledger.raw(row)
    play.desk.wait(timedelta(days=3))
    assert (play.desk.cases(), play.sent, play.desk.sent()) == ([], [], [])


def test_the_same_mail_that_comes_again_after_the_block_is_taken_in(play: Play) -> None:
    block(play, "evil.example")
    play.write("My parcel came late.", by=EVE, subject="Late", message_id="<again@evil.example>")
    block(play)
    row = play.write("My parcel came late.", by=EVE, subject="Late", message_id="<again@evil.example>")
    assert row.disposition.value == "case_opened"


def test_a_reply_address_does_not_help_around_the_block(play: Play) -> None:
    block(play, "eve@evil.example")
    row = play.write("Late.", by="Adam <adam@evil.example>", reply_to="eve@evil.example")
    assert row.disposition.value == "blocked"


def test_a_colleague_is_never_blocked(play: Play) -> None:
    block(play, "acme.example")
    play.complain()
    row = play.answer("Dear Kate, the fee is on its way to you.", authentication_results=DMARC_PASS)
    assert row.disposition.value == "filed"
    assert play.to_outsiders(play.fresh)


def test_an_answer_does_not_go_to_blocked_people_in_copy(play: Play) -> None:
    block(play, "evil.example")
    play.complain(cc="eve@evil.example, juhan@kodu.example")
    play.answer("Dear Kate, the fee is on its way to you.")
    assert sorted(m.row.recipient for m in play.fresh) == ["juhan@kodu.example", "kate.bell@mail.example"]


def test_mail_in_a_members_name_is_judged_as_such_and_not_as_blocked(play: Play) -> None:
    block(play, "eve@evil.example")
    row = play.write("#resolve", by=MARI, reply_to="eve@evil.example")
    assert row.disposition.value == "held"
