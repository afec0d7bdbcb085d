"""Threads that write to one database take turns, however busy one of them is."""

import threading
import time
from pathlib import Path

import pytest

from mailbot.core.errors import StorageError
from mailbot.store.database import Database
from mailbot.store.turns import Turns


def test_a_thread_that_writes_without_pause_lets_another_one_in(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'desk.db'}")
    stopping, written = threading.Event(), 0

    def busy() -> None:
        nonlocal written
        while not stopping.is_set():
            with database.begin():
                time.sleep(0.01)
            written += 1

    thread = threading.Thread(target=busy)
    thread.start()
    waits = []
    for _ in range(20):
        began, before = time.monotonic(), written
        with database.begin():
            waits.append((written - before, time.monotonic() - began))
    stopping.set()
    thread.join()
    database.close()
    assert max(turns for turns, _ in waits) <= 2, "at most the one that was at work when this one asked, and its next"


def test_who_waits_for_one_that_does_not_end_is_told_to_try_again() -> None:
    turns = Turns(patience=0.05)
    held, stopping = threading.Event(), threading.Event()

    def stuck() -> None:
        with turns.mine():
            held.set()
            stopping.wait(10)

    thread = threading.Thread(target=stuck)
    thread.start()
    held.wait(10)
    with pytest.raises(StorageError, match="tried again"), turns.mine():
        pass
    stopping.set()
    thread.join()
    with turns.mine():
        pass


def test_an_error_gives_the_turn_back() -> None:
    turns = Turns(patience=1)
    with pytest.raises(ValueError, match="no"), turns.mine():
        raise ValueError("no")
    with turns.mine():
        pass
