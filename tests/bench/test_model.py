"""The model grows with what it is given, and names what is too small."""

from dataclasses import replace
from typing import Any

from bench.model import Size, as_text, daemons_for, needs, questions

RUN: dict[str, Any] = {
    "daemons": 1,
    "mailboxes": 4,
    "cpu": 40.0,
    "own_cpu": 30.0,
    "database_cpu": 20.0,
    "commits": 3.5,
    "wal_bytes": 90_000.0,
    "syncs": 2.0,
    "stored_bytes": 60_000.0,
    "idle_commits": 4.5,
    "idle_cpu": 17.0,
    "idle_database_cpu": 4.0,
}


def _load(size: Size, part: str, run: dict[str, Any] = RUN) -> float:
    return next(need.load for need in needs(size, run) if need.part == part)


def test_a_desk_with_little_mail_needs_one_daemon_and_fits_anywhere() -> None:
    size = Size(mailboxes=1, mails_a_day=1000)
    assert daemons_for(size, RUN) == 1
    assert all(need.load < 0.2 for need in needs(size, RUN))


def test_the_fullest_part_comes_first_and_grows_with_the_mail() -> None:
    loads = [need.load for need in needs(Size(), RUN)]
    assert loads == sorted(loads, reverse=True)
    for part in ("PostgreSQL, fsyncs", "PostgreSQL, log", "PostgreSQL, what is kept"):
        assert _load(replace(Size(), mails_a_day=2e7), part) == 2 * _load(Size(), part)


def test_each_daemon_asks_for_each_mailbox() -> None:
    size = Size(mails_a_day=1e6)
    many = replace(size, mailboxes=200)
    assert questions(size, RUN) < questions(many, RUN) < 2 * questions(size, RUN)


def test_what_was_measured_is_what_is_reckoned_with() -> None:
    dear = RUN | {"database_cpu": 40.0}
    assert _load(Size(), "PostgreSQL, CPU", dear) > 1.8 * _load(Size(), "PostgreSQL, CPU")
    assert "347 mails a second at the busiest hour, 100 mailboxes, 15 daemons" in as_text(Size(), RUN)
