"""From a real IMAP mailbox to a real SMTP server and back, on both databases."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.workflows.due import do_due_work
from tests.desk import mail
from tests.servers.dovecot import Dovecot
from tests.workflows.conftest import MakeDesk, reply

pytestmark = pytest.mark.dovecot

COMPLAINT = mail(
    "I ordered with 24 h delivery and it took five days. Order A-10293.",
    from_="Kate Bell <kate@mail.example>",
    to="support@acme.example",
    subject="Where is my parcel?",
    message_id="<k1@mail.example>",
    date="Mon, 02 Nov 2026 10:00:00 +0000",
)


def test_a_complaint_is_acknowledged_answered_and_filed(live_desk: MakeDesk, dovecot: Dovecot) -> None:
    desk = live_desk(dovecot)
    desk.deliver(COMPLAINT)
    desk.once()

    [acknowledgement] = desk.accepted("kate@mail.example")
    assert acknowledgement.message["In-Reply-To"] == "<k1@mail.example>"
    assert acknowledgement.message["Auto-Submitted"] == "auto-replied"
    [notification] = desk.accepted("mari@acme.example")
    assert "five days" in notification.message.get_body(("plain",)).get_content()
    assert (desk.folder("INBOX"), len(desk.folder("mailbot/Processed"))) == ([], 1)

    answer = reply(
        notification.message, "It left today.", by="Mari Tamm <mari@acme.example>", message_id="m1@acme.example"
    )
    desk.deliver(answer)
    desk.once()

    relayed = desk.accepted("kate@mail.example")[-1]
    assert relayed.message["In-Reply-To"] == "<k1@mail.example>"
    [author] = relayed.message["From"].addresses
    assert (author.display_name, author.addr_spec) == ("Mari Tamm | Acme Support", "support@acme.example")
    assert "It left today." in relayed.message.get_body(("plain",)).get_content()
    assert len(desk.folder("Sent")) == 1, "agents' answers are filed in Sent"
    assert desk.dispositions() == {"case_opened": 1, "filed": 1}


def test_looking_twice_does_nothing_twice(live_desk: MakeDesk, dovecot: Dovecot) -> None:
    desk = live_desk(dovecot)
    desk.deliver(COMPLAINT)
    desk.once()
    before = len(desk.smtp.mails())
    desk.once()
    assert len(desk.smtp.mails()) == before


def test_mail_that_was_there_before_the_first_start_is_left_alone(live_desk: MakeDesk, dovecot: Dovecot) -> None:
    desk = live_desk(dovecot, seen_before=False)
    desk.deliver(COMPLAINT)
    desk.once()
    assert desk.smtp.mails() == []
    assert desk.dispositions() == {"before_start": 1}
    assert len(desk.folder("INBOX")) == 1


def test_a_folder_numbered_anew_brings_no_second_case(live_desk: MakeDesk, plain_dovecot: Dovecot) -> None:
    desk = live_desk(plain_dovecot)
    desk.deliver(COMPLAINT)
    desk.once()
    sent = len(desk.smtp.mails())
    with desk.runtime.database.begin() as tx:
        cursor = tx.cursors.get("support", "INBOX")
        assert cursor is not None
        # As if the server had given the folder another UIDVALIDITY: what the ledger remembers is of an older one.
        tx.cursors.renumber("support", "INBOX", cursor.uid_validity - 1)
        tx.cursors.advance("support", "INBOX", cursor.last_uid)
    desk.once()
    assert len(desk.smtp.mails()) == sent
    with desk.runtime.database.read() as tx:
        assert len(tx.cases.find()) == 1


def test_after_renumbering_what_came_before_the_start_is_still_none_of_ours(
    live_desk: MakeDesk, dovecot: Dovecot
) -> None:
    desk = live_desk(dovecot, seen_before=False)
    desk.deliver(COMPLAINT)
    time.sleep(1.1)  # internal dates are whole seconds
    desk.once()
    with desk.runtime.database.begin() as tx:
        cursor = tx.cursors.get("support", "INBOX")
        assert cursor is not None
        tx.ledger.skip("support", "INBOX", uid_validity=cursor.uid_validity - 1, uids=[1], now=cursor.started_at)
        tx.cursors.renumber("support", "INBOX", cursor.uid_validity)
    desk.once()
    assert desk.smtp.mails() == []


def test_junk_is_watched_and_never_acknowledged(live_desk: MakeDesk, dovecot: Dovecot) -> None:
    desk = live_desk(dovecot)
    desk.deliver(mail("x", from_="a@old.example", to="support@acme.example", subject="before"), folder="Junk")
    desk.once()
    desk.deliver(COMPLAINT)
    desk.once()
    sent = len(desk.smtp.mails())
    desk.deliver(
        mail("You won", from_="seller@spam.example", to="support@acme.example", subject="Prize"), folder="Junk"
    )
    again = mail(
        "My second parcel A-10294 is late too!",
        from_="Kate Bell <kate@mail.example>",
        to="support@acme.example",
        subject="And again",
        message_id="<k2@mail.example>",
    )
    desk.deliver(again, folder="Junk")
    desk.once()
    assert desk.dispositions() == {"before_start": 1, "junk": 1, "case_opened": 2}
    recipients = [m.recipients[0] for m in desk.smtp.mails()[sent:]]
    assert recipients, "the agents are told of what a known customer wrote"
    assert not {"seller@spam.example", "kate@mail.example"} & set(recipients), "nobody is answered"

    while do_due_work(desk.runtime, datetime.now(UTC) + timedelta(days=5)):
        pass
    desk.once()
    [listed] = [m for m in desk.accepted("ana@acme.example") if "seller@spam.example" in m.message.as_string()]
    assert "Prize" in listed.message.get_body(("plain",)).get_content()


def test_without_move_and_uidplus_the_mail_stays_where_it_is(live_desk: MakeDesk, plain_dovecot: Dovecot) -> None:
    desk = live_desk(plain_dovecot)
    desk.deliver(COMPLAINT)
    desk.once()
    desk.once()
    assert len(desk.folder("INBOX")) == 1
    assert len(desk.accepted("kate@mail.example")) == 1


def test_with_uidplus_alone_only_our_mail_leaves_the_inbox(live_desk: MakeDesk, copying_dovecot: Dovecot) -> None:
    desk = live_desk(copying_dovecot)
    desk.deliver(COMPLAINT)
    desk.once()
    assert (desk.folder("INBOX"), len(desk.folder("mailbot/Processed"))) == ([], 1)


def test_what_cannot_be_handled_is_quarantined_and_the_next_mail_goes_on(live_desk: MakeDesk, dovecot: Dovecot) -> None:
    desk = live_desk(dovecot)
    desk.deliver(b"\r\n")
    desk.deliver(COMPLAINT)
    desk.once()
    assert desk.dispositions() == {"quarantined": 1, "case_opened": 1}
    assert len(desk.folder("mailbot/Quarantine")) == 1
    assert len(desk.accepted("ops@acme.example")) == 1, "a person is told"
    assert len(desk.accepted("kate@mail.example")) == 1


def test_an_acknowledgement_refused_for_good_is_told_to_the_agents(live_desk: MakeDesk, dovecot: Dovecot) -> None:
    desk = live_desk(dovecot)
    desk.deliver(COMPLAINT.replace(b"kate@mail.example", b"refuse@mail.example"))
    desk.once()
    desk.once()
    complaint, notice = desk.accepted("mari@acme.example")
    assert "five days" in complaint.message.get_body(("plain",)).get_content()
    assert "refuse@mail.example" in notice.message.get_body(("plain",)).get_content()
    with desk.runtime.database.read() as tx:
        assert tx.outbox.counts()["failed"] == 1
