"""People: their language, the tokens that prove an agent, and mail that is held until somebody proves to be one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from mailbot.core.letters import Purpose
from mailbot.core.message import Address
from mailbot.store.prepared import Prepared
from mailbot.store.session import Row, Session, equal
from mailbot.store.tables import held, people, tokens, undeliverable

_REACHED = Prepared(sa.delete(undeliverable).where(undeliverable.c.address_key == sa.bindparam("address_key")))


@dataclass(frozen=True, slots=True)
class Issued:
    """A token that we issued to one member of the team for one case."""

    token: str
    case_id: int
    member: str
    revoked: bool
    purpose: Purpose = Purpose.CASE
    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A mail that waits for its challenge to be answered; `member` is whose address it claims to come from."""

    token: str
    ledger_id: int
    case_id: int | None
    member: str
    reason: str
    held_at: datetime
    released_at: datetime | None
    refused_at: datetime | None = None


class People:
    """The people within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def remember(self, address: Address, language: str, now: datetime) -> None:
        """Note in which language somebody wrote last."""
        row = {"address_key": address.key, "name": address.name, "address": address.address}
        self._session.put_over(people, row | {"language": language, "seen_at": now})

    def language(self, address_key: str) -> str | None:
        """The language in which somebody wrote last."""
        if self._session.absent.has(people.c.address_key, address_key):
            return None
        row = self._session.execute(equal(people, "address_key"), {"address_key": address_key}).first()
        return row.language if row else None

    def name(self, address_key: str) -> str:
        """What somebody called themselves last, if they did."""
        row = self._session.execute(equal(people, "address_key"), {"address_key": address_key}).first()
        return row.name if row else ""

    def not_reached(self, address_key: str, status: str, now: datetime) -> None:
        """Note that mail to this address comes back, and will."""
        self._session.put_over(undeliverable, {"address_key": address_key, "status": status, "since": now})

    def reached(self, address_key: str) -> None:
        """Mail to this address may arrive again."""
        if not self._session.absent.has(undeliverable.c.address_key, address_key):
            self._session.execute(_REACHED, {"address_key": address_key})
            self._session.absent.note(undeliverable.c.address_key, [address_key])

    def unreachable(self, address_key: str, since: datetime) -> str | None:
        """With what status mail to this address came back, if it did so after `since`."""
        if self._session.absent.has(undeliverable.c.address_key, address_key):
            return None
        row = self._session.execute(equal(undeliverable, "address_key"), {"address_key": address_key}).first()
        return row.status if row and row.since >= since else None

    def issue(
        self,
        token: str,
        *,
        case_id: int,
        member: str,
        now: datetime,
        purpose: Purpose = Purpose.CASE,
        about: str | None = None,
    ) -> None:
        """Note a token that goes out to a member."""
        self.issue_all([Issued(token, case_id, member, revoked=False, purpose=purpose, about=about)], now)

    def issue_all(self, issued: Sequence[Issued], now: datetime) -> None:
        """Note tokens that go out to members."""
        if issued:
            self._session.put(tokens, [_row_of(one) | {"issued_at": now} for one in issued])

    def issued_for(self, case_id: int) -> tuple[Issued, ...]:
        """All tokens for this case that still prove something, the newest first."""
        if self._session.absent.has(tokens.c.case_id, case_id):
            return ()
        rows = self._session.execute(equal(tokens, "case_id"), {"case_id": case_id})
        valid = sorted((row for row in rows if not row.revoked), key=lambda row: row.issued_at, reverse=True)
        return tuple(map(_issued, valid))

    def token_for(
        self, case_id: int, member: str, purpose: Purpose = Purpose.CASE, about: str | None = None
    ) -> str | None:
        """The token that this member has for this case and this purpose."""
        wanted = (member, purpose, about)
        valid = self.issued_for(case_id)
        return next((one.token for one in valid if (one.member, one.purpose, one.about) == wanted), None)

    def bearer(self, token: str) -> Issued | None:
        """To whom and for which case a token was issued."""
        row = self._session.execute(equal(tokens, "token"), {"token": token}).first()
        return _issued(row) if row else None

    def revoke(self, token: str) -> None:
        """From now on the token proves nothing."""
        self._session.execute(sa.update(tokens).where(tokens.c.token == token).values(revoked=True))

    def revoke_all(self, case_id: int, member: str) -> None:
        """From now on none of the member's tokens for this case proves anything."""
        where = (tokens.c.case_id == case_id, tokens.c.member == member)
        self._session.execute(sa.update(tokens).where(*where).values(revoked=True))

    def hold(self, *, token: str, ledger_id: int, case_id: int | None, member: str, reason: str, now: datetime) -> None:
        """Keep a mail waiting for the answer to the challenge with this token."""
        row = {"token": token, "ledger_id": ledger_id, "case_id": case_id, "member": member, "reason": reason}
        self._session.put(held, row | {"held_at": now})

    def held(self, token: str) -> Held | None:
        """The mail that waits, or waited, for this token."""
        row = self._session.execute(equal(held, "token"), {"token": token}).first()
        return Held(**row._asdict()) if row else None

    def release(self, token: str, now: datetime) -> bool:
        """Let a held mail go on; True exactly once for each."""
        where = (held.c.token == token, held.c.released_at.is_(None), held.c.refused_at.is_(None))
        return self._session.change(sa.update(held).where(*where).values(released_at=now))

    def refuse(self, token: str, now: datetime) -> bool:
        """Keep a held mail from ever going on: it is not the member's. True exactly once for each."""
        where = (held.c.token == token, held.c.released_at.is_(None), held.c.refused_at.is_(None))
        return self._session.change(sa.update(held).where(*where).values(refused_at=now))

    def confirmed(self, ledger_id: int) -> bool:
        """Whether this mail was held once and has been released."""
        rows = self._session.execute(equal(held, "ledger_id"), {"ledger_id": ledger_id})
        return any(row.released_at is not None for row in rows)

    def all_held(self) -> tuple[Held, ...]:
        """Every mail that still waits, oldest first."""
        query = (
            sa.select(held).where(held.c.released_at.is_(None), held.c.refused_at.is_(None)).order_by(held.c.held_at)
        )
        return tuple(Held(**row._asdict()) for row in self._session.execute(query))


def _row_of(one: Issued) -> dict[str, object]:
    proves = {"token": one.token, "case_id": one.case_id, "member": one.member, "revoked": one.revoked}
    return proves | {"purpose": one.purpose, "about": one.about}


def _issued(row: Row) -> Issued:
    return Issued(row.token, row.case_id, row.member, row.revoked, Purpose(row.purpose), row.about)
