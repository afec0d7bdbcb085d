"""Tables in files: in any encoding and form, large, damaged, and changed while the desk runs."""

import os
import re
import time
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from mailbot.core.lookup import Column, ColumnKind
from mailbot.core.money import Money
from tests.lookups.sources import KEY, NOW, csv, facts, find, opened, problem

HEADER = "number,status,total\n"
NAME = Column(name="order.status", kind=ColumnKind.TEXT, column="Olek")
HUNDRED = Money(Decimal(100), "EUR")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(f"{HEADER}A-1,lost,100.00\nA-2,sent,5\n")
    return path


def test_a_row_is_found_by_its_key_in_any_letters(file: Path, tmp_path: Path) -> None:
    lookups = opened(csv(file), folder=tmp_path)
    assert facts(lookups) == {"status": "lost", "total": HUNDRED}
    assert facts(lookups, "a- 1") == {"status": "lost", "total": HUNDRED}
    assert facts(lookups, "A-3") == dict.fromkeys(("status", "total"), "order: there is none with order_number A-3")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1250", "iso8859-2", "windows-1251"])
def test_encoding_and_delimiter_are_found_out(tmp_path: Path, encoding: str, delimiter: str) -> None:
    words = (
        "Доставлено покупателю вчера" if encoding == "windows-1251" else "Škoda, že žal čaka češnje in žito šele zdaj"
    )
    rows = [f'X-{n}{delimiter}"{words}"' for n in range(60)]
    file = tmp_path / "orders.csv"
    text = "\r\n".join([f"Number{delimiter}Olek", *rows, f'A-1{delimiter}"{words}"'])
    file.write_bytes(text.encode(encoding))
    assert facts(opened(csv(file, NAME), folder=tmp_path)) == {"status": words}


def test_an_encoding_that_is_said_counts(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes("number,Olek\nA-1,žal\n".encode("windows-1250"))
    assert facts(opened(csv(file, NAME, encoding="windows-1250"), folder=tmp_path)) == {"status": "žal"}
    assert "say its `encoding`" in problem(opened(csv(file, NAME, encoding="utf-8"), folder=tmp_path / "b"))
    assert "unknown encoding: klingon" in problem(opened(csv(file, NAME, encoding="klingon"), folder=tmp_path / "c"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "number,state,total\n",
            'orders.csv has no column "status", did you mean "state"?; it has number, state, total',
        ),
        ("a;b\n", 'orders.csv has no column "number"; it has a, b'),
        ("", "orders.csv is empty"),
        ("\n\n", "orders.csv is empty"),
        (f"{HEADER}A-1,{'x' * 200_000},5\n", "field larger than field limit"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(text)
    assert said in problem(opened(csv(file), folder=tmp_path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "gone.csv cannot be read: No such file or directory" in problem(
        opened(csv(tmp_path / "gone.csv"), folder=tmp_path)
    )


def test_a_row_with_too_few_columns_has_no_value_there(file: Path, tmp_path: Path) -> None:
    file.write_text(f"{HEADER}A-1,lost\n\n,,\nA-2,sent,5,more,and more\n")
    lookups = opened(csv(file), folder=tmp_path)
    assert facts(lookups) == {"status": "lost"}
    (sample,) = lookups.samples()
    assert sample.odd
    assert "2 rows, utf-8; 1 rows have too few columns, the first on line 2" in sample.said


def test_of_several_rows_the_last_counts_and_check_says_so(file: Path, tmp_path: Path) -> None:
    file.write_text(f"{HEADER}A-1,sent,1\nA-1,lost,100\n")
    lookups = opened(csv(file), folder=tmp_path)
    assert facts(lookups) == {"status": "lost", "total": HUNDRED}
    (sample,) = lookups.samples()
    assert "1 rows have the key of an earlier one, the last counts" in sample.said


def test_a_file_that_changes_is_read_anew(file: Path, tmp_path: Path) -> None:
    lookups = opened(csv(file), folder=tmp_path)
    facts(lookups)
    file.write_text(f"{HEADER}A-1,found,100\n")
    assert facts(lookups)["status"] == "found"
    file.write_text("number,oh\nA-1,found\n")
    assert "has no column" in problem(lookups)
    file.write_text(f"{HEADER}A-1,found again,100\n")
    assert facts(lookups)["status"] == "found again"


def test_the_index_of_an_unchanged_file_is_used_again(file: Path, tmp_path: Path) -> None:
    find(opened(csv(file), folder=tmp_path))
    index = tmp_path / "indexes" / "order.index"
    before = index.stat()
    assert before.st_mode & 0o777 == 0o600
    find(opened(csv(file), folder=tmp_path))
    assert index.stat().st_mtime_ns == before.st_mtime_ns


def test_a_damaged_index_is_made_anew(file: Path, tmp_path: Path) -> None:
    lookups = opened(csv(file), folder=tmp_path)
    facts(lookups)
    index = tmp_path / "indexes" / "order.index"
    index.write_bytes(os.urandom(50_000))
    assert facts(lookups) == {"status": "lost", "total": HUNDRED}


def test_while_a_large_file_is_read_mail_does_not_wait_and_nothing_counts_as_a_failure(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    with file.open("w") as out:
        out.write(HEADER)
        out.writelines(f"B-{n},sent,{n}.50\n" for n in range(150_000))
        out.write(f"{KEY},lost,100\n")
    source = csv(file)
    lookups = opened(
        type(source)(**{f: getattr(source, f) for f in source.__slots__} | {"timeout": 0.01}), folder=tmp_path
    )
    began = time.monotonic()
    for _ in range(8):
        assert re.search("is still being read|no answer within", problem(lookups))
    assert time.monotonic() - began < 1.5
    until = time.monotonic() + 60
    assert lookups._desks[0].breaker.failing_long(NOW + timedelta(days=1)) is None
    while problem(lookups) and time.monotonic() < until:
        time.sleep(0.05)
    assert facts(lookups) == {"status": "lost", "total": HUNDRED}
