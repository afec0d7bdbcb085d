"""Decision 3: whatever keeps writing to us, the number of our mails is bounded, and each bound stands here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailbot.core.letters import LetterKind
from mailbot.store.database import Database
from tests.desk import DeskDriver, mail
from tests.security.play import COMPLAINT, MARI, Play

PASS = "mx.acme.example; dmarc=pass header.from=mail.example"


def budget(play: Play, name: str) -> int:
    return int(getattr(play.desk.runtime.config.budgets, name))


def test_an_autoresponder_that_hides_is_acknowledged_five_times_a_day_at_most(play: Play) -> None:
    for number in range(50):
        play.write(f"We have received your message {number}.", by="robot@mail.example", subject=f"Ticket {number}")
    assert len(play.mails(LetterKind.ACKNOWLEDGEMENT, "robot@mail.example")) == budget(play, "per_address_day") == 5


def test_an_authenticated_autoresponder_has_a_bound_too(play: Play) -> None:
    for number in range(80):
        headers = {"subject": f"Ticket {number}", "authentication_results": PASS}
        play.write(f"We have received your message {number}.", by="robot@mail.example", **headers)
    assert len(play.mails(LetterKind.ACKNOWLEDGEMENT, "robot@mail.example")) == 10 * budget(play, "per_address_day")


def test_an_autoresponder_that_answers_every_mail_in_its_thread_gets_one_acknowledgement(play: Play) -> None:
    play.complain(by="robot@mail.example", subject="Ticket")
    for number in range(60):
        latest = play.mails(LetterKind.ACKNOWLEDGEMENT, "robot@mail.example")[-1]
        play.write(f"Thank you, we are on it {number}.", by="robot@mail.example", **play.thread(latest))
    assert len(play.mails(LetterKind.ACKNOWLEDGEMENT, "robot@mail.example")) == 1
    about_it = [m for m in play.sent if m.row.case_id == 2 and m.row.unasked]
    assert len(about_it) <= budget(play, "per_case_hour")


@pytest.mark.parametrize("authenticated", [False, True])
def test_mails_in_a_members_name_bring_a_bounded_number_of_challenges(play: Play, *, authenticated: bool) -> None:
    headers = (
        {"authentication_results": "mx.acme.example; dmarc=pass header.from=acme.example"} if authenticated else {}
    )
    for number in range(60):
        row = play.write(f"Dear Kate {number}", by=MARI, subject=f"Re: [{play.number}] {number}", **headers)
        assert row.disposition.value == "held"
        assert play.to_outsiders(play.fresh) == []
    bound = budget(play, "per_address_day") * (10 if authenticated else 1)
    assert 1 <= len(play.mails(LetterKind.CHALLENGE)) <= bound


def test_a_stranger_with_a_cases_id_cannot_silence_its_customer(play: Play) -> None:
    latest = play.mails(LetterKind.ACKNOWLEDGEMENT)[-1]
    for number in range(60):
        play.write(f"Noise {number}", by="eve@evil.example", **play.thread(latest))
    about_it = [m for m in play.sent if m.row.case_id == 1 and m.row.unasked]
    assert len(about_it) <= budget(play, "per_case_hour") // 2 + 2
    play.write("The battery is on fire!", **play.thread(latest))
    assert LetterKind.NOTIFICATION in {m.row.kind for m in play.fresh}


def test_three_hundred_forged_mails_do_not_silence_the_desk(play: Play) -> None:
    for number in range(300):
        play.arrive(mail("#resolve", from_=MARI, to="support@acme.example", message_id=f"<f{number}@evil.example>"))
    assert len(play.mails(LetterKind.CHALLENGE)) == budget(play, "per_address_day")
    play.complain(by="jane@mail.example", subject="Late")
    assert ("acknowledgement", "jane@mail.example") in play.kinds()
    assert "notification" in {kind for kind, _ in play.kinds()}


def test_a_stolen_token_brings_a_bounded_number_of_challenges_and_leaves_the_customer_heard(play: Play) -> None:
    for number in range(50):
        play.write(f"x {number}", by="eve@evil.example", **play.thread(play.notification()))
    assert len(play.mails(LetterKind.CHALLENGE)) <= budget(play, "per_address_day")
    play.write("And now?", **play.thread(play.mails(LetterKind.ACKNOWLEDGEMENT)[0]))
    assert {kind for kind, _ in play.kinds()} == {"notification"}


def test_error_mails_to_an_agents_machine_are_bounded(play: Play) -> None:
    play.answer("#nonsense")
    for _ in range(50):
        receipts = [m for m in play.fresh if m.row.kind is LetterKind.RECEIPT]
        if not receipts:
            break
        play.write("#nonsense again", by=MARI, **play.thread(receipts[-1]))
    assert len(play.mails(LetterKind.RECEIPT)) <= budget(play, "per_case_hour")


def _report(original: str, *, failed: str, number: int) -> bytes:
    return (
        f"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx{number}.example\r\nTo: support@acme.example\r\n"
        f"Message-ID: <dsn{number}@mx.example>\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nsorry\r\n--b\r\n"
        f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {failed}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
        f"Content-Type: message/rfc822\r\n\r\nMessage-ID: {original}\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"
    ).encode()


def test_reports_are_told_to_the_agents_within_the_budget_and_answered_to_nobody(play: Play) -> None:
    original = play.mails(LetterKind.ACKNOWLEDGEMENT)[0].mail["Message-ID"]
    for number in range(50):
        play.arrive(_report(original, failed="kate.bell@mail.example", number=number))
        assert play.to_outsiders(play.fresh) == []
    assert len([m for m in play.sent if m.row.case_id == 1]) <= budget(play, "per_case_hour")


def test_a_report_about_a_report_about_a_notification_ends_there(play: Play) -> None:
    original = play.notification().mail["Message-ID"]
    for number in range(20):
        play.arrive(_report(original, failed="mari@acme.example", number=number))
        told = [m for m in play.fresh if m.row.recipient == "mari@acme.example"]
        assert play.to_outsiders(play.fresh) == []
        original = told[-1].mail["Message-ID"] if told else f"<dsn{number}@mx.example>"
    assert len([m for m in play.sent if m.row.case_id == 1]) <= budget(play, "per_case_hour")


@contextmanager
def _second_desk(folder: Path, model: Path) -> Iterator[DeskDriver]:
    """Another organisation's desk at support@other.example."""
    folder.mkdir()
    (folder / "mail.db").write_bytes(model.read_bytes())
    database = Database.open(f"sqlite:///{folder}/mail.db")
    desk = DeskDriver.open(folder, database)
    try:
        yield desk
    finally:
        database.close()


def _as_another_desk(raw: bytes) -> bytes:
    """What this desk would have sent if it stood at another organisation, without the marks of a machine."""
    kept = [line for line in raw.split(b"\r\n") if not line.startswith((b"X-Mailbot", b"Auto-Submitted", b"X-Auto"))]
    return b"\r\n".join(kept)


@pytest.mark.parametrize("marks", [True, False], ids=["as we write", "with all marks of a machine lost"])
def test_two_desks_wired_to_each_other_come_to_rest(
    play: Play, tmp_path: Path, sqlite_model: Path, *, marks: bool
) -> None:
    with _second_desk(tmp_path / "other", sqlite_model) as other:
        first = mail(COMPLAINT, from_="robot@mail.example", to="support@acme.example", message_id="<1@other.example>")
        bounds: list[int] = []
        play.arrive(first.replace(b"robot@mail.example", b"support@other.example"))
        for _ in range(50):
            to_other = [m for m in play.fresh if m.row.recipient == "support@other.example"]
            answers = []
            for sent in to_other:
                other.arrive(_swap(sent.raw if marks else _as_another_desk(sent.raw)))
                answers += [m for m in other.sent() if m.row.recipient == "support@other.example"]
            bounds.append(len(to_other) + len(answers))
            play.fresh = []
            for sent in answers:
                play.arrive(_swap(sent.raw if marks else _as_another_desk(sent.raw)))
        assert sum(bounds) <= 2, "an acknowledgement each way, since what comes back belongs to a case"
        assert bounds[-1] == 0


def _swap(raw: bytes) -> bytes:
    """The mail as the other desk sees it: that one calls itself acme, and us other."""
    return (
        raw.replace(b"acme.example", b"\x01")
        .replace(b"other.example", b"acme.example")
        .replace(b"\x01", b"other.example")
    )
