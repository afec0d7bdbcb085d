"""When to try again: exponential back-off, as a pure function."""

from datetime import timedelta


def backoff(attempts: int, *, first: timedelta, longest: timedelta) -> timedelta:
    """The pause after `attempts` failures in a row (from 1): `first`, doubled each time, at most `longest`."""
    doublings: int = min(max(attempts, 1) - 1, 40)
    return min(first * (1 << doublings), longest)
