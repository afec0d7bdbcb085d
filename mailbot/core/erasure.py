"""What is erased and what stays of a case, by policy, and what may not be erased now."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from mailbot.core.case import Case, State
from mailbot.core.message import Address

LEGAL_HOLD = "legal-hold"
"""The tag that keeps a case as it is, whoever asks for its erasure."""
NOBODY = Address("", "")

Counts: TypeAlias = Counter[str]
"""How much is erased, by what it is."""


class Kind(StrEnum):
    """What has a period of its own after which it is erased, beginning with the case's closing, or with its own day.

    `cases` are erased with all that belongs to them; `loose_mail` belongs to no case (junk, quarantine, automatic
    mail, lists for the team); `work` is what was due once, calls to other systems among it.
    """

    RAW_MAIL = "raw_mail"
    MESSAGES = "messages"
    TIMELINE = "timeline"
    CASES = "cases"
    LOOSE_MAIL = "loose_mail"
    WORK = "work"


class Remains(StrEnum):
    """What stays of an erased case: its number and days alone (`erase`), or its figures as well (`anonymise`)."""

    ERASE = "erase"
    ANONYMISE = "anonymise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """The policy: what stays of cases, how long each kind is kept (for ever, where nothing is said), what is on hold.

    `legal_hold` holds numbers of cases and casefolded addresses. `on_server`: erased mail is deleted there as well.
    """

    cases: Remains = Remains.ERASE
    keep: Mapping[Kind, timedelta] = field(default_factory=dict)
    legal_hold: frozenset[str] = frozenset()
    on_server: bool = False

    def holds(self, case: Case) -> bool:
        """Whether a case has to stay as it is."""
        return LEGAL_HOLD in case.tags or bool(self.legal_hold & {case.number, case.customer.key})

    def older_than(self, kind: Kind, now: datetime) -> datetime | None:
        """Before which moment this kind is to be erased; None where it is kept."""
        return now - self.keep[kind] if kind in self.keep else None


def without_person(case: Case, remains: Remains, *, token: str, now: datetime) -> Case:
    """The case when nobody can tell any more whose it was and what they said; `token` leads nobody to it."""
    bare = Case(
        id=case.id,
        number=case.number,
        token=token,
        mailbox=case.mailbox,
        subject="",
        customer=NOBODY,
        language="",
        opened_at=case.opened_at,
        state=State.CLOSED,
        merged_into=case.merged_into,
        resolved_at=case.resolved_at,
        closed_at=case.closed_at or now,
    )
    return bare if remains is Remains.ERASE else replace(bare, **{name: getattr(case, name) for name in _FIGURES})


_FIGURES = (
    "language",
    "is_complaint",
    "type",
    "demanded_remedy",
    "threat",
    "safety",
    "repeat",
    "severity",
    "priority",
    "team",
    "assignee",
    "suggestion",
    "amount",
    "currency",
    "problem",
    "channel",
    "assigned_at",
    "sla",
    "deadlines",
    "promised_at",
    "delays",
)


def names_of(address: Address, others: Iterable[str] = ()) -> frozenset[str]:
    """Casefolded texts of which each tells that a mail is about this person; a name of one word could be anybody's."""
    names = {name.strip().casefold() for name in (address.name, *others)}
    return frozenset({address.key, *(name for name in names if " " in name)}) - {""}


def mentions(text: str, names: Iterable[str]) -> bool:
    """Whether one of the names stands in a text, however its lines are broken."""
    flat = " ".join(text.casefold().split())
    return any(name in flat for name in names)
