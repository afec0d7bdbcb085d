"""What the letters of one decision put into the database: gathered one by one, written together at the end.

What a later letter asks for, a token or the room in a budget, it is told as if the earlier ones stood there already.
"""

from collections.abc import Iterable
from datetime import datetime

from mailbot.core.internal_lines import of_letters
from mailbot.core.letters import Purpose
from mailbot.mail.merge import Merge
from mailbot.store.database import Transaction
from mailbot.store.message_ids import KnownId
from mailbot.store.outbox import OutgoingMail
from mailbot.store.people import Issued
from mailbot.workflows.budgets import Tally
from mailbot.workflows.runtime import new_token


class Mailing:
    """Letters about one case, or about none, that are queued at one moment."""

    def __init__(self, tx: Transaction, case_id: int | None, now: datetime) -> None:
        self.tx, self.now = tx, now
        self.tally = Tally(tx)
        self.merge = Merge(new_token())
        self._case_id = case_id
        self._known: tuple[Issued, ...] | None = None
        self._issued: list[Issued] = []
        self._ids: list[KnownId] = []
        self._internal: list[tuple[str, str]] = []
        self._mails: list[OutgoingMail] = []

    def token_for(self, member: str, purpose: Purpose, about: str | None) -> str | None:
        """The token that a member has for the case and this purpose."""
        if self._case_id is None:
            return None
        if self._known is None:
            self._known = self.tx.people.issued_for(self._case_id)
        wanted = (member, purpose, about)
        every = (*self._known, *self._issued)
        return next((one.token for one in every if (one.member, one.purpose, one.about) == wanted), None)

    def issue(self, token: str, case_id: int, member: str, purpose: Purpose, about: str | None) -> None:
        """Note a token that goes out to a member."""
        self._issued.append(Issued(token, case_id, member, revoked=False, purpose=purpose, about=about))

    def remember(self, message_id: str, member: str | None) -> None:
        """Note the Message-ID of a letter about the case."""
        if self._case_id is not None:
            self._ids.append(KnownId(message_id, self._case_id, issued=True, member=member))

    def keep_inside(self, text: str, own_words: str) -> None:
        """Note what a letter says that must not reach the customer: all but somebody's own words in it."""
        self._internal.append((text, own_words))

    def remember_received(self, message_id: str, written_by: str | None) -> None:
        """Note the Message-ID of the mail to which these letters answer, if it belongs to a case."""
        if self._case_id is not None:
            self._ids.append(KnownId(message_id, self._case_id, written_by=written_by))

    def remember_answered(self, message_ids: Iterable[str]) -> None:
        """Note the Message-IDs of mails that have not come, but were answered by one that belongs to the case."""
        if self._case_id is not None:
            self._ids += [KnownId(message_id, self._case_id) for message_id in message_ids]

    def add(self, mail: OutgoingMail) -> None:
        """Let a mail be sent."""
        self._mails.append(mail)
        self.tally.add(mail)

    def put(self) -> None:
        """Write all that was gathered; to be called once, at the end."""
        self.tx.people.issue_all(self._issued, self.now)
        if self._case_id is not None:
            self.tx.message_ids.remember(self._ids)
            self.tx.cases.add_internal_lines(self._case_id, of_letters(self._internal))
        self.tx.outbox.queue_all(self._mails, self.now)
