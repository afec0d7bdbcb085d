"""Look-ups for tests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from mailbot.core.lookup import By, Column, ColumnKind, CsvSource, HttpSource, Lookup, SqlSource
from mailbot.core.rules.conditions import Unknown
from mailbot.core.server import Secret
from mailbot.lookups.lookups import Found, Lookups

NOW = datetime(2026, 11, 3, 10, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Tallinn")
STATUS = Column(name="order.status", kind=ColumnKind.TEXT, column="status")
TOTAL = Column(name="order.total", kind=ColumnKind.MONEY, column="total", currency="EUR")
KEY = "A-1"


def csv(path: Path, *columns: Column, key: str = "number", name: str = "order", **more: str) -> Lookup:
    source = CsvSource(path=path, key=key, **more)
    return Lookup(name=name, source=source, by=By.ORDER_NUMBER, columns=columns or (STATUS, TOTAL))


def sql(url: str, query: str, *columns: Column, timeout: float = 2.0) -> Lookup:
    source = SqlSource(url=Secret(url), query=query)
    columns = columns or (STATUS, TOTAL)
    return Lookup(name="order", source=source, by=By.ORDER_NUMBER, columns=columns, timeout=timeout)


def http(url: str, *columns: Column, timeout: float = 0.4, name: str = "order", minutes: int = 10) -> Lookup:
    return Lookup(
        name=name,
        source=HttpSource(url=f"{url}/orders/{{order_number}}", headers={"Authorization": Secret("Bearer s3cret")}),
        by=By.ORDER_NUMBER,
        columns=columns or (STATUS, TOTAL),
        timeout=timeout,
        cache=timedelta(minutes=minutes),
    )


def opened(*lookups: Lookup, folder: Path) -> Lookups:
    return Lookups(lookups, folder=folder / "indexes", zone=ZONE)


def find(lookups: Lookups, key: str = KEY, now: datetime = NOW) -> Found:
    (found,) = lookups.find({"order_number": key}, {"order.status", "order.total"}, now)
    return found


def facts(lookups: Lookups, key: str = KEY, now: datetime = NOW) -> dict[str, object]:
    """The facts, by the last word of their names; a reason stands for one that is unknown."""
    found = find(lookups, key, now)
    return {
        name.rpartition(".")[2]: fact.why if isinstance(fact, Unknown) else fact for name, fact in found.facts.items()
    }


def problem(lookups: Lookups, key: str = KEY, now: datetime = NOW) -> str:
    return find(lookups, key, now).problem or ""
