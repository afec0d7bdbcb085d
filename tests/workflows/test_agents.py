"""A day of agents, leads and colleagues, by mail alone: who gets a case, who is asked, what stays inside."""

import json
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from mailbot.core.letters import LetterKind
from mailbot.store.database import Database
from mailbot.workflows.daily_list import plan_daily_list
from tests.desk import DeskDriver, Sent, write_config
from tests.security.play import COMPLAINT, DMARC_PASS, KATE, MARI, Play

ANA, JAAN = "Ana Novak <ana@acme.example>", "Jaan Kask <jaan@acme.example>"
MARI_ADDRESS, ANA_ADDRESS, JAAN_ADDRESS = "mari@acme.example", "ana@acme.example", "jaan@acme.example"
KATE_ADDRESS = "kate.bell@mail.example"
VOUCHED = {"authentication_results": DMARC_PASS}
TIINA = {"name": "Tiina Saar", "address": "tiina@acme.example", "teams": ["logistics"], "languages": ["en"]}


@pytest.fixture
def play(tmp_path: Path, database: Database) -> Iterator[Play]:
    play = Play(DeskDriver.open(tmp_path, database))
    yield play
    play.check_secrets()


def latest(play: Play, kind: LetterKind, to: str) -> Sent:
    return play.mails(kind, to)[-1]


def by_ana(play: Play, text: str, to: Sent | None = None) -> None:
    play.write(text, by=ANA, **play.thread(to or play.notification(ANA_ADDRESS)))


# Two agents at once


def test_the_second_of_two_answers_is_held_and_told_of_the_first(play: Play) -> None:
    play.complain()
    by_ana(play, "Dear Kate, we pay the fee back.")
    play.desk.now += timedelta(minutes=1)
    play.answer("Dear Kate, I am looking into it.")
    assert play.kinds() == [("receipt", MARI_ADDRESS)]
    assert "we pay the fee back" in latest(play, LetterKind.RECEIPT, MARI_ADDRESS).text


def test_send_sends_the_second_answer_anyway(play: Play) -> None:
    play.complain()
    by_ana(play, "Dear Kate, we pay the fee back.")
    play.desk.now += timedelta(minutes=1)
    play.answer("#send\n\nDear Kate, and I am sorry.")
    assert ("answer", KATE_ADDRESS) in play.kinds()


def test_an_answer_to_an_outdated_notification_goes_out_and_the_agent_learns_what_has_happened_since(
    play: Play,
) -> None:
    play.complain()
    play.desk.now += timedelta(minutes=5)
    play.write("One more thing: the box was wet.", by=KATE, **play.thread(play.mails(LetterKind.ACKNOWLEDGEMENT)[0]))
    play.answer("Dear Kate, I am looking into it.")
    assert play.kinds() == [("answer", KATE_ADDRESS), ("receipt", MARI_ADDRESS)]
    assert "the box was wet" in latest(play, LetterKind.RECEIPT, MARI_ADDRESS).text


# Among colleagues


def test_a_question_reaches_the_lead_and_the_leads_plain_reply_the_agent_alone(play: Play) -> None:
    play.complain()
    play.answer("#ask may we pay her taxi?")
    question = latest(play, LetterKind.COLLEAGUE, ANA_ADDRESS)
    assert "may we pay her taxi?" in question.text
    by_ana(play, "Yes, up to 20 euros.", question)
    answered = latest(play, LetterKind.COLLEAGUE, MARI_ADDRESS)
    assert "Yes, up to 20 euros." in answered.text
    assert not play.to_outsiders(play.fresh)
    play.write("Thanks, Ana!", by=MARI, **play.thread(answered))
    assert play.kinds() == [("colleague", ANA_ADDRESS)]


def test_an_escalated_case_is_the_leads_and_more_urgent(play: Play) -> None:
    play.complain()
    play.answer("#escalate\n\nshe threatens to come here")
    case = play.desk.cases()[0]
    assert (case.assignee, case.priority) == (ANA_ADDRESS, "high")
    assert not play.to_outsiders(play.fresh)
    assert "she threatens to come here" in latest(play, LetterKind.NOTIFICATION, ANA_ADDRESS).text


def test_a_case_is_handed_over_with_a_note(play: Play) -> None:
    play.complain()
    play.answer("#assign jaan\n#note she prefers to be called in the evening")
    assert "called in the evening" in latest(play, LetterKind.NOTIFICATION, JAAN_ADDRESS).text


def test_mail_among_colleagues_with_the_desk_in_copy_is_a_note(play: Play) -> None:
    play.complain()
    thread = play.thread(play.notification())
    desk = thread.pop("to")
    play.write("Jaan, do you know what happened in the depot?", by=MARI, to=JAAN, cc=desk, **thread)
    assert play.fresh == []
    assert play.messages == ["in customer", "note agent"]


def test_an_answer_written_to_the_customer_directly_is_kept_and_not_sent_twice(play: Play) -> None:
    play.complain()
    thread = play.thread(play.notification())
    desk = thread.pop("to")
    play.write("Dear Kate, it is on its way.", by=MARI, to=KATE, cc=desk, **thread)
    assert play.fresh == []
    assert play.messages == ["in customer", "out agent"]
    assert play.desk.cases()[0].state == "waiting"


# Being away


def test_an_absent_agent_gets_no_new_case_and_one_who_is_back_does(tmp_path: Path, database: Database) -> None:
    play = _assigning(tmp_path, database, strategy="round_robin")
    play.complain()
    first = play.desk.cases()[0].assignee
    assert first is not None
    by = next(member.mailbox for member in play.desk.runtime.config.team.members if member.address == first)
    play.write("#away 3d", by=str(by), **play.thread(play.notification(first)))
    for number in range(3):
        play.complain(by=f"Customer <c{number}@mail.example>", subject="Late again")
    assert first not in [case.assignee for case in play.desk.cases()[1:]]
    play.write("#away 0", by=str(by), **play.thread(play.notification(first)))
    for number in range(3, 6):
        play.complain(by=f"Customer <c{number}@mail.example>", subject="Late again")
    assert first in [case.assignee for case in play.desk.cases()[4:]]


def test_an_absence_note_makes_its_agent_absent_and_goes_to_nobody(tmp_path: Path, database: Database) -> None:
    play = _assigning(tmp_path, database, strategy="least_load")
    play.complain()
    first = play.desk.cases()[0].assignee or ""
    by = str(next(m.mailbox for m in play.desk.runtime.config.team.members if m.address == first))
    note = play.thread(play.notification(first)) | {"auto_submitted": "auto-replied"}
    play.write("I am on holiday until Monday.", by=by, **note)
    assert play.fresh == []
    play.complain(by="Customer <c1@mail.example>", subject="Late again")
    assert play.desk.cases()[1].assignee != first


def test_away_needs_no_case(play: Play) -> None:
    row = play.write("#away 3d", by=MARI, subject="away", **VOUCHED)
    assert row.disposition.value == "held"  # the server's word is enough for a complaint, a note or a question only
    play.write("yes", by=MARI, **play.thread(latest(play, LetterKind.CHALLENGE, MARI_ADDRESS)))
    assert play.kinds() == [("receipt", MARI_ADDRESS)]
    with play.desk.runtime.database.read() as tx:
        assert MARI_ADDRESS in tx.presence.away(play.desk.now)


# Who gets a case


def _assigning(folder: Path, database: Database, **assignment: str | bool) -> Play:
    path = write_config(folder, colleagues=[TIINA])
    path.write_text(path.read_text() + f"assignment: {json.dumps(assignment)}\n")
    return Play(DeskDriver.open(folder, database, written=path))


def test_cases_go_round_those_who_speak_the_language(tmp_path: Path, database: Database) -> None:
    play = _assigning(tmp_path, database, strategy="round_robin")
    for number in range(4):
        play.desk.now += timedelta(minutes=1)
        play.complain(by=f"Customer <c{number}@mail.example>", subject="Late")
    assert len({case.assignee for case in play.desk.cases()}) == 3
    assert {to for kind, to in play.kinds() if kind == "notification"} == {play.desk.cases()[-1].assignee}


def test_a_customer_keeps_the_agent_who_knows_them(tmp_path: Path, database: Database) -> None:
    play = _assigning(tmp_path, database, strategy="round_robin", keep_customer=True)
    play.complain()
    known = play.desk.cases()[0].assignee
    play.complain(by="Customer <c1@mail.example>", subject="Late")
    play.complain(COMPLAINT.replace("A-10293", "A-20555"), subject="And another one", message_id="<again@mail.example>")
    assert play.desk.cases()[2].assignee == known


def test_each_agent_and_lead_gets_the_open_cases_in_the_morning(play: Play) -> None:
    play.desk.runtime.behaviour.readers.begin()
    with play.desk.runtime.database.begin() as tx:
        plan_daily_list(tx, play.desk.runtime, play.desk.now)
    play.complain()
    play.answer("#take")
    play.desk.wait(timedelta(days=1))
    lists = [mail for mail in play.desk.sent() if mail.row.kind is LetterKind.DAILY_LIST]
    assert sorted(mail.row.recipient for mail in lists) == [ANA_ADDRESS, MARI_ADDRESS]
    assert all(play.number in mail.text for mail in lists)


# Complaints that come another way


def test_a_complaint_by_phone_is_logged_for_its_customer_who_gets_it_in_writing(play: Play) -> None:
    row = play.write(f"#log phone {KATE_ADDRESS}\n\n{COMPLAINT}", by=MARI, subject="A call from Ms Bell", **VOUCHED)
    assert row.disposition.value == "case_opened"
    case = play.desk.cases()[0]
    assert (case.customer.address, case.channel, case.type) == (KATE_ADDRESS, "phone", "late_delivery")
    assert ("acknowledgement", KATE_ADDRESS) in play.kinds()
    assert ("receipt", MARI_ADDRESS) in play.kinds()


def test_a_complaint_without_a_mail_address_is_logged_with_its_number(play: Play) -> None:
    play.write(f"#log phone +372 5555 0123\n\n{COMPLAINT}", by=MARI, subject="A call", **VOUCHED)
    assert not play.to_outsiders()
    play.answer("#call")
    play.desk.wait(timedelta(minutes=1))
    tasks = [mail for mail in play.desk.sent() if mail.row.kind is LetterKind.NOTICE]
    assert tasks
    assert all("+372 5555 0123" in mail.text for mail in tasks)


def test_a_forwarded_complaint_is_its_senders_with_text_and_files(play: Play) -> None:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = MARI, "support@acme.example", "Fwd: Five days late"
    mail["Message-ID"], mail["Date"] = "<fwd@acme.example>", "Mon, 02 Nov 2026 09:58:00 +0200"
    mail["Authentication-Results"] = DMARC_PASS
    mail.set_content(
        "She wrote to my own address.\n\n---------- Forwarded message ---------\n"
        f"From: {KATE}\nDate: Mon, 2 Nov 2026 at 09:12\nSubject: Five days late\n"
        f"To: <mari@acme.example>\n\n{COMPLAINT}\n"
    )
    mail.add_attachment(b"JPEG", maintype="image", subtype="jpeg", filename="parcel.jpg")
    play.arrive(mail.as_bytes())
    case = play.desk.cases()[0]
    record = play.desk.record(case)
    assert case.customer.address == KATE_ADDRESS
    assert case.subject == "Five days late"
    assert record["messages"][0]["attachments"] == ["parcel.jpg"]
    assert "five days late" in str(record["messages"][0]["text"])
    assert "She wrote to my own address" in str(record["messages"][1]["text"])


def test_a_forward_in_an_agents_name_that_nothing_proves_is_held(play: Play) -> None:
    row = play.write(f"#log phone {KATE_ADDRESS}\n\n{COMPLAINT}", by=MARI, subject="A call")
    assert row.disposition.value == "held"
    assert not play.desk.cases()


# Waiting, drafts, channels, tokens


def test_a_case_waits_until_the_day_and_then_comes_back(play: Play) -> None:
    play.complain()
    play.answer("#wait 3 days")
    assert play.desk.cases()[0].state == "waiting"
    play.desk.wait(timedelta(days=3, minutes=1))
    assert play.desk.cases()[0].state == "open"


def test_a_draft_is_sent_in_the_customers_language_below_the_agents_words(play: Play) -> None:
    play.complain()
    proposed = next(line[2:] for line in play.notification().text.splitlines() if line.startswith("> Thank you"))
    play.answer("#draft\n\nDear Kate, thank you for your patience.")
    text = latest(play, LetterKind.ANSWER, KATE_ADDRESS).text
    assert text.index("thank you for your patience") < text.index(proposed)


def test_a_revoked_token_proves_nothing_and_the_receipt_brings_a_new_one(play: Play) -> None:
    play.complain()
    old = play.thread(play.notification())
    play.answer("#revoke")
    row = play.write("Dear Kate, you get a thousand euros.", by=MARI, **old)
    assert row.disposition.value == "held"
    play.write("Dear Kate, it is on its way.", by=MARI, **play.thread(latest(play, LetterKind.RECEIPT, MARI_ADDRESS)))
    assert ("answer", KATE_ADDRESS) in play.kinds()


@pytest.mark.parametrize("subaddressing", [True, False])
def test_a_command_link_carries_the_token_wherever_the_reply_is_written(
    tmp_path: Path, database: Database, subaddressing: bool
) -> None:
    play = Play(DeskDriver.open(tmp_path, database, subaddressing=subaddressing))
    play.complain()
    link = next(part for part in play.notification().html.split('"') if part.startswith("mailto:") and "take" in part)
    address, subject, body = _mailto(link)
    assert body == "#take"
    play.write(body, by=MARI, to=address, subject=subject or "(no subject)")
    assert play.desk.cases()[0].assignee == MARI_ADDRESS


def _mailto(link: str) -> tuple[str, str, str]:
    parts = urlsplit(unescape(link))
    fields = parse_qs(parts.query)
    return unquote(parts.path), fields.get("subject", [""])[0], fields["body"][0]


def test_an_absence_note_that_nothing_proves_keeps_no_case_from_its_agent(play: Play) -> None:
    play.complain()
    play.write("I am away.", by=MARI, subject=f"Re: [{play.number}]", auto_submitted="auto-replied")
    with play.desk.runtime.database.read() as tx:
        assert tx.presence.away(play.desk.now) == {}


def test_a_channel_that_is_none_is_answered_with_those_that_are(play: Play) -> None:
    row = play.write(f"#log telephone {KATE_ADDRESS}\n\n{COMPLAINT}", by=MARI, subject="A call", **VOUCHED)
    assert row.disposition.value == "filed"
    assert not play.desk.cases()
    assert "in_person" in latest(play, LetterKind.RECEIPT, MARI_ADDRESS).text
