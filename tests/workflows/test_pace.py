"""How many letters are sent together: by how fast they leave."""

from mailbot.workflows.pace import Pace


def test_batches_grow_while_they_are_full_and_leave_fast() -> None:
    pace, sizes = Pace(connections=3), []
    for _ in range(4):
        sizes.append(pace.letters)
        pace.note(pace.letters, seconds=0.1)
    assert sizes == [10, 20, 40, 40]


def test_a_batch_that_was_not_full_says_nothing_about_larger_ones() -> None:
    pace = Pace(connections=3)
    pace.note(9, seconds=0.01)
    assert pace.letters == 10


def test_batches_shrink_as_soon_as_the_server_is_slow_and_never_below_the_fewest() -> None:
    pace, sizes = Pace(connections=3), []
    for seconds in (0.1, 0.1, 0.4, 0.6, 0.6, 0.6):
        pace.note(pace.letters, seconds)
        sizes.append(pace.letters)
    assert sizes == [20, 40, 40, 20, 10, 10]


def test_no_connection_stays_idle_for_want_of_letters() -> None:
    assert Pace(connections=20).letters == 40
