"""`mailbot merge`, `split` and `move`: what was done, or what is wrong."""

from pathlib import Path

import pytest

from mailbot.store.database import Database
from mailbot.workflows.reload import begin_with
from tests.cli.conftest import Mailbot
from tests.desk import DeskDriver, mail


@pytest.fixture
def desk(here: Path) -> DeskDriver:
    """A desk in the current folder with two cases, of which the first has two messages."""
    driver = DeskDriver.open(here, Database.open(f"sqlite:///{here}/mailbot.db"))
    begin_with(driver.runtime, driver.now)  # it has been at work: no command tries the rules of its book again
    for id, subject, body in (
        ("late", "Late", "My parcel A-10293 is late."),
        ("lamp", "Broken", "The lamp from order B-20777 came broken."),
        ("more", "[AP-10001]", "The glass is broken, all of it."),
    ):
        headers = {"from_": "Kate <kate@mail.example>", "to": "support@acme.example", "subject": subject}
        driver.arrive(mail(body, message_id=f"<{id}@mail.example>", **headers))
    driver.sent()
    return driver


def messages(desk: DeskDriver) -> list[int]:
    return [len(desk.record(case)["messages"]) for case in desk.cases()]


def test_a_case_is_merged_by_its_number(desk: DeskDriver, mailbot: Mailbot) -> None:
    done = mailbot("merge", "ap-10002", "10001")
    assert (done.code, done.out, done.err) == (0, "AP-10002 goes on in AP-10001\n", "")
    assert messages(desk) == [3, 0]
    assert mailbot("case", "AP-10002", "--json").json["number"] == "AP-10001"
    assert ("merged", "admin") in {(e["event"], e["by"]) for e in desk.record(desk.cases()[0])["timeline"]}
    assert {sent.row.kind.value for sent in desk.sent()} == {"notification"}


def test_the_latest_message_of_a_case_is_split_from_it(desk: DeskDriver, mailbot: Mailbot) -> None:
    done = mailbot("split", "AP-10001")
    assert (done.code, done.out) == (0, "a message of AP-10001 is now the case AP-10003\n")
    assert messages(desk) == [1, 1, 1]
    assert {sent.row.kind.value for sent in desk.sent()} == {"notification"}


def test_a_message_is_moved_by_its_id(desk: DeskDriver, mailbot: Mailbot) -> None:
    done = mailbot("move", "AP-10001", "AP-10002", "<late@mail.example>")
    assert (done.code, done.out) == (0, "a message of AP-10001 now belongs to AP-10002\n")
    assert [message["text"].strip() for message in desk.record(desk.cases()[0])["messages"]] == [
        "The glass is broken, all of it."
    ]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("merge AP-1 AP-10001", "there is no case AP-1; `mailbot cases` lists them"),
        ("merge AP-10001 AP-9", "there is no case AP-9; `mailbot cases` lists them"),
        ("merge AP-10001 AP-10001", "AP-10001: these are one case already"),
        (
            "split AP-10002",
            "AP-10002: nothing of the customer's would be left in the case; `mailbot merge` joins two cases",
        ),
        ("split AP-10001 x@mail.example", "AP-10001: the case has no such message that somebody else has sent"),
        ("split AP-7", "there is no case AP-7; `mailbot cases` lists them"),
        ("move AP-10001 AP-10001", "AP-10001: these are one case already"),
        ("move AP-10002 AP-10001", "AP-10002: nothing of the customer's would be left in the case"),
    ],
)
def test_what_cannot_be_repaired_is_left_as_it_is(desk: DeskDriver, mailbot: Mailbot, command: str, says: str) -> None:
    before = [desk.record(case) for case in desk.cases()]
    done = mailbot(*command.split())
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(says)
    assert [desk.record(case) for case in desk.cases()] == before
    assert desk.sent() == []
