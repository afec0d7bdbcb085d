"""How many mails may leave now by the sending limits of a mailbox; whoever sends alone does not count for each few."""

from datetime import datetime, timedelta

from mailbot.mail.providers import provider_of
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


class Allowance:
    """What one sender may send from one queue.

    A sender that is `alone` may use up all the room that it has found before it counts again: older mail only ceases to
    count in the meantime.
    """

    def __init__(self, mailbox: Mailbox, queue: str, *, alone: bool) -> None:
        limits, provider = mailbox.limits, provider_of(mailbox.smtp.host)
        self._queue, self._alone = queue, alone
        self._limits = {
            _MINUTE: limits.per_minute or provider.per_minute,
            _DAY: limits.per_day or provider.per_day,
        }
        self._granted = 0

    def take(self, tx: Transaction, most: int, now: datetime) -> int:
        """How many mails, `most` at the most, may be claimed now; these are taken off what is granted."""
        if self._granted < most or not self._alone:
            self._granted = max(0, min(self._room(tx, span, limit, now) for span, limit in self._limits.items()))
        taken = min(self._granted, most)
        self._granted -= taken
        return taken

    def _room(self, tx: Transaction, span: timedelta, limit: int, now: datetime) -> int:
        return limit - tx.outbox.sent_since(self._queue, now - span, most=limit)
