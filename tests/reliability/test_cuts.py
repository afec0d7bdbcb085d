"""The connection to the mailbox is cut at every command of a round: nothing is lost, and nothing is done twice."""

from collections import Counter

import pytest

from mailbot.mail.imap import ImapSession
from tests.reliability.conftest import MakeShaky, ShakyDesk, complaint
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import Fault, How
from tests.workflows.conftest import reply

pytestmark = pytest.mark.dovecot


def answer(desk: ShakyDesk, name: str) -> bytes:
    """An agent's answer to the newest complaint that an agent was told of."""
    told = [m for m in desk.smtp.mails() if m.recipients == ("mari@acme.example",)][-1]
    return reply(told.message, "It will be there tomorrow.", by="mari@acme.example", message_id=f"{name}@acme.example")


def whole_round(desk: ShakyDesk) -> list[str]:
    """The commands of a round in which everything happens: a complaint and an answer, of which a copy is filed."""
    desk.round()
    desk.deliver(complaint("first"))
    assert desk.round() == ()
    for name in ("second", "third"):
        desk.deliver(complaint(name), answer(desk, f"a-{name}"))
        assert desk.round() == ()
    return list(desk.proxy.commands)


# Only the way mail is moved differs on a server without MOVE.
@pytest.mark.parametrize(
    ("server", "of_interest"), [("dovecot", None), ("copying_dovecot", {"COPY", "STORE", "EXPUNGE"})]
)
def test_a_cut_at_any_command_loses_nothing_and_does_nothing_twice(
    shaky: MakeShaky, request: pytest.FixtureRequest, server: str, of_interest: set[str] | None
) -> None:
    dovecot: Dovecot = request.getfixturevalue(server)
    desk = shaky(dovecot)
    commands = whole_round(desk)
    assert {"LOGIN", "SELECT", "SEARCH", "FETCH", "APPEND", "MOVE" if server == "dovecot" else "COPY"} <= {*commands}
    names, struck = ["first", "second", "third"], set[str]()
    for at, command in enumerate(commands, 1):
        if of_interest is not None and command not in of_interest:
            continue
        for how in (How.CUT_BEFORE, How.CUT_AFTER, *([How.CUT_WITHIN] if command == "FETCH" else [])):
            names.append(f"{how.name.lower()}-{at}")
            desk.deliver(complaint(names[-1]), answer(desk, f"a-{names[-1]}"))
            failed = desk.round(Fault(how, at))
            if desk.proxy.struck:
                struck.add(desk.proxy.commands[at - 1])
                assert failed or desk.proxy.commands[at - 1] == "LOGOUT"
    assert desk.round() == ()
    assert struck >= (of_interest or {*commands})
    assert desk.gaps() == []
    assert Counter(desk.acknowledged()) == Counter(f"{name}@mail.example" for name in names)
    assert desk.dispositions() == {"case_opened": len(names), "filed": len(names) - 1}
    assert desk.folder("INBOX") == []
    answers = [m for m in desk.smtp.mails() if "It will be there tomorrow." in m.raw.decode()]
    assert len([m for m in answers if m.recipients[0].endswith("@mail.example")]) == len(names) - 1
    assert len(desk.folder("Sent")) == len(names) - 1, "one copy of each answer"
    if server == "dovecot":
        assert len(desk.folder("mailbot/Processed")) == 2 * len(names) - 1


@pytest.mark.parametrize("command", ["CREATE", "SUBSCRIBE"])
def test_a_cut_while_folders_are_made_hinders_nothing_later(shaky: MakeShaky, dovecot: Dovecot, command: str) -> None:
    desk = shaky(dovecot)
    for how in (How.CUT_BEFORE, How.CUT_AFTER):
        desk.round(Fault(how, command))
        assert desk.proxy.struck
    assert desk.round() == ()
    desk.deliver(complaint("kate"))
    assert desk.round() == ()
    assert (desk.acknowledged(), desk.folder("INBOX"), desk.gaps()) == (["kate@mail.example"], [], [])


def test_a_cut_while_the_whole_inbox_is_fetched_goes_on_where_it_was(shaky: MakeShaky, dovecot: Dovecot) -> None:
    desk = shaky(dovecot)
    desk.round()
    desk.deliver(*(complaint(f"k{n}") for n in range(5)))
    desk.round()
    fetches = [at for at, command in enumerate(desk.proxy.commands, 1) if command == "FETCH"]
    desk.deliver(*(complaint(f"m{n}") for n in range(55)))  # more than one batch of the server's
    assert desk.round(Fault(How.CUT_WITHIN, fetches[-1]))
    assert desk.round() == ()
    assert len(desk.acknowledged()) == len(set(desk.acknowledged())) == 60
    with ImapSession.connect(desk.mailbox) as session:
        assert session.select("INBOX").exists == 0
