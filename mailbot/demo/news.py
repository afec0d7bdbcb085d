"""What goes on at a desk, for somebody who watches: its cases and the mails in and out, read from its database."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from mailbot.core.case import Case
from mailbot.store.database import Database, Transaction
from mailbot.store.outbox import OutboxState


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One mail: when (desk's time), which case, why it was written, which way it went, and with whom."""

    at: datetime
    case: str
    what: str
    way: str
    who: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """The desk at one moment: its cases, newest first, and its mail, oldest first."""

    cases: tuple[Case, ...]
    news: tuple[News, ...]


Callback = Callable[[Overview], None]


def look(database: Database, zone: ZoneInfo) -> Overview:
    """What stands in the database now."""
    with database.read() as tx:
        cases = tx.cases.find()
        news = sorted((*_received(tx, cases, zone), *_sent(tx, cases, zone)), key=lambda each: each.at)
    return Overview(cases, tuple(news))


def _received(tx: Transaction, cases: tuple[Case, ...], zone: ZoneInfo) -> Iterator[News]:
    for case in reversed(cases):
        for message in tx.cases.messages(case.id):
            who = message.author.name or message.author.address
            at = message.at.astimezone(zone)
            yield News(at=at, case=case.number, what=f"from {message.role}", way="→", who=who, about=message.subject)


def _sent(tx: Transaction, cases: tuple[Case, ...], zone: ZoneInfo) -> Iterator[News]:
    numbers = {case.id: case.number for case in cases}
    for mail in reversed(tx.outbox.list()):
        if mail.state is OutboxState.SENT:
            case = numbers.get(mail.case_id or 0, "")
            yield News(
                at=mail.changed_at.astimezone(zone), case=case, what=mail.kind.value, way="←", who=mail.recipient
            )
