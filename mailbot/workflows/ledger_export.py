"""The ledger of offers for others: as plain records, as CSV, and as sums of which each is of one currency."""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from mailbot.core.message import Address
from mailbot.core.money import Money
from mailbot.core.offers import Step
from mailbot.store.database import Transaction
from mailbot.store.offers import LedgerLine, sums

COLUMNS = (
    "id",
    "at",
    "case",
    "offer",
    "customer",
    "team",
    "step",
    "by",
    "reason",
    "remedy",
    "amount",
    "currency",
    "goodwill",
    "policy",
    "rule_book",
)
# What a spreadsheet takes for a formula, whatever stands behind it (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TAKEN_BACK = frozenset({Step.DECLINED, Step.CANCELLED})
_COUNTED = (Step.OFFERED, Step.ACCEPTED, Step.FULFILLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which steps are meant: those to which all that is given applies, from `since` until just before `until`."""

    case_number: str | None = None
    customer: str | None = None
    team: str | None = None
    step: Step | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SumLine:
    """What was promised, accepted and fulfilled in one currency, for one value of what it is summed up `by`."""

    by: str
    value: str | None
    currency: str
    promised: str
    accepted: str
    fulfilled: str


def steps(tx: Transaction, chosen: Chosen) -> tuple[LedgerLine, ...]:
    """The chosen steps, oldest first."""
    return tx.offers.lines(
        case_number=chosen.case_number,
        customer_key=_key(chosen),
        team=chosen.team,
        step=chosen.step,
        since=chosen.since,
        until=chosen.until,
    )


def as_record(line: LedgerLine) -> Mapping[str, object]:
    """One step as plain values, by the names in `COLUMNS`. `offer` is the same number in all steps of an offer."""
    amount, currency = written(line.amount)
    return {
        "id": line.id,
        "at": line.at.isoformat(),
        "case": line.case_number,
        "offer": line.offer_id,
        "customer": line.customer,
        "team": line.team,
        "step": line.step.value,
        "by": line.by,
        "reason": line.reason,
        "remedy": line.remedy.value,
        "amount": amount,
        "currency": currency,
        "goodwill": line.goodwill,
        "policy": line.policy,
        "rule_book": line.rule_book,
    }


def written(amount: Money | None) -> tuple[str | None, str | None]:
    """A sum as digits with as many decimal places as its currency has, and the currency's code."""
    return (str(amount).rpartition(" ")[0], amount.currency) if amount else (None, None)


def as_csv(lines: Iterable[LedgerLine]) -> bytes:
    """A table of the steps (RFC 4180, UTF-8); no cell in it is a formula."""
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerow(COLUMNS)
    for line in lines:
        record = as_record(line)
        rows.writerow(_cell(record[name]) for name in COLUMNS)
    return table.getvalue().encode()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def sums_of(tx: Transaction, chosen: Chosen, zone: tzinfo) -> tuple[SumLine, ...]:
    """Sums of the chosen offers: all together, by case, by customer, by team and by month, each by currency.

    A step counts in the month in which it was taken. What was declined or cancelled by `until` is not promised, and
    what was cancelled is not accepted.
    """
    everything = tx.offers.lines(case_number=chosen.case_number, customer_key=_key(chosen), until=chosen.until)
    standing = {line.offer_id: line.step for line in everything}
    counted = [
        line
        for line in everything
        if line.step in _COUNTED
        and standing[line.offer_id] not in _TAKEN_BACK
        and (chosen.team is None or line.team == chosen.team)
        and (chosen.since is None or line.at >= chosen.since)
    ]
    return tuple(found for by, value_of in _dimensions(zone) for found in _sums_by(by, value_of, counted))


def _dimensions(zone: tzinfo) -> Iterator[tuple[str, Callable[[LedgerLine], str | None]]]:
    yield "all", lambda line: None
    yield "case", lambda line: line.case_number
    yield "customer", lambda line: line.customer
    yield "team", lambda line: line.team
    yield "month", lambda line: f"{line.at.astimezone(zone):%Y-%m}"


def _sums_by(by: str, value_of: Callable[[LedgerLine], str | None], lines: Iterable[LedgerLine]) -> Iterator[SumLine]:
    grouped: defaultdict[str | None, list[LedgerLine]] = defaultdict(list)
    for line in lines:
        grouped[value_of(line)].append(line)
    for value, group in sorted(grouped.items(), key=lambda item: item[0] or ""):
        by_step = [sums(line for line in group if line.step is step) for step in _COUNTED]
        for currency in sorted(set().union(*by_step)):
            made = [written(Money.from_minor(found.get(currency, 0), currency))[0] or "" for found in by_step]
            yield SumLine(by=by, value=value, currency=currency, promised=made[0], accepted=made[1], fulfilled=made[2])


def _key(chosen: Chosen) -> str | None:
    return None if chosen.customer is None else Address("", chosen.customer).key
