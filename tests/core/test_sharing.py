"""Daemons come to equal shares of the mailboxes, in few steps, and then rest."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from mailbot.core.sharing import sharing

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
BEAT = timedelta(seconds=5)


def beats(
    held: Mapping[str, str], free: Mapping[str, datetime], living: list[str], random: Random, rounds: int
) -> tuple[dict[str, str], list[int]]:
    """What is held after so many beats of everybody, and how many mailboxes changed hands in each."""
    held, free, moves, now = dict(held), dict(free), [], NOW
    for _ in range(rounds):
        now += BEAT
        moved = 0
        for me in random.sample(living, len(living)):
            step = sharing(me, held, free, living, now)
            for name in step.let_go:
                assert held.pop(name) == me
                free[name] = now
            for name in step.take:
                del free[name]
                held[name] = me
            moved += len(step.take)
        moves.append(moved)
    return held, moves


@pytest.mark.parametrize("daemons", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("mailboxes", [1, 2, 3, 4, 5, 100])
@pytest.mark.parametrize("start", ["nobody", "one", "of the dead"])
def test_shares_become_equal_and_stay_as_they_are(daemons: int, mailboxes: int, start: str) -> None:
    names, living = [f"m{n}" for n in range(mailboxes)], [f"d{n}" for n in range(daemons)]
    held = dict.fromkeys(names, "d0") if start == "one" else {}
    free = {} if start == "one" else dict.fromkeys(names, NOW)
    held, moves = beats(held, free, living, Random(f"{daemons} {mailboxes} {start}"), 12)
    counts = sorted(sum(holder == me for holder in held.values()) for me in living)
    assert sorted(held) == sorted(names), "every mailbox is in somebody's hands"
    assert counts[-1] - counts[0] <= 1
    assert moves[6:] == [0] * 6, "after half a minute nothing changes hands any more"


def test_what_those_who_have_less_do_not_take_is_not_left_lying() -> None:
    free = {"a": NOW - timedelta(seconds=11)}
    assert sharing("me", {"b": "me"}, free, ["me", "slow"], NOW).take == ("a",)
    free = {"a": NOW - timedelta(seconds=1)}
    assert sharing("me", {"b": "me"}, free, ["me", "slow"], NOW).take == ()
