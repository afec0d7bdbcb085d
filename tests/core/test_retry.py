from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.retry import backoff

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def test_the_pause_doubles_up_to_the_longest() -> None:
    pauses = [backoff(n, first=SECOND, longest=timedelta(seconds=5)).total_seconds() for n in (1, 2, 3, 4, 5)]
    assert pauses == [1, 2, 4, 5, 5]


@given(st.integers(-5, 10**9))
def test_a_pause_is_never_shorter_than_the_first_nor_longer_than_the_longest(attempts: int) -> None:
    assert SECOND <= backoff(attempts, first=SECOND, longest=HOUR) <= HOUR
