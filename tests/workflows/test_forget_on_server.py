"""Forgetting with a real mail server: mail that stays there does not come back, and with a word it goes from there."""

from mailbot.core.erasure import Privacy
from mailbot.workflows.forget import forget
from mailbot.workflows.forget_on_server import count_on_server, delete_on_server
from tests.desk import mail
from tests.servers.dovecot import Dovecot
from tests.workflows.conftest import LiveDesk, MakeDesk

KATE = "kate@mail.example"


def _mails(desk: LiveDesk) -> None:
    desk.deliver(
        mail("Five days late.", from_=KATE, to="support@acme.example", subject="Late", message_id="<1@k.example>")
    )
    desk.deliver(mail("Broken.", from_="bob@hill.example", to="support@acme.example", message_id="<2@h.example>"))
    desk.once()


def _forget(desk: LiveDesk) -> None:
    with desk.runtime.database.read() as tx:
        now = tx.cases.find()[0].opened_at
    assert list(forget(desk.runtime.database, Privacy(), KATE, now))


def test_after_renumbering_forgotten_mail_that_still_lies_there_does_not_come_back(
    live_desk: MakeDesk, plain_dovecot: Dovecot
) -> None:
    desk = live_desk(plain_dovecot)
    _mails(desk)
    _forget(desk)
    sent = len(desk.smtp.mails())
    with desk.runtime.database.begin() as tx:
        cursor = tx.cursors.get("support", "INBOX")
        assert cursor is not None
        tx.cursors.renumber("support", "INBOX", cursor.uid_validity)
        tx.cursors.start("support", "INBOX", uid_validity=cursor.uid_validity, started_at=cursor.started_at)
    with desk.session() as session:  # the same mail under another UID, as after a renumbering
        session.append("INBOX", mail("Five days late.", from_=KATE, to="support@acme.example", subject="Late",
                                     message_id="<1@k.example>"), seen=False)  # fmt: skip
    desk.once()
    assert desk.dispositions()["forgotten"] == 1
    assert len(desk.smtp.mails()) == sent
    with desk.runtime.database.read() as tx:
        assert [case.customer.address for case in tx.cases.find()] == ["bob@hill.example", ""]


def test_mail_is_deleted_on_the_server_and_nobody_elses(live_desk: MakeDesk, dovecot: Dovecot) -> None:
    desk = live_desk(dovecot)
    _mails(desk)
    assert len(desk.folder("mailbot/Processed")) == 2
    assert count_on_server(desk.runtime.database, KATE) == 1
    assert delete_on_server(desk.runtime.config, desk.runtime.database, KATE) == ()
    assert (
        delete_on_server(desk.runtime.config, desk.runtime.database, KATE) == ()
    )  # begun again after a crash, it finds nothing left to do
    _forget(desk)
    assert len(desk.folder("mailbot/Processed")) == 1
    with desk.session() as session:
        session.select("mailbot/Processed")
        assert session.uids_with_header("Message-ID", "<2@h.example>")


def test_a_server_that_could_only_expunge_all_keeps_the_mail_and_that_is_said(
    live_desk: MakeDesk, plain_dovecot: Dovecot
) -> None:
    desk = live_desk(plain_dovecot)
    _mails(desk)
    (left,) = delete_on_server(desk.runtime.config, desk.runtime.database, KATE)
    assert "UIDPLUS" in left
    assert len(desk.folder("INBOX")) == 2
