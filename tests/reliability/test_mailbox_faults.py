"""What else befalls a mailbox: folders that go or are numbered anew, other clients, no room, dead and slow lines."""

import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from imapclient import IMAPClient

from mailbot.core.errors import PermanentError, TemporaryError
from mailbot.core.server import Server
from mailbot.daemon import Daemon
from mailbot.mail.imap import ImapSession
from mailbot.mail.smtp import SmtpSender
from mailbot.settings.config import Alerts
from mailbot.threads import Watcher
from mailbot.workflows.attend import attend
from mailbot.workflows.share import Share
from mailbot.workflows.trouble import Trouble
from tests.reliability.conftest import MakeShaky, ShakyDesk, complaint
from tests.servers.dovecot import PASSWORD, Dovecot, DovecotMissingError, running_dovecot
from tests.servers.fault_proxy import Fault, How, fault_proxy
from tests.workflows.test_daemon import wait_until

pytestmark = pytest.mark.dovecot


@contextmanager
def another_client(desk: ShakyDesk) -> Iterator[IMAPClient]:
    """Somebody else who is logged in to the same mailbox."""
    client = IMAPClient(desk.mailbox.host, desk.mailbox.port, ssl=False)
    client.login(desk.mailbox.username, PASSWORD)
    try:
        yield client
    finally:
        client.logout()


def all_once(desk: ShakyDesk, *names: str) -> None:
    """Each of these customers has one acknowledgement, and nothing is missing."""
    assert Counter(desk.acknowledged()) == Counter(f"{name}@mail.example" for name in names)
    assert desk.gaps() == []


def test_a_folder_that_is_deleted_and_made_anew_brings_no_second_case(shaky: MakeShaky, dovecot: Dovecot) -> None:
    desk = shaky(dovecot, edits={"    imap:": "    folders: {inbox: Support}\n    imap:"})
    with another_client(desk) as other:
        other.create_folder("Support")
        assert desk.round() == ()
        desk.deliver(complaint("kate"), folder="Support")
        assert desk.round() == ()
        other.delete_folder("Support")
        [(_, error)] = desk.round()
        assert "Support" in error
        time.sleep(1.1)  # UIDVALIDITY is made of the second
        other.create_folder("Support")
        desk.deliver(complaint("kate"), complaint("juri"), folder="Support")
    assert desk.round() == ()
    all_once(desk, "kate", "juri")
    assert desk.dispositions() == {"case_opened": 2, "duplicate": 1}


def test_a_folder_of_ours_that_somebody_renames_or_deletes_is_made_again(shaky: MakeShaky, dovecot: Dovecot) -> None:
    desk = shaky(dovecot)
    desk.round()
    with another_client(desk) as other:
        for name, change in (
            ("kate", lambda: other.rename_folder("mailbot/Processed", "Old")),
            ("juri", lambda: other.delete_folder("mailbot/Processed")),
        ):
            change()
            desk.deliver(complaint(name))
            assert desk.round() == ()
            assert len(desk.folder("mailbot/Processed")) == 1
    all_once(desk, "kate", "juri")


def test_mail_that_another_client_moves_or_flags_meanwhile_is_settled_all_the_same(
    shaky: MakeShaky, dovecot: Dovecot
) -> None:
    desk = shaky(dovecot)
    desk.round()
    desk.deliver(complaint("kate"), complaint("juri"), complaint("ana"))
    with another_client(desk) as other:
        other.select_folder("INBOX")
        other.add_flags([1], [b"\\Seen", b"\\Flagged"])
        assert desk.round(Fault(How.CUT_BEFORE, "MOVE"))
        assert len(desk.folder("INBOX")) == 3
        other.create_folder("Mine")
        other.move([1], "Mine")
        other.add_flags([2], [b"\\Deleted"])
    assert desk.round() == ()
    all_once(desk, "kate", "juri", "ana")
    assert desk.folder("INBOX") == []


def test_mail_that_is_removed_between_two_looks_holds_up_nobody(shaky: MakeShaky, dovecot: Dovecot) -> None:
    desk = shaky(dovecot)
    desk.round()
    desk.deliver(complaint("kate"), complaint("juri"))
    with another_client(desk) as other:
        other.select_folder("INBOX")
        other.create_folder("Mine")
        other.move([1], "Mine")
    assert desk.round() == ()
    all_once(desk, "juri")


FULL = """imap_capability = IMAP4rev1 SASL-IR LITERAL+ NAMESPACE IDLE UIDPLUS
  mail_plugins = quota
}
plugin {
  quota = maildir:User quota
  quota_rule = *:storage=40K
  quota_rule2 = INBOX:ignore
"""


@pytest.fixture(scope="module")
def small_dovecot() -> Iterator[Dovecot]:
    """Dovecot with a quota that does not count what lies in the inbox, and without MOVE."""
    try:
        with running_dovecot(protocol_options=FULL) as dovecot:
            yield dovecot
    except DovecotMissingError as missing:
        pytest.skip(str(missing))


def test_a_full_mailbox_keeps_no_complaint_waiting_and_is_told(shaky: MakeShaky, small_dovecot: Dovecot) -> None:
    desk = shaky(small_dovecot)
    desk.round()
    with another_client(desk) as other:
        other.create_folder("Archive")
        for _ in range(2):
            with suppress(IMAPClient.Error):
                other.append("Archive", complaint("old") + b"x" * 19_000)
        other.append("INBOX", complaint("kate") + b"y" * 3000)
        for _ in range(2):
            [(_, error)] = desk.round()
            assert "Quota" in error
        assert desk.acknowledged() == ["kate@mail.example"]
        assert len(desk.folder("INBOX")) == 1
        other.append("INBOX", complaint("juri"))
        with ImapSession.connect(desk.mailbox) as session:
            for _ in range(2):  # in one session, which does not end for it
                refused = attend(desk.runtime, desk.runtime.config.mailboxes[0], session, lambda: desk.now).refused
                assert "Quota" in (refused or "")
        desk.round()
        assert "juri@mail.example" in desk.acknowledged()
        other.delete_folder("Archive")
    assert desk.round() == ()
    all_once(desk, "kate", "juri")
    assert desk.folder("INBOX") == []


def test_what_a_server_refuses_is_told_after_five_minutes_and_ends_no_session(
    shaky: MakeShaky, dovecot: Dovecot
) -> None:
    desk, told = shaky(dovecot), []
    share = Share(desk.runtime.database, ["support"], desk.now)
    watcher = Watcher(
        desk.runtime, desk.runtime.config.mailboxes[0], lambda: None, Trouble(_never), lambda: desk.now, share
    )
    watcher._refusals._tell = lambda what, *_: bool(told.append(what)) or True
    for _ in range(20):
        watcher._all_well("moving mail was refused: Quota exceeded")
        desk.now += timedelta(minutes=1)
    assert told == ["imap_refused"]
    watcher._all_well(None)
    assert watcher._failures == 0
    watcher._wake.close()


def _never(*_: object) -> bool:
    raise AssertionError("nobody was to be told")


def test_a_log_in_that_is_refused_for_long_is_told_once_by_the_second_path_and_delays_no_other_mailbox(
    shaky: MakeShaky, dovecot: Dovecot
) -> None:
    desk = shaky(dovecot)
    desk.round()
    runtime = desk.runtime
    good = runtime.config.mailboxes[0]
    with fault_proxy(dovecot.port) as proxy:
        refused = replace(dovecot.server(password="wrong"), port=proxy.port)
        bad = replace(good, name="billing", address="billing@acme.example", imap=refused)
        alerts = Alerts(to=("ops@acme.example",), smtp=desk.smtp.server())
        runtime.config = replace(runtime.config, mailboxes=(good, bad), alerts=alerts)
        daemon = Daemon(runtime)
        daemon.start()
        try:
            assert wait_until(lambda: len(desk.alerts()) == 1) < 30
            desk.deliver(complaint("kate"))
            wait_until(lambda: desk.acknowledged() == ["kate@mail.example"])
            wait_until(lambda: proxy.connections > 2)
        finally:
            daemon.stop()
    [subject] = desk.alerts()
    assert "billing" in subject


def look_in(server: Server) -> None:
    with ImapSession.connect(server, timeout=0.4) as session:
        for _ in range(5):
            session.select("INBOX")


@pytest.mark.parametrize("how", [How.SILENCE, How.TRICKLE])
def test_a_server_that_falls_silent_or_trickles_is_given_up_in_time_at_any_command(dovecot: Dovecot, how: How) -> None:
    for at in range(1, 6):
        with fault_proxy(dovecot.port) as proxy:
            proxy.pause = 0.1
            proxy.arm(Fault(how, at))
            began = time.monotonic()
            with pytest.raises(TemporaryError):
                look_in(replace(dovecot.server(), port=proxy.port))
            assert time.monotonic() - began < 3
            assert "LOGOUT" not in proxy.commands, "no time is spent on a good-bye"


def test_an_idle_line_that_silently_dies_is_noticed_when_its_time_is_over(dovecot: Dovecot) -> None:
    heard, rung = socket.socketpair()
    with (
        heard,
        rung,
        fault_proxy(dovecot.port) as proxy,
        ImapSession.connect(replace(dovecot.server(), port=proxy.port), timeout=0.5) as session,
    ):
        session.select("INBOX")
        session.uids_after(0)
        began = time.monotonic()
        thread = threading.Timer(0.2, proxy.fall_silent)
        thread.start()
        with pytest.raises(TemporaryError, match="waiting for mail"):
            session.idle(1.0, heard)
        assert time.monotonic() - began < 3
        thread.join()


@contextmanager
def expired(folder: Path) -> Iterator[Server]:
    """A server whose certificate ended yesterday."""
    authority, now = trustme.CA(), datetime.now(UTC)
    certificate = authority.issue_cert(
        "127.0.0.1", not_before=now - timedelta(days=9), not_after=now - timedelta(days=1)
    )
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with suppress(OSError):
                    context.wrap_socket(connection, server_side=True).close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        port = listener.getsockname()[1]
        yield Server(host="127.0.0.1", port=port, security="tls", username="desk", ca_file=folder / "ca.pem")
        listener.shutdown(socket.SHUT_RDWR)


def test_a_certificate_that_has_ended_needs_a_person_and_is_named(tmp_path: Path) -> None:
    with expired(tmp_path) as server:
        with pytest.raises(PermanentError, match="certificate has expired"):
            ImapSession.connect(server)
        with SmtpSender(server) as smtp, pytest.raises(PermanentError, match="certificate has expired"):
            smtp.check()
