"""A mailbox is in the hands of one daemon, which is taken over from when it gives no sign of life (decision 12)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from mailbot.core.errors import TakenError
from mailbot.store.database import Database
from mailbot.workflows.share import LEASE, Hold, Share, seized
from tests.store.samples import NOW

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("kind", ["postgresql"], indirect=True)]

LATER = NOW + LEASE + timedelta(seconds=1)


@pytest.fixture
def other(database: Database, url: str) -> Iterator[Database]:
    """The same database, as another daemon opens it."""
    other = Database.open(url)
    yield other
    other.close()


def a_share(database: Database, *names: str) -> Share:
    return Share(database, names or ("support",), NOW)


def fence_of(hold: Hold | None) -> int:
    assert hold is not None
    assert hold.fence is not None
    return hold.fence


def test_one_of_two_has_the_mailbox_as_long_as_it_gives_signs_of_life(database: Database, other: Database) -> None:
    first, second = a_share(database), a_share(other)
    for beat in range(20):
        now = NOW + timedelta(seconds=5 * beat)
        first.beat(now)
        second.beat(now)
        assert fence_of(first.hold("support", now)) == 1
        assert second.hold("support", now) is None


def test_who_falls_silent_is_taken_over_from_and_can_keep_nothing_more(database: Database, other: Database) -> None:
    first, second = a_share(database), a_share(other)
    first.beat(NOW)
    old = first.hold("support", NOW)
    assert old is not None
    second.beat(NOW + timedelta(seconds=20))
    assert second.hold("support", NOW + timedelta(seconds=20)) is None
    assert second.beat(LATER)
    assert fence_of(second.hold("support", LATER)) == fence_of(old) + 1
    assert first.hold("support", LATER) is None, "the first one knows by its own clock"
    with pytest.raises(TakenError), database.begin() as tx:
        old.require(tx)
    first.beat(LATER)
    assert first.hold("support", LATER) is None


def test_nothing_changes_hands_in_the_middle_of_a_commit(database: Database, other: Database) -> None:
    first, second = a_share(database), a_share(other)
    first.beat(NOW)
    hold = first.hold("support", NOW)
    assert hold is not None
    with ThreadPoolExecutor(1) as pool:
        with database.begin() as tx:
            hold.require(tx)
            taking = pool.submit(second.beat, LATER)
            with pytest.raises(TimeoutError):
                taking.result(0.3)
        assert taking.result(5)


def test_a_second_daemon_gets_its_share_when_the_first_has_let_go(database: Database, other: Database) -> None:
    first, second = a_share(database, "a", "b", "c", "d"), a_share(other, "a", "b", "c", "d")
    first.beat(NOW)
    second.beat(NOW)
    assert [name for name in "abcd" if first.hold(name, NOW)] == list("abcd")
    first.beat(NOW)
    assert [name for name in "abcd" if first.hold(name, NOW)] == list("ab"), "no round begins in the others"
    second.beat(NOW)
    assert not any(second.hold(name, NOW) for name in "abcd"), "one may still be going on"
    first.let_go("c", NOW)
    second.beat(NOW)
    assert [name for name in "abcd" if second.hold(name, NOW)] == ["c"]
    first.beat(NOW + timedelta(seconds=11))
    second.beat(NOW + timedelta(seconds=11))
    assert [name for name in "abcd" if second.hold(name, NOW)] == ["c", "d"], "nobody waits for ever"


def test_who_leaves_is_not_waited_for(database: Database, other: Database) -> None:
    first, second = a_share(database), a_share(other)
    first.beat(NOW)
    first.leave(NOW)
    second.beat(NOW)
    assert second.hold("support", NOW)
    with database.read() as tx:
        assert [daemon.id for daemon in tx.leases.living(NOW)] == [other.holder]


def test_a_round_that_a_person_asks_for_comes_before_the_daemons(database: Database, other: Database) -> None:
    first = a_share(database)
    first.beat(NOW)
    old = first.hold("support", NOW)
    assert old is not None
    with seized(other, "support", NOW) as hold:
        with other.begin() as tx:
            hold.require(tx)
        with pytest.raises(TakenError), database.begin() as tx:
            old.require(tx)
        first.beat(NOW)
        assert first.hold("support", NOW) is None
    first.beat(NOW)
    assert fence_of(first.hold("support", NOW)) == 3
