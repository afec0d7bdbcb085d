"""All look-ups of a desk together: at the same time, within their time, kept for a while, left alone when they fail."""

import threading
import time
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.rules.conditions import Unknown
from mailbot.lookups.breaker import Breaker
from mailbot.lookups.kept import Kept
from tests.lookups.sources import KEY, NOW, Column, ColumnKind, facts, http, opened, problem
from tests.servers.web import Web, hang

GOOD = '{"status": "lost", "total": 1}'


def test_several_are_asked_at_the_same_time(web: Web, tmp_path: Path) -> None:
    web.answer = lambda request: (time.sleep(0.3), request.give('{"x": 1}'))[1]
    lookups = opened(
        *(
            http(web.url, Column(name=f"l{n}.x", kind=ColumnKind.NUMBER, column="x"), name=f"l{n}", timeout=2)
            for n in range(5)
        ),
        folder=tmp_path,
    )
    began = time.monotonic()
    found = lookups.find({"order_number": KEY}, {f"l{n}.x" for n in range(5)}, NOW)
    assert time.monotonic() - began < 1
    assert [one.facts for one in found] == [{f"l{n}.x": 1} for n in range(5)]


def test_one_that_hangs_does_not_keep_the_others_back(web: Web, tmp_path: Path) -> None:
    web.answer = lambda request: hang(request) if "slow" in request.path else request.give('{"x": 1}')
    column = Column(name="quick.x", kind=ColumnKind.NUMBER, column="x")
    slow = http(f"{web.url}/slow", Column(name="slow.x", kind=ColumnKind.NUMBER, column="x"), name="slow")
    found = opened(slow, http(web.url, column, name="quick"), folder=tmp_path).find(
        {"order_number": KEY}, {"slow.x", "quick.x"}, NOW
    )
    assert [one.facts for one in found] == [{"slow.x": Unknown("slow: no answer within 0.4 s")}, {"quick.x": 1}]


def test_answers_are_kept_and_nothing_found_for_a_shorter_time(web: Web, tmp_path: Path) -> None:
    lookups = opened(http(web.url), folder=tmp_path)
    for minutes, asked in ((0, 1), (0.5, 1), (1.5, 2), (2, 2)):
        facts(lookups, now=NOW + timedelta(minutes=minutes))
        assert len(web.paths) == asked
    web.says(GOOD)
    for minutes, asked in ((3, 3), (12, 3), (14, 4)):
        facts(lookups, now=NOW + timedelta(minutes=minutes))
        assert len(web.paths) == asked


def test_a_failure_is_not_kept(web: Web, tmp_path: Path) -> None:
    lookups = opened(http(web.url), folder=tmp_path)
    web.says("", 500)
    assert problem(lookups)
    web.says(GOOD)
    assert facts(lookups)["status"] == "lost"


def test_no_more_questions_stand_open_than_four(web: Web, tmp_path: Path) -> None:
    release = threading.Event()
    web.answer = lambda request: (release.wait(5), request.give(GOOD))[1]
    lookups = opened(http(web.url, timeout=5), folder=tmp_path)
    threads = [threading.Thread(target=facts, args=(lookups, f"A-{n}")) for n in range(4)]
    for thread in threads:
        thread.start()
    while len(web.paths) < 4:
        time.sleep(0.01)
    assert "still busy with 4 earlier questions" in problem(lookups, "A-9")
    release.set()
    for thread in threads:
        thread.join()
    assert facts(lookups, "A-9")["status"] == "lost"


def test_after_a_minute_one_tries_and_the_others_wait_for_how_it_ends() -> None:
    breaker = Breaker()
    for _ in range(5):
        assert breaker.lets_through(NOW)
        breaker.failed("down", NOW)
    assert not breaker.lets_through(NOW + timedelta(seconds=59))
    later = NOW + timedelta(seconds=61)
    assert [breaker.lets_through(later) for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert breaker.lets_through(later)


def test_one_success_between_failures_begins_the_count_anew() -> None:
    breaker = Breaker()
    for _ in range(4):
        breaker.failed("down", NOW)
    breaker.succeeded()
    breaker.failed("down", NOW)
    assert breaker.lets_through(NOW)
    assert breaker.failing_long(NOW + timedelta(minutes=6)) == NOW
    assert breaker.failing_long(NOW + timedelta(minutes=7)) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 90)), max_size=60))
def test_what_is_kept_is_bounded_and_never_older_than_its_time(asked: list[tuple[int, int]]) -> None:
    kept: Kept[int] = Kept(most=3)
    put: dict[str, int] = {}
    for key, minute in sorted(asked, key=lambda one: one[1]):
        now = NOW + timedelta(minutes=minute)
        found = kept.get(str(key), now)
        assert found is None or minute - put[str(key)] < 10
        if found is None:
            put[str(key)] = minute
            kept.put(str(key), minute, now, timedelta(minutes=10))
    assert len(kept._answers) <= 3
