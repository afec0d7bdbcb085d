import re
from typing import Any, cast

import pytest

from bench.chores import Chores
from bench.latency import Latency
from bench.meter import Cost
from bench.reading import Compared, Figures
from bench.report import Results, Run, Sizes, as_object, as_text
from bench.throughput import Course, Peer, Throughput

MB = 1_000_000
DESK = Course(Cost(2.0, 2.0, 150 * MB), tuple(Cost(2.0, 0.5 + 0.1 * n, (200 + n) * MB) for n in range(10)), mails=100)
FLOOR = Course(Cost(0.1, 0.1, 20 * MB), tuple(Cost(0.5, 0.1, 30 * MB) for _ in range(10)), mails=100)
LATENCY = Latency(tuple(0.1 * n for n in range(1, 101)), missing=2, pace=4.5, chores=Chores(12, 11), reports=3)
PEER = Peer("another desk 2.0", Course(FLOOR.start, FLOOR.slices, mails=200, letters=77), acknowledged=68)
THROUGHPUT = Throughput(DESK, FLOOR, expected=70, acknowledged=69, peer=PEER)
RESULTS = Results(
    mails=100,
    seed=1,
    sizes=Sizes(4000, 5000, 90_000),
    runs=(Run("SQLite", THROUGHPUT, LATENCY), Run("PostgreSQL", THROUGHPUT)),
    reading=Figures((Compared("5 kB", 5000, 2.5, 2.0),), memory=7.5, memory_floor=9.0),
)


def test_cpu_is_counted_in_milliseconds_a_mail_and_set_beside_the_floor() -> None:
    assert round(DESK.cpu_per_mail, 6) == 95
    assert round(FLOOR.cpu_per_mail, 6) == 10
    assert round(THROUGHPUT.cpu_ratio, 6) == 9.5


def test_mails_a_second_go_by_the_clock() -> None:
    assert round(DESK.mails_per_second, 6) == 5


def test_growth_compares_the_last_fifth_with_the_first() -> None:
    assert round(DESK.cpu_growth, 6) == round((1.3 + 1.4) / (0.5 + 0.6), 6)
    assert DESK.memory_growth == 209 / 201
    assert FLOOR.cpu_growth == 1


def test_a_percentile_is_a_time_that_was_measured() -> None:
    assert [round(LATENCY.percentile(percent), 6) for percent in (1, 50, 95, 100)] == [0.1, 5.0, 9.5, 10.0]


def test_the_table_names_what_is_missing() -> None:
    assert "69 of 70" in as_text(RESULTS)
    assert "2 missing" in as_text(RESULTS)
    assert "4.5 mails a second, 11 of 12 follow-ups and daily lists, 3 reports" in as_text(RESULTS)


def test_every_database_has_its_table() -> None:
    found = as_text(RESULTS)
    assert found.index("database: SQLite") < found.index("2 missing") < found.index("database: PostgreSQL")


def test_the_peer_is_set_beside_the_desk() -> None:
    found = as_text(RESULTS)
    assert "beside another desk 2.0" in found
    assert re.search(r"CPU ms a mail +95\.00 +5\.00 +19\.00\n", found)
    assert re.search(r"letters written +0 +77\n", found)
    assert "68 of 70" in found


def test_the_object_carries_the_same_figures() -> None:
    found = as_object(RESULTS)
    assert found["bytes_per_mail"] == {"median": 4000, "mean": 5000, "largest": 90_000}
    runs = cast(list[dict[str, Any]], found["runs"])
    assert [(run["database"], run["acknowledged"], run["expected"]) for run in runs] == [
        ("SQLite", 69, 70),
        ("PostgreSQL", 69, 70),
    ]
    assert runs[0]["peer"]["desk_cpu_ratio"] == pytest.approx(19)
    expected = {"mails": 100, "missing": 2, "per_second": 4.5, "chores": {"planned": 12, "done": 11}, "reports": 3}
    percentiles = {"p50": 50, "p95": 95, "p99": 99, "max": 100}
    assert runs[0]["latency"] == expected | {name: LATENCY.percentile(percent) for name, percent in percentiles.items()}
    assert runs[1]["latency"] is None
