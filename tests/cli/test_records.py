"""The commands that look into a desk on which something happened, and those that mend what is stuck."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.store.database import Database
from mailbot.workflows.reload import begin_with
from tests.cli.conftest import Mailbot
from tests.desk import DeskDriver, mail

HEAD = [
    "number", "subject", "customer", "state", "type", "language", "team", "assignee", "priority", "severity",
    "opened_at", "problem", "on_hold",
]  # fmt: skip
WHOLE = {*HEAD, "deadlines", "messages", "offers", "timeline", "links"}
MESSAGE = ["direction", "author", "role", "message_id", "at", "subject", "text", "attachments"]


@pytest.fixture
def desk(here: Path) -> DeskDriver:
    """A desk in the current folder with one case, one mail in quarantine, and mail to send; its clock stands still."""
    driver = DeskDriver.open(here, Database.open(f"sqlite:///{here}/mailbot.db"))
    begin_with(driver.runtime, driver.now)  # it has been at work: no command tries the rules of its book again
    driver.arrive(
        mail(
            "My parcel A-10293 is five days late.\x1b[2J",
            from_="Kate <kate@mail.example>",
            to="support@acme.example",
            subject="Late",
            message_id="<late@mail.example>",
        )
    )
    driver.arrive(b"")
    return driver


def test_preview_shows_what_would_be_written_about_a_case(desk: DeskDriver, mailbot: Mailbot) -> None:
    [case] = desk.cases()
    first = mailbot("preview", "acknowledgement", "--case", case.number.lower())
    assert first.code == 0, first.err
    assert first.out.startswith("To: kate@mail.example\nSubject: ")
    assert f"[{case.number}]" in first.out
    assert "A-10293" in first.out
    asked = mailbot("preview", "follow_up", "--case", case.number, "--language", "sl")
    assert f"[{case.number}]" in asked.out
    assert "Kate" in asked.out.splitlines()[0]
    unknown = mailbot("preview", "acknowledgement", "--case", "AP-1")
    assert (unknown.code, unknown.err) == (1, "there is no case AP-1\n")


def test_a_case_has_every_field(desk: DeskDriver, mailbot: Mailbot) -> None:
    [case] = desk.cases()
    listed, full = mailbot("cases", "--json"), mailbot("cases", "--json", "--full")
    one = mailbot("case", f"[{case.number.lower()}]", "--json")
    assert (listed.code, listed.err, list(listed.json)) == (0, "", HEAD)
    assert one.json == full.json
    assert one.json.keys() >= WHOLE
    assert one.json["customer"] == {"address": "kate@mail.example", "name": "Kate"}
    assert (one.json["type"], one.json["state"], one.json["team"]) == ("late_delivery", "new", "logistics")
    [message] = one.json["messages"]
    assert list(message) == MESSAGE
    assert (message["direction"], message["role"], message["message_id"]) == ("in", "customer", "late@mail.example")
    assert {"at", "event", "by", "detail"} <= one.json["timeline"][0].keys()
    assert all(datetime.fromisoformat(entry["at"]).tzinfo for entry in one.json["timeline"])
    assert all(list(deadline) == ["kind", "due_at", "met_at"] for deadline in one.json["deadlines"])


def test_cases_are_chosen_by_state_and_team(desk: DeskDriver, mailbot: Mailbot) -> None:
    for choice, expected in {
        "--state new": 1,
        "--state closed": 0,
        "--team logistics": 1,
        "--team quality": 0,
        "--problem storm": 0,
        "--state new --team logistics": 1,
    }.items():
        assert len(mailbot("cases", "--json", *choice.split()).lines) == expected, choice


def test_the_newest_cases_are_listed_when_only_so_many_are_wanted(desk: DeskDriver, mailbot: Mailbot) -> None:
    desk.arrive(mail("It is broken.", from_="tom@mail.example", to="support@acme.example", subject="Broken"))
    [case] = mailbot("cases", "--json", "--limit", "1").lines
    assert case["subject"] == "Broken"
    assert mailbot("cases", "--limit", "0").code == 2


@pytest.mark.parametrize("years_from_now", [-1, 1])
def test_a_case_is_overdue_once_a_deadline_has_passed(here: Path, mailbot: Mailbot, years_from_now: int) -> None:
    now = datetime.now(UTC) + years_from_now * timedelta(days=365)
    driver = DeskDriver(DeskDriver.open(here, Database.open(f"sqlite:///{here}/mailbot.db")).runtime, now=now)
    driver.arrive(mail("It is late.", from_="kate@mail.example", to="support@acme.example", subject="Late"))
    assert len(mailbot("cases", "--json", "--overdue").lines) == (years_from_now < 0)
    one = mailbot("case", driver.cases()[0].number)
    assert "sla: standard" in one.out
    assert "due: first_answer" in one.out


def test_people_see_the_same_without_escape_sequences(desk: DeskDriver, mailbot: Mailbot) -> None:
    [case] = desk.cases()
    for command in (["cases"], ["case", case.number], ["explain", case.number], ["quarantine", "list"]):
        answer = mailbot(*command)
        assert (answer.code, "\x1b" in answer.out) == (0, False)
    assert "five days late" in mailbot("case", case.number).out


@pytest.mark.parametrize("wanted", ["number", "late@mail.example", "<late@mail.example>"])
def test_explain_says_why_by_number_and_by_message_id(desk: DeskDriver, mailbot: Mailbot, wanted: str) -> None:
    [case] = desk.cases()
    answer = mailbot("explain", case.number if wanted == "number" else wanted, "--json")
    [row], [explained] = answer.json["mails"], answer.json["cases"]
    assert (row["disposition"], row["message_id"]) == ("case_opened", "late@mail.example")
    assert (explained["number"], len(explained["rule_book"])) == (case.number, 12)
    matched = {rule["name"]: rule["because"] for rule in explained["rules"] if rule["matched"]}
    assert any("late" in reason for reason in matched["a late parcel"])


def test_a_mail_in_quarantine_is_listed_shown_retried_and_released(desk: DeskDriver, mailbot: Mailbot) -> None:
    listed = mailbot("quarantine", "list", "--json").json
    assert list(listed) == ["id", "mailbox", "received_at", "size", "error"]
    number = listed["id"]
    assert "empty" in mailbot("quarantine", "show", number).out
    assert mailbot("quarantine", "show", number, "--raw").out == ""
    assert mailbot("quarantine", "retry", number).code == 0
    assert mailbot("quarantine", "list", "--json").out == ""
    assert mailbot("quarantine", "release", number).code == 1, "it is no longer in quarantine"
    desk.wait(desk.now - desk.now)
    desk.arrive(b"")
    second = mailbot("quarantine", "list", "--json").lines[-1]["id"]
    assert mailbot("quarantine", "release", second).code == 0
    assert mailbot("quarantine", "release", second).code == 1
    with desk.runtime.database.read() as tx:
        assert tx.ledger.counts()["released"] == 1


def test_a_mail_of_the_outbox_is_cancelled_once_and_sent_again_only_after_a_failure(
    desk: DeskDriver, mailbot: Mailbot
) -> None:
    rows = mailbot("outbox", "list", "--json").lines
    assert {"id", "state", "kind", "recipient", "queued_at", "attempts", "error", "answer"} <= rows[0].keys()
    assert {row["state"] for row in rows} == {"pending"}
    first, second = rows[0]["id"], rows[1]["id"]
    assert mailbot("outbox", "retry", first).code == 1
    assert mailbot("outbox", "cancel", first).code == 0
    assert mailbot("outbox", "cancel", first).code == 1
    with desk.runtime.database.begin() as tx:
        tx.outbox.claim("support", datetime.now(UTC), limit=10, lease=desk.now - desk.now)
        tx.outbox.failed(second, datetime.now(UTC), "550 no such user", attempt=1)
    assert mailbot("outbox", "retry", second).code == 0
    states = {row["id"]: row["state"] for row in mailbot("outbox", "list", "--json").lines}
    assert (states[first], states[second]) == ("cancelled", "pending")
    assert [row["id"] for row in mailbot("outbox", "list", "--json", "--state", "cancelled").lines] == [first]


def test_status_counts_what_waits(desk: DeskDriver, mailbot: Mailbot) -> None:
    status = mailbot("status", "--json").json
    assert status["ledger"] == {"case_opened": 1, "quarantined": 1}
    assert (status["quarantined"], status["outbox"].keys()) == (1, {"pending"})
    assert datetime.fromisoformat(status["oldest_outgoing_mail"]).tzinfo
    assert "ledger: case_opened 1, quarantined 1" in mailbot("status").out


def test_verify_prints_its_verdict_as_one_object_though_the_server_is_down(desk: DeskDriver, mailbot: Mailbot) -> None:
    answer = mailbot("verify", "--json")
    verdict = json.loads(answer.out)
    assert (answer.code, list(verdict)) == (1, ["ledger", "outbox", "gaps"])
    assert any("the inbox could not be compared" in gap for gap in verdict["gaps"])
