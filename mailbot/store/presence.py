"""Who is away, and how customers want to hear from us."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from mailbot.core.case import UNSETTLED
from mailbot.core.channels import Channel, Preference
from mailbot.core.team import Workload
from mailbot.store.prepared import Prepared
from mailbot.store.session import Session, equal
from mailbot.store.tables import absences, cases, preferences

_AT_HAND = Prepared(
    sa.select(cases.c.assignee, sa.func.count())
    .where(cases.c.assignee.in_(sa.bindparam("members", expanding=True)), cases.c.state.in_(UNSETTLED))
    .group_by(cases.c.assignee)
)


class Presence:
    """Members and customers within one transaction: when and how they can be reached."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def leave(self, member: str, until: datetime) -> None:
        """The member is away until then."""
        self._session.put_over(absences, {"member": member, "until": until})

    def come_back(self, member: str) -> None:
        """The member is here."""
        self._session.execute(sa.delete(absences).where(absences.c.member == member))

    def away(self, now: datetime) -> Mapping[str, datetime]:
        """Until when each member is away who is away now, by address."""
        return {row.member: row.until for row in self._session.whole(absences) if row.until > now}

    def workload(self, members: Sequence[str]) -> Workload:
        """How many unsettled cases each of these members has, and when each was given one last."""
        if not members:
            return Workload()
        at_hand = self._session.execute(_AT_HAND, {"members": tuple(members)})
        given = self._session.execute(_given_last(len(members)), {_name(n): one for n, one in enumerate(members)})
        return Workload(
            open_cases={row[0]: row[1] for row in at_hand},
            assigned_at={row.assignee: row.assigned_at for row in given},
        )

    def prefer(self, address_key: str, preference: Preference) -> None:
        """Remember how a customer wants to hear from us."""
        known = {field.name: getattr(preference, field.name) for field in fields(preference)}
        self._session.put_over(preferences, known | {"address_key": address_key})

    def preference(self, address_key: str) -> Preference:
        """How a customer wants to hear from us; by mail where nothing else is known."""
        if self._session.absent.has(preferences.c.address_key, address_key):
            return Preference()
        row = self._session.execute(equal(preferences, "address_key"), {"address_key": address_key}).first()
        if row is None:
            return Preference()
        return Preference(Channel(row.channel), row.phone, row.no_surveys, row.asked_at, row.invited_at)


def _name(n: int) -> str:
    return f"member_{n}"


@cache
def _given_last(members: int) -> Prepared:
    """Each member is one look into an index, however many cases they have had."""
    one_member = (
        sa.select(cases.c.assignee, cases.c.assigned_at)
        .where(cases.c.assignee == sa.bindparam(_name(n)), cases.c.assigned_at.is_not(None))
        .order_by(cases.c.assigned_at.desc())
        .limit(1)
        .subquery()
        for n in range(members)
    )
    return Prepared(sa.union_all(*(sa.select(rows) for rows in one_member)))
