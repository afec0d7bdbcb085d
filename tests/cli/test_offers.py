"""The ledger of offers as people, programs and spreadsheets get it."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from mailbot.core.case import Case
from mailbot.core.compensation import OfferKind
from mailbot.core.message import Address
from mailbot.core.money import Money
from mailbot.core.offers import Offer, Step, approved, moved
from mailbot.store.database import Database, Transaction
from tests.cli.conftest import Mailbot
from tests.store.samples import a_case

OCTOBER = datetime(2026, 10, 31, 22, 30, tzinfo=UTC)  # in Tallinn it is November
NOVEMBER = datetime(2026, 11, 15, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
COLUMNS = [
    "id", "at", "case", "offer", "customer", "team", "step", "by", "reason", "remedy", "amount", "currency", "goodwill",
    "policy", "rule_book",
]  # fmt: skip


def offer(tx: Transaction, case: Case, sum_: str | None, *steps: Step, at: datetime, number: int = 1) -> None:
    """An offer that takes these steps, one a day."""
    amount = Money.parse(sum_) if sum_ else None
    remedy = OfferKind.REFUND if sum_ else OfferKind.REPLACEMENT
    made = Offer(number=number, remedy=remedy, amount=amount, by="mari@acme.example", proposed_at=at, policy="late")
    tx.offers.move(case, made, Step.PROPOSED, by=made.by, reason="policy late", book="v1", now=at)
    for step in steps:
        made = approved(made, "ana@acme.example", None) if step is Step.APPROVED else moved(made, step, at)
        tx.offers.move(case, made, step, by=made.by, reason=f"#{step}", book="v1", now=at)
        at += DAY


@pytest.fixture
def ledger(small_desk: Path) -> Path:
    """A desk with offers in two cases, two teams, two currencies and two months."""
    config = small_desk / "config.yaml"
    config.write_text(config.read_text().replace("sqlite:///data/mailbot.db", "sqlite:///mailbot.db"))
    database = Database.open(f"sqlite:///{small_desk}/mailbot.db")
    with database.begin() as tx:
        first = a_case(tx, team="logistics", customer=Address("Kate", "Kate@mail.example"))
        second = a_case(tx, team="quality", customer=Address("Liis", "liis@mail.example"))
        offer(tx, first, "20 EUR", Step.OFFERED, Step.ACCEPTED, Step.FULFILLED, at=OCTOBER)
        offer(tx, first, "1000 JPY", Step.OFFERED, at=NOVEMBER, number=2)
        offer(tx, second, "30.50 EUR", Step.APPROVED, Step.OFFERED, Step.DECLINED, at=NOVEMBER)
        offer(tx, second, "5 EUR", Step.OFFERED, Step.DECLINED, Step.ACCEPTED, at=NOVEMBER, number=2)
        offer(tx, second, "70 EUR", Step.OFFERED, Step.CANCELLED, at=NOVEMBER, number=3)
        offer(tx, second, None, Step.OFFERED, at=NOVEMBER, number=4)
        offer(tx, second, "9 EUR", at=NOVEMBER, number=5)
    database.close()
    return small_desk


def test_the_ledger_is_listed_oldest_first(ledger: Path, mailbot: Mailbot) -> None:
    lines = mailbot("offers", "--json").lines
    assert [line["id"] for line in lines] == [*range(1, 21)]
    assert list(lines[0]) == COLUMNS
    assert lines[2] == {
        "id": 3,
        "at": (OCTOBER + DAY).isoformat(),
        "case": "AP-10001",
        "offer": 1,
        "customer": "kate@mail.example",
        "team": "logistics",
        "step": "accepted",
        "by": "mari@acme.example",
        "reason": "#accepted",
        "remedy": "refund",
        "amount": "20.00",
        "currency": "EUR",
        "goodwill": True,
        "policy": "late",
        "rule_book": "v1",
    }
    table = mailbot("offers").out.splitlines()
    assert len(table) == 21
    assert table[3].split()[:7] == ["3", (OCTOBER + DAY).isoformat(), "AP-10001", "1", "accepted", "refund", "20.00"]


@pytest.mark.parametrize(
    ("choice", "ids"),
    [
        ("--case ap-10001", [*range(1, 7)]),
        ("--case AP-9", []),
        ("--customer KATE@mail.example", [*range(1, 7)]),
        ("--team quality --step declined", [10, 13]),
        ("--step fulfilled", [4]),
        ("--until 2026-10-31", []),
        ("--until 2026-11-01", [1, 2]),
        ("--since 2026-11-01 --until 2026-11-02", [1, 2, 3]),
        ("--since 2026-11-17", [10, 14]),
    ],
)
def test_what_is_asked_for_is_what_is_shown(ledger: Path, mailbot: Mailbot, choice: str, ids: list[int]) -> None:
    assert [line["id"] for line in mailbot("offers", "--json", *choice.split()).lines] == ids


def test_so_long_ago_is_counted_from_now(ledger: Path, mailbot: Mailbot) -> None:
    days = (datetime.now(UTC) - OCTOBER).days + 1
    assert len(mailbot("offers", "--json", "--since", f"{days}d").lines) == 20
    assert mailbot("offers", "--json", "--until", f"{days}d").lines == []


def test_csv_is_a_table_of_its_own_columns_and_lines(ledger: Path, mailbot: Mailbot) -> None:
    shown = mailbot("offers", "--csv").out
    assert shown.count("\r\n") == 21
    header, *rows = csv.reader(io.StringIO(shown, newline=""))
    assert header == COLUMNS
    assert rows[2][5:] == [
        "logistics", "accepted", "mari@acme.example", "#accepted", "refund", "20.00", "EUR", "true", "late", "v1",
    ]  # fmt: skip
    (replacement,) = (row for row in rows if row[9] == "replacement" and row[6] == "offered")
    assert replacement[10:12] == ["", ""]
    said = mailbot("offers", "--csv", "offers.csv", "--case", "AP-10001")
    assert (said.code, said.out) == (0, "")
    assert (ledger / "offers.csv").read_bytes().count(b"\r\n") == 7


def test_no_cell_is_a_formula_and_every_text_survives(ledger: Path, mailbot: Mailbot) -> None:
    dangerous = {'=HYPERLINK("x")': "'", "+1": "'", "-1": "'", "@SUM(1)": "'", "\t=1": "'", "a=1": "", 'õ, "ж"\nب': ""}
    database = Database.open(f"sqlite:///{ledger}/mailbot.db")
    with database.begin() as tx:
        case = tx.cases.by_number("AP-10001")
        assert case is not None
        for number, reason in enumerate(dangerous, 10):
            made = Offer(number=number, remedy=OfferKind.GIFT, amount=None, by="m@acme.example", proposed_at=NOVEMBER)
            tx.offers.move(case, made, Step.PROPOSED, by=reason, reason=reason, book=None, now=NOVEMBER)
    database.close()
    mailbot("offers", "--csv", ledger / "out.csv")
    text = (ledger / "out.csv").read_bytes().decode("utf-8")
    rows = [*csv.reader(io.StringIO(text, newline=""))][-len(dangerous) :]
    assert [(row[7], row[8]) for row in rows] == [(mark + said,) * 2 for said, mark in dangerous.items()]


def sums(mailbot: Mailbot, *choice: str) -> dict[tuple[str, str | None, str], tuple[str, str, str]]:
    lines = mailbot("offers", "--sums", "--json", *choice).lines
    return {
        (line["by"], line["value"], line["currency"]): (line["promised"], line["accepted"], line["fulfilled"])
        for line in lines
    }


def test_sums_are_of_one_currency_each_and_leave_out_what_was_taken_back(ledger: Path, mailbot: Mailbot) -> None:
    found = sums(mailbot)
    assert found == {
        ("all", None, "EUR"): ("25.00", "25.00", "20.00"),
        ("all", None, "JPY"): ("1000", "0", "0"),
        ("case", "AP-10001", "EUR"): ("20.00", "20.00", "20.00"),
        ("case", "AP-10001", "JPY"): ("1000", "0", "0"),
        ("case", "AP-10002", "EUR"): ("5.00", "5.00", "0.00"),
        ("customer", "kate@mail.example", "EUR"): ("20.00", "20.00", "20.00"),
        ("customer", "kate@mail.example", "JPY"): ("1000", "0", "0"),
        ("customer", "liis@mail.example", "EUR"): ("5.00", "5.00", "0.00"),
        ("team", "logistics", "EUR"): ("20.00", "20.00", "20.00"),
        ("team", "logistics", "JPY"): ("1000", "0", "0"),
        ("team", "quality", "EUR"): ("5.00", "5.00", "0.00"),
        ("month", "2026-11", "EUR"): ("25.00", "25.00", "20.00"),
        ("month", "2026-11", "JPY"): ("1000", "0", "0"),
    }
    assert mailbot("offers", "--sums").out.splitlines()[0].split() == [
        "by", "value", "currency", "promised", "accepted", "fulfilled",
    ]  # fmt: skip


def test_sums_stand_as_they_stood_at_the_end_of_the_days_asked_for(ledger: Path, mailbot: Mailbot) -> None:
    assert sums(mailbot, "--until", "2026-11-15")["all", None, "EUR"] == ("95.00", "20.00", "20.00")
    assert sums(mailbot, "--until", "2026-11-01")["all", None, "EUR"] == ("20.00", "0.00", "0.00")
    assert sums(mailbot, "--since", "2026-11-02")["all", None, "EUR"] == ("5.00", "25.00", "20.00")


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("--step paid", "'accepted'"),
        ("--since yesterday", "expected a day like 2026-11-01 or 90d"),
        ("--until 2026-02-30", "expected a day like 2026-11-01 or 90d"),
        ("--until 9999-12-31", "expected a day like"),
        ("out.csv", "with --csv only"),
        ("--csv --json", "--csv goes neither with --json nor with --sums"),
        ("--csv --sums", "--csv goes neither with --json nor with --sums"),
        ("--sums --step accepted", "leave --step out"),
    ],
)
def test_what_cannot_be_meant_is_refused(ledger: Path, mailbot: Mailbot, choice: str, said: str) -> None:
    answer = mailbot("offers", *choice.split())
    assert answer.code == 2
    assert said in " ".join(answer.err.replace("│", "").split())


def test_a_file_that_cannot_be_written_is_named(ledger: Path, mailbot: Mailbot) -> None:
    answer = mailbot("offers", "--csv", "nowhere/out.csv")
    assert (answer.code, answer.out) == (1, "")
    assert "nowhere/out.csv" in answer.err


def test_an_empty_ledger_has_a_header_and_no_sums(small_desk: Path, mailbot: Mailbot) -> None:
    assert mailbot("offers", "--json").out == ""
    assert mailbot("offers", "--csv").out == ",".join(COLUMNS) + "\r\n"
    assert mailbot("offers", "--sums", "--json").out == ""


def test_a_case_shows_its_offers(ledger: Path, mailbot: Mailbot) -> None:
    database = Database.open(f"sqlite:///{ledger}/mailbot.db")
    with database.begin() as tx:
        case = tx.cases.by_number("AP-10002")
        assert case is not None
        waiting = replace(tx.offers.of_case(case.id)[4], due_at=NOVEMBER, amount=Money(Decimal(8), "EUR"))
        tx.offers.move(case, approved(waiting, "ana@acme.example", None), Step.APPROVED, by="ana@acme.example",
                       reason="#approve", book=None, now=NOVEMBER)  # fmt: skip
    database.close()
    shown = mailbot("case", "AP-10002", "--json").json["offers"]
    assert [(one["number"], one["state"], one["amount"], one["currency"]) for one in shown] == [
        (1, "declined", "30.50", "EUR"),
        (2, "accepted", "5.00", "EUR"),
        (3, "cancelled", "70.00", "EUR"),
        (4, "offered", None, None),
        (5, "proposed", "8.00", "EUR"),
    ]
    assert shown[4] == {
        "number": 5,
        "remedy": "refund",
        "amount": "8.00",
        "currency": "EUR",
        "state": "proposed",
        "by": "mari@acme.example",
        "approved_by": ["ana@acme.example"],
        "due_at": NOVEMBER.isoformat(),
    }
    plain = mailbot("case", "AP-10002").out
    assert (
        "offer 5: refund 8.00 EUR, proposed, by mari@acme.example, approved by ana@acme.example, "
        f"due {NOVEMBER.isoformat()}\n"
    ) in plain
    assert "offer 4: replacement, offered, by mari@acme.example\n" in plain
