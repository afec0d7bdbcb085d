"""The next mails are fetched while the last ones are worked on, and no more of them than memory allows."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import pytest

from mailbot.core.errors import TemporaryError
from mailbot.mail.imap import Fetched, UnreadableMailError
from mailbot.workflows.receive import _batches, _one_ahead
from tests.desk import MONDAY_NOON


def fetched(uid: int, size: int = 1000, at: datetime = MONDAY_NOON) -> Fetched:
    return Fetched(uid=uid, raw=b"", internal_date=at, size=size, flags=frozenset())


class Server:
    """Hands out mails, and remembers how many it was asked for; its line breaks before the mail `breaks`."""

    def __init__(self, mails: list[Fetched], breaks: int | None = None, unreadable: bool = False) -> None:
        self._mails, self._breaks, self._unreadable = mails, breaks, unreadable
        self.asked = 0
        self.more = threading.Event()

    def fetch(self) -> Iterator[Fetched]:
        for mail in self._mails:
            self.asked += 1
            if self.asked > 20:
                self.more.set()
            if mail.uid == self._breaks:
                raise TemporaryError("the line broke")
            yield mail
        if self._unreadable:
            raise UnreadableMailError([99])


def test_twenty_are_worked_on_while_the_next_twenty_are_fetched() -> None:
    server = Server([fetched(uid) for uid in range(1, 51)])
    with closing(_one_ahead(_batches(server.fetch()))) as batches:
        first, _ = next(batches)
        assert [mail.uid for mail in first] == list(range(1, 21))
        assert server.more.wait(10), "the second batch is on its way before the first is done"
        assert server.asked <= 40, "and not the third"
        assert [mail.uid for batch, _ in batches for mail in batch] == list(range(21, 51))


def test_after_a_large_mail_nothing_is_fetched_until_it_is_done() -> None:
    server = Server([fetched(1, size=40_000_000), fetched(2)])
    with closing(_one_ahead(_batches(server.fetch()))) as batches:
        next(batches)
        assert not server.more.wait(0.2)
        assert server.asked == 1
        assert [mail.uid for batch, _ in batches for mail in batch] == [2]


def test_what_came_before_the_line_broke_is_kept_and_the_error_is_told() -> None:
    server = Server([fetched(uid) for uid in range(1, 31)], breaks=25)
    with closing(_one_ahead(_batches(server.fetch()))) as batches:
        assert len(next(batches)[0]) == 20
        with pytest.raises(TemporaryError, match="the line broke"):
            next(batches)


def test_what_the_server_does_not_hand_out_comes_with_the_last_batch() -> None:
    server = Server([fetched(uid) for uid in range(1, 4)], unreadable=True)
    with closing(_one_ahead(_batches(server.fetch()))) as batches:
        [(batch, error)] = batches
    assert len(batch) == 3
    assert error is not None
    assert error.uids == (99,)
