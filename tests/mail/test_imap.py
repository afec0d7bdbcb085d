"""A mailbox session against a real Dovecot, in every state that other people and bad networks bring it into."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.errors import PermanentError, TemporaryError
from mailbot.core.server import Secret, Server
from mailbot.mail.imap import IdleResult, ImapSession, MoveResult, Refused, UnreadableMailError
from mailbot.mail.imap_answers import batches
from tests.servers.dovecot import Dovecot

pytestmark = pytest.mark.dovecot


def mail(number: int, size: int = 0) -> bytes:
    return b"Message-ID: <%d@home.example>\r\nSubject: parcel\r\n\r\n%s\r\n" % (number, b"x" * size)


@contextmanager
def opened(server: Server, *mails: bytes) -> Iterator[ImapSession]:
    """A session with INBOX selected, in which `mails` are."""
    with ImapSession.connect(server, timeout=5) as session:
        for raw in mails:
            session.append("INBOX", raw, seen=False)
        session.select("INBOX")
        yield session


@pytest.fixture
def wake() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A socket to wait on, and the one that wakes it."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.mark.parametrize("security", ["none", "tls", "starttls"])
def test_logs_in_and_learns_what_the_server_can_do(dovecot: Dovecot, security):
    with ImapSession.connect(dovecot.server(security=security)) as session:
        assert session.idle_supported
        assert session.move_supported
        assert session.uidplus


def test_a_fetched_mail_is_the_mail_that_was_filed_and_stays_unseen(imap_server: Server):
    with opened(imap_server, mail(1)) as session:
        for _ in range(2):
            (fetched,) = session.fetch([1])
            assert (fetched.uid, fetched.raw, fetched.size) == (1, mail(1), len(mail(1)))
            assert "\\Seen" not in fetched.flags
        assert fetched.internal_date.tzinfo is UTC
        assert abs(datetime.now(UTC) - fetched.internal_date) < timedelta(minutes=1)


def test_bytes_survive_whatever_they_are(imap_server: Server):
    raw = b"Subject: \xff\xfe\r\n\r\n" + bytes(range(1, 256)).replace(b"\r", b"").replace(b"\n", b"\r\n") + b"\r\n)\r\n"
    with opened(imap_server, raw) as session:
        assert [fetched.raw for fetched in session.fetch([1])] == [raw]


def test_only_newer_mail_is_new(imap_server: Server):
    with opened(imap_server, mail(1), mail(2), mail(3)) as session:
        assert session.uids_after(0) == [1, 2, 3]
        assert session.uids_after(2) == [3]
        assert session.uids_after(3) == []
        assert session.uids_after(30) == []


def test_select_tells_validity_number_and_next_uid(imap_server: Server):
    with opened(imap_server, mail(1), mail(2)) as session:
        selected = session.select("INBOX")
        assert (selected.exists, selected.uid_next) == (2, 3)
        assert session.select("INBOX").uid_validity == selected.uid_validity


def test_a_folder_made_anew_has_another_uid_validity(imap_server: Server):
    with opened(imap_server) as session:
        session.append("Box", mail(1), seen=False)
        before = session.select("Box").uid_validity
        session.select("INBOX")
        session._client.delete_folder("Box")
        time.sleep(1.1)
        session.append("Box", mail(1), seen=False)
        assert session.select("Box").uid_validity != before


def test_a_mail_that_another_client_removed_meanwhile_is_not_among_the_fetched(imap_server: Server):
    with opened(imap_server, mail(1), mail(2), mail(3)) as session:
        uids = session.uids_after(0)
        with opened(imap_server) as other:
            other.move([2], "Elsewhere")
        assert [fetched.uid for fetched in session.fetch(uids)] == [1, 3]


def test_a_mail_removed_while_its_batch_is_fetched_is_not_among_the_fetched(imap_server: Server):
    with opened(imap_server, mail(1), mail(2, 9_000_000), mail(3)) as session:
        fetched = session.fetch([1, 2, 3])
        assert next(fetched).uid == 1
        with opened(imap_server) as other:
            other.move([2], "Elsewhere")
        assert [each.uid for each in fetched] in ([3], [2, 3])


def test_fetching_nothing_asks_nothing(imap_server: Server):
    with opened(imap_server) as session:
        assert list(session.fetch([])) == []


@given(st.lists(st.integers(0, 20_000_000), max_size=300))
def test_batches_are_bounded_and_complete_and_in_order(sizes: list[int]):
    plan = dict(enumerate(sizes, 1))
    made = list(batches(plan))
    assert [uid for batch in made for uid in batch] == list(plan)
    for batch in made:
        assert 1 <= len(batch) <= 50
        assert len(batch) == 1 or sum(batch.values()) <= 8_000_000


def test_folders_are_created_once_and_subscribed(imap_server: Server):
    with opened(imap_server) as session:
        for _ in range(2):
            session.ensure_folders(["INBOX", "mailbot/Processed", "Klienditugi/Töödeldud & muu", "شکایت"])
        subscribed = {name for _, _, name in session._client.list_sub_folders()}
    assert {"mailbot/Processed", "Klienditugi/Töödeldud & muu", "شکایت"} <= subscribed


def test_a_folder_that_is_only_a_level_becomes_a_real_one(imap_server: Server):
    with opened(imap_server) as session:
        session.ensure_folders(["mailbot/Processed", "mailbot"])
        assert session.select("mailbot").exists == 0


def test_mail_moves_into_a_folder_with_a_name_in_any_script(imap_server: Server):
    with opened(imap_server, mail(1), mail(2)) as session:
        assert session.move([1], "Жалобы/Töödeldud") is MoveResult.MOVED
        assert session.uids_after(0) == [2]
        assert session.select("Жалобы/Töödeldud").exists == 1


def test_moving_what_is_gone_does_no_harm(imap_server: Server):
    with opened(imap_server, mail(1)) as session:
        session.ensure_folders(["Box"])
        assert session.move([7], "Box") is MoveResult.MOVED
        assert session.uids_after(0) == [1]


def test_without_move_mail_is_copied_and_only_itself_expunged(copying_dovecot: Dovecot):
    server = copying_dovecot.server()
    with opened(server, mail(1), mail(2), mail(3)) as session:
        session._client.add_flags([3], [b"\\Deleted"])  # somebody else's, who may still change their mind
        assert session.move([1], "mailbot/Processed") is MoveResult.COPIED
        assert session.uids_after(0) == [2, 3]
        assert session.select("mailbot/Processed").exists == 1


def test_a_server_that_can_do_neither_keeps_its_mail(plain_dovecot: Dovecot):
    with opened(plain_dovecot.server(), mail(1)) as session:
        assert session.move([1], "mailbot/Processed") is MoveResult.LEFT
        assert session.uids_after(0) == [1]


def test_folders_are_translated_to_the_servers_prefix_and_delimiter(plain_dovecot: Dovecot):
    with opened(plain_dovecot.server()) as session:
        session.ensure_folders(["mailbot/Töödeldud"])
        session.append("mailbot/Töödeldud", mail(1), seen=True)
        assert session.select("mailbot/Töödeldud").exists == 1
        assert "INBOX.mailbot.Töödeldud" in {name for _, _, name in session._client.list_folders()}
        assert session.select("INBOX.mailbot.Töödeldud").exists == 1


def test_a_filed_copy_can_be_read_or_unread(imap_server: Server):
    with opened(imap_server) as session:
        session.append("Sent", mail(1), seen=True)
        session.append("Sent", mail(2), seen=False)
        session.select("Sent")
        assert [("\\Seen" in each.flags) for each in session.fetch([1, 2])] == [True, False]


def test_a_message_id_is_found_and_the_folder_stays_selected(imap_server: Server):
    with opened(imap_server, mail(1), mail(2)) as session:
        session.append("Sent", mail(7), seen=True)
        assert session.has_message_id("Sent", "7@home.example")
        assert not session.has_message_id("Sent", "1@home.example")
        assert not session.has_message_id("Sent", "@home.example")
        assert not session.has_message_id("No such folder", "7@home.example")
        assert session.uids_after(0) == [1, 2]
        assert session.move([1], "Sent") is MoveResult.MOVED


def test_a_missing_folder_is_refused_by_name_and_the_session_goes_on(imap_server: Server):
    with opened(imap_server) as session:
        with pytest.raises(Refused, match="No such folder"):
            session.select("No such folder")
        session.noop()


def test_idle_ends_when_mail_comes(imap_server: Server, wake):
    with opened(imap_server) as session:
        session.uids_after(0)

        def deliver() -> None:
            time.sleep(0.3)
            with opened(imap_server, mail(1)):
                pass

        thread = threading.Thread(target=deliver)
        thread.start()
        assert session.idle(10, wake[0]) is IdleResult.CHANGED
        thread.join()
        assert session.uids_after(0) == [1]


def test_idle_ends_when_nothing_comes(imap_server: Server, wake):
    with opened(imap_server) as session:
        session.uids_after(0)
        assert session.idle(0.2, wake[0]) is IdleResult.TIMEOUT


def test_idle_ends_when_it_is_woken(imap_server: Server, wake):
    with opened(imap_server) as session:
        session.uids_after(0)
        wake[1].send(b"x")
        assert session.idle(10, wake[0]) is IdleResult.WOKEN
        session.noop()


def test_mail_that_was_announced_in_passing_is_not_waited_for(imap_server: Server, wake):
    with opened(imap_server, mail(1)) as session:
        session.uids_after(0)
        with opened(imap_server, mail(2)):
            pass
        session.noop()
        assert session.idle(10, wake[0]) is IdleResult.CHANGED


def test_without_idle_only_the_wake_up_ends_the_wait(plain_dovecot: Dovecot, wake):
    with opened(plain_dovecot.server()) as session:
        session.uids_after(0)
        assert session.idle(0.1, wake[0]) is IdleResult.TIMEOUT
        wake[1].send(b"x")
        assert session.idle(10, wake[0]) is IdleResult.WOKEN


@pytest.mark.parametrize("password", ["wrong", "vale salasõna"])
def test_a_wrong_password_needs_a_person(dovecot: Dovecot, password: str):
    with pytest.raises(PermanentError, match="`password`") as caught:
        ImapSession.connect(dovecot.server(password=password))
    assert password not in str(caught.value)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_of_an_unknown_authority_needs_a_person(dovecot: Dovecot, security):
    with pytest.raises(PermanentError, match=r"certificate is not valid .*ca_file"):
        ImapSession.connect(dovecot.server(security=security, trusted=False))


def test_an_unknown_host_is_named():
    with pytest.raises(TemporaryError, match=r"mail\.invalid:993: the host name was not found"):
        ImapSession.connect(Server(host="mail.invalid", port=993, security="tls"))


def test_a_refused_connection_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(TemporaryError, match="the connection was refused"):
            ImapSession.connect(Server(host="127.0.0.1", port=taken.getsockname()[1], security="none"))


def test_a_port_without_tls_is_named(dovecot: Dovecot):
    with pytest.raises(TemporaryError, match="`security`"):
        ImapSession.connect(Server(host="127.0.0.1", port=dovecot.port, security="tls"), timeout=2)


GREETING = b"* OK [CAPABILITY IMAP4rev1 IDLE] hi\r\n"
LOGGED_IN = [
    GREETING,
    b"* CAPABILITY IMAP4rev1 IDLE\r\nTAG OK done\r\n",
    b"TAG OK [CAPABILITY IMAP4rev1 IDLE] in\r\n",
    b'* LIST () "/" ""\r\nTAG OK done\r\n',
]
SELECTED = [b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\nTAG OK [READ-WRITE] done\r\n"]
NOTHING_NEW = [b"* SEARCH\r\nTAG OK done\r\n"]


@contextmanager
def scripted(*turns: bytes, pause: float = 0.0, then: float = 0.0) -> Iterator[Server]:
    """A server that answers each line with one of `turns` (TAG is the line's), byte by byte if it pauses.

    After the last it stays silent for `then` seconds and hangs up.
    """

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            tag = b""
            for turn in turns:
                answer = turn.replace(b"TAG", tag)
                for piece in [answer[i : i + 1] for i in range(len(answer))] if pause else [answer]:
                    time.sleep(pause)
                    connection.sendall(piece)
                if turn is not turns[-1]:
                    first = lines.readline().split()[0]
                    tag = tag if first == b"DONE" else first
            time.sleep(then)

    def quietly() -> None:
        with suppress(OSError, IndexError):
            serve()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=quietly)
        thread.start()
        yield Server(
            host="127.0.0.1",
            port=listener.getsockname()[1],
            security="none",
            username="desk",
            password=Secret("correct-horse"),
        )
        thread.join()


@contextmanager
def idling(*turns: bytes, then: float = 0.0) -> Iterator[ImapSession]:
    """A session in which nothing is new, with a server that goes on by `turns`."""
    script = [*LOGGED_IN, *SELECTED, *NOTHING_NEW, *turns]
    with scripted(*script, then=then) as server, ImapSession.connect(server, timeout=1) as session:
        session.select("INBOX")
        assert session.uids_after(0) == []
        yield session


@pytest.mark.parametrize(
    "answer",
    [
        b"+ idling\r\n* 2 EXISTS\r\n",
        b"* 2 EXISTS\r\n+ idling\r\n",
        b"+ idling\r\n* OK still here\r\n* 2 EXISTS\r\n",
    ],
)
def test_mail_announced_in_one_packet_with_the_beginning_of_idle_is_noticed_at_once(wake, answer: bytes):
    with idling(answer, b"TAG OK done\r\n") as session:
        begun = time.monotonic()
        assert session.idle(10, wake[0]) is IdleResult.CHANGED
        assert time.monotonic() - begun < 3


def test_a_peer_that_dies_in_idle_is_noticed_at_once(wake):
    with idling(b"+ idling\r\n") as session:
        begun = time.monotonic()
        with pytest.raises(TemporaryError, match="waiting for mail"):
            session.idle(60, wake[0])
        assert time.monotonic() - begun < 3


def test_a_peer_that_is_silently_gone_is_noticed_at_the_end_of_idle(wake):
    with idling(b"+ idling\r\n", then=2.5) as session:
        begun = time.monotonic()
        with pytest.raises(TemporaryError, match="no answer in time"):
            session.idle(0.5, wake[0])
        assert time.monotonic() - begun < 2.4


def test_half_a_line_in_idle_is_waited_for_and_then_given_up(wake):
    with (
        idling(b"+ idling\r\n* 2 EX", then=1.5) as session,
        pytest.raises(TemporaryError, match="no answer in time"),
    ):
        session.idle(10, wake[0])


def test_a_server_that_refuses_idle_is_named(wake):
    with idling(b"TAG NO not today\r\n") as session, pytest.raises(Refused, match="not today"):
        session.idle(10, wake[0])


@pytest.mark.parametrize("script", [[GREETING * 5], [*LOGGED_IN[:3], b"* 1 FETCH " + b"x" * 60]])
def test_a_server_that_trickles_is_given_up(script: list[bytes]):
    with scripted(*script, pause=0.02) as server:
        begun = time.monotonic()
        with pytest.raises(TemporaryError, match="no answer in time"):
            ImapSession.connect(server, timeout=0.5)
        assert time.monotonic() - begun < 2.5


def test_an_answer_that_is_no_imap_is_a_temporary_error():
    with scripted(b"220 smtp.example ESMTP\r\n") as server, pytest.raises(TemporaryError, match="no IMAP connection"):
        ImapSession.connect(server, timeout=1)


def test_what_a_server_says_before_tls_is_not_believed_inside_it():
    injected = b"TAG OK begin TLS\r\n* CAPABILITY IMAP4rev1 X-INJECTED\r\n"
    script = [b"* OK hi\r\n", b"* CAPABILITY IMAP4rev1 STARTTLS\r\nTAG OK done\r\n", injected]
    with scripted(*script) as plain, pytest.raises(TemporaryError, match="did not begin TLS"):
        ImapSession.connect(Server(host=plain.host, port=plain.port, security="starttls"), timeout=1)


def test_starttls_is_never_silently_left_out():
    script = [b"* OK hi\r\n", b"* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n"]
    with scripted(*script) as plain, pytest.raises(TemporaryError, match="STARTTLS"):
        ImapSession.connect(Server(host=plain.host, port=plain.port, security="starttls"), timeout=1)


def test_a_mail_that_the_server_does_not_hand_out_does_not_hold_up_the_others():
    sizes = b"* 1 FETCH (UID 1 RFC822.SIZE 3)\r\n* 2 FETCH (UID 2 RFC822.SIZE 3)\r\nTAG OK done\r\n"
    good = (
        b'* 2 FETCH (UID 2 FLAGS () INTERNALDATE " 1-Nov-2026 10:00:00 +0200" RFC822.SIZE 3 BODY[] "abc")\r\n'
        b"TAG OK done\r\n"
    )
    bad = b"TAG NO [SERVERBUG] cannot read it\r\n"
    there = [b"TAG OK done\r\n", b"* SEARCH 1\r\nTAG OK done\r\n"]
    with (
        scripted(*LOGGED_IN, *SELECTED, sizes, bad, bad, *there, good) as server,
        ImapSession.connect(server, timeout=1) as session,
    ):
        session.select("INBOX")
        fetched = session.fetch([1, 2])
        mail = next(fetched)
        assert (mail.uid, mail.raw, mail.internal_date) == (2, b"abc", datetime(2026, 11, 1, 8, tzinfo=UTC))
        with pytest.raises(UnreadableMailError) as caught:
            next(fetched)
        assert caught.value.uids == (1,)


def test_a_very_long_answer_to_search_is_read():
    found = b"* SEARCH " + b" ".join(b"%d" % uid for uid in range(1_000_000, 1_200_000)) + b"\r\nTAG OK done\r\n"
    with scripted(*LOGGED_IN, *SELECTED, found) as server, ImapSession.connect(server, timeout=5) as session:
        session.select("INBOX")
        assert len(session.uids_after(0)) == 200_000
