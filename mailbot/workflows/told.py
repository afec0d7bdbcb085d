"""Which daemon tells the admins of a trouble that several see: the first one, for as long as it goes on seeing it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mailbot.core.errors import MailbotError
from mailbot.log import get_logger
from mailbot.store.database import Database

log = get_logger(__name__)

# Longer than any pause between two attempts at what does not work.
_LASTS = timedelta(minutes=10)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one mailbox, by whichever daemon of this database; what a dead one told lapses in ten minutes."""

    database: Database
    mailbox: str

    def ours(self, what: str, now: datetime) -> bool:
        """Whether it is this daemon that tells of it; so it is, too, while the database cannot be asked."""
        if self.database.exclusive:
            return True
        try:
            with self.database.begin() as tx:
                return tx.leases.take(self._name(what), self.database.holder, now, now + _LASTS) is not None
        except MailbotError as error:
            log.error("alert.unshared", error=str(error))
            return True

    def over(self, whats: Iterable[str]) -> None:
        """It works again here; who still sees it, and was silent, stays so."""
        if self.database.exclusive:
            return
        try:
            with self.database.begin() as tx:
                for what in whats:
                    tx.leases.release(self._name(what), self.database.holder, _LONG_AGO)
        except MailbotError as error:
            log.error("alert.unshared", error=str(error))

    def _name(self, what: str) -> str:
        return f"alert {self.mailbox} {what}"
