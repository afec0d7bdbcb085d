"""Of a trouble that several daemons see, the admins hear once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mailbot.core.letters import LetterKind
from mailbot.store.database import Database
from mailbot.threads import Sender
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.status import status_of
from mailbot.workflows.told import Told
from mailbot.workflows.trouble import Trouble
from tests.desk import DeskDriver
from tests.security.play import Play
from tests.store.samples import NOW

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("kind", ["postgresql"], indirect=True)]

MINUTE = timedelta(minutes=1)


@pytest.fixture
def others(database: Database, url: str) -> Iterator[tuple[Database, ...]]:
    """The database as three daemons open it."""
    others = (database, Database.open(url), Database.open(url))
    yield others
    for other in others[1:]:
        other.close()


def _troubles(others: tuple[Database, ...], told: list[int]) -> list[Trouble]:
    def tell(number: int) -> bool:
        told.append(number)
        return True

    return [
        Trouble(lambda *_, number=number: tell(number), told=Told(database, "support"))  # type: ignore[misc]
        for number, database in enumerate(others)
    ]


def _all_see_it(troubles: list[Trouble], since: datetime, minutes: int) -> None:
    for minute in range(minutes):
        for trouble in troubles:
            trouble.note("smtp_connection", "refused", since + minute * MINUTE)


def test_of_three_that_see_it_for_an_hour_the_first_tells(others: tuple[Database, ...]) -> None:
    told: list[int] = []
    troubles = _troubles(others, told)
    _all_see_it(troubles, NOW, 60)
    assert told == [0]
    troubles[0].over()
    _all_see_it(troubles[1:], NOW + 60 * MINUTE, 60)
    assert told == [0], "it is still the same trouble"
    [new] = _troubles(others[2:], told)
    _all_see_it([new], NOW + 100 * MINUTE, 15)
    assert told == [0], "one that starts meanwhile is silent as well"


def test_what_comes_again_is_told_again(others: tuple[Database, ...]) -> None:
    told: list[int] = []
    troubles = _troubles(others, told)
    _all_see_it(troubles, NOW, 8)
    for trouble in troubles:
        trouble.over()
    _all_see_it(troubles[::-1], NOW + 8 * MINUTE, 8)
    assert told == [0, 2]


def test_another_one_tells_when_the_one_that_would_has_died(others: tuple[Database, ...]) -> None:
    told: list[int] = []
    first, second, _ = _troubles(others, told)
    first.note("imap_login", "wrong password", NOW, at_once=True)
    second.note("imap_login", "wrong password", NOW + 11 * MINUTE, at_once=True)
    assert told == [0, 1]


def test_daemons_that_cannot_send_queue_one_alert(tmp_path: Path, others: tuple[Database, ...]) -> None:
    desk = DeskDriver.open(tmp_path, others[0])
    Play(desk).complain()
    now = [desk.now]
    senders = [_sender(Runtime(desk.runtime.config, base, desk.runtime.behaviour), now) for base in others]
    for _ in range(8):
        for sender in senders:
            sender._send_all()
        now[0] += MINUTE
    with others[0].read() as tx:
        alerts = [row.recipient for row in tx.outbox.list() if row.kind is LetterKind.ALERT]
        assert status_of(tx, desk.runtime.config)["mailboxes_held"] == {}
    assert alerts == ["ops@acme.example"]


def _sender(runtime: Runtime, now: list[datetime]) -> Sender:
    box = runtime.config.mailboxes[0]
    nobody = replace(box.smtp, port=1)
    return Sender(runtime, box, nobody, box.name, Trouble(lambda *_: True), lambda: now[0])
