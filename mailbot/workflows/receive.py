"""Takes over mail from a folder: raw bytes and ledger row are committed before anyone looks inside (decision 8)."""

import re
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypedDict

from mailbot.faults import Point, here
from mailbot.log import get_logger
from mailbot.mail.imap import Fetched, ImapSession, Selected, UnreadableMailError
from mailbot.settings.config import Mailbox
from mailbot.store.cursors import Cursor
from mailbot.store.database import Database, Transaction
from mailbot.store.ledger import Incoming
from mailbot.workflows.share import Hold

log = get_logger(__name__)

_BATCH = 20
_BATCH_BYTES = 10_000_000
_LONGEST_HEAD = 100_000
_FROM = re.compile(rb"^from:(.*(?:\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(rb"[^\s<>\"',;:()@]+@[^\s<>\"',;:()@]+")
_Batch = tuple[list[Fetched], UnreadableMailError | None]
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class _Place(TypedDict):
    mailbox: str
    folder: str
    uid_validity: int


@dataclass(frozen=True, slots=True)
class _Intake:
    """One folder as it is being received. What came before `older_than` is not acted on (None: all is)."""

    database: Database
    mailbox: str
    folder: str
    uid_validity: int
    older_than: datetime | None
    now: datetime
    hold: Hold

    def commit(self, batch: Sequence[Fetched]) -> int:
        here(Point.RECEIVE_FETCHED)
        with self.database.begin() as tx:
            self.hold.require(tx)
            count = self.take(tx, batch)
            here(Point.RECEIVE_BEFORE_COMMIT)
        here(Point.RECEIVE_COMMITTED)
        log.info("mail.received", mailbox=self.mailbox, folder=self.folder, count=count)
        return count

    def take(self, tx: Transaction, batch: Sequence[Fetched]) -> int:
        """How many of them are new and to be handled."""
        new = [mail for mail in batch if not self.older_than or mail.internal_date >= self.older_than]
        old = {mail.uid for mail in batch} - {mail.uid for mail in new}
        tx.ledger.skip(**self.place, uids=sorted(old), now=self.now)
        count = tx.ledger.receive_all([*map(self.incoming, new)], **self.place, now=self.now)
        tx.cursors.advance(self.mailbox, self.folder, max(mail.uid for mail in batch))
        return count

    def incoming(self, mail: Fetched) -> Incoming:
        return Incoming(uid=mail.uid, raw=mail.raw, internal_date=mail.internal_date, writer=writer_of(mail.raw))

    def set_aside(self, error: UnreadableMailError) -> None:
        """Quarantine what the server lists and does not hand out: nothing else can be kept of it than its UID."""
        with self.database.begin() as tx:
            self.hold.require(tx)
            for uid in error.uids:
                row = tx.ledger.receive(**self.place, uid=uid, raw=b"", internal_date=self.now, now=self.now)
                if row is not None:
                    tx.ledger.quarantine(row, error=str(error), now=self.now)
                tx.cursors.advance(self.mailbox, self.folder, uid)

    @property
    def place(self) -> _Place:
        return {"mailbox": self.mailbox, "folder": self.folder, "uid_validity": self.uid_validity}


def writer_of(raw: bytes) -> str | None:
    """A mark of whom the mail says it is from, None where that is not seen at a glance.

    It decides no more than which mails wait for one another: so they stay in their order.
    """
    head = raw[:_LONGEST_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    line = _FROM.search(head)
    addresses = _ADDRESS.findall(line[1]) if line else []
    return sha256(addresses[-1].lower()).hexdigest()[:16] if addresses else None


def receive(
    database: Database,
    session: ImapSession,
    mailbox: Mailbox,
    folder: str,
    selected: Selected,
    now: datetime,
    hold: Hold | None = None,
) -> Iterator[int]:
    """Take over what is new in the selected folder, a batch at a time; yields how many mails each batch brought.

    TakenError, and nothing is kept, when the mailbox that was in this `hold` is in another daemon's hands.

    UIDVALIDITY and UID are the only cursor: flags and dates never matter. After the server has numbered the folder
    anew, mail from before the first start is still none of ours.
    """
    hold = hold or Hold(mailbox.name)
    cursor = _cursor(database, session, mailbox, folder, selected, now, hold)
    uids = session.uids_after(cursor.last_uid)
    if not uids:
        return
    with database.read() as tx:
        renumbered = tx.ledger.renumbered(mailbox.name, folder, selected.uid_validity)
    older_than = cursor.started_at if renumbered else None
    intake = _Intake(database, mailbox.name, folder, selected.uid_validity, older_than, now, hold)
    with closing(_one_ahead(_batches(session.fetch(uids)))) as batches:
        for batch, unreadable in batches:
            if unreadable:
                intake.set_aside(unreadable)
            if batch:
                count = intake.commit(batch)
                batch.clear()  # what is done with them meanwhile needs memory, too
                yield count


def _batches(mails: Iterator[Fetched]) -> Iterator[_Batch]:
    """So many at a time; with the last of them, what the server would not hand out."""
    batch: list[Fetched] = []
    try:
        for mail in mails:
            batch.append(mail)
            del mail
            if _is_full(batch):
                yield batch, None
                batch = []
    except UnreadableMailError as error:
        yield batch, error
    else:
        yield batch, None


def _is_full(batch: Sequence[Fetched]) -> bool:
    return len(batch) == _BATCH or _is_large(batch)


def _is_large(batch: Sequence[Fetched]) -> bool:
    return sum(mail.size for mail in batch) > _BATCH_BYTES


def _one_ahead(batches: Iterator[_Batch]) -> Generator[_Batch]:
    """The batches, the next of which is being fetched while one is worked on; after a large one it is waited for."""
    with ThreadPoolExecutor(1, thread_name_prefix="fetch") as pool:
        coming = pool.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            if _is_large(batch[0]):
                yield batch
                coming = pool.submit(next, batches, None)
            else:
                coming = pool.submit(next, batches, None)
                yield batch


def _cursor(
    database: Database,
    session: ImapSession,
    mailbox: Mailbox,
    folder: str,
    selected: Selected,
    now: datetime,
    hold: Hold,
) -> Cursor:
    name = mailbox.name
    with database.read() as tx:
        cursor = tx.cursors.get(name, folder)
    if cursor and cursor.uid_validity == selected.uid_validity:
        return cursor
    present = session.uids_after(0) if cursor is None and mailbox.start == "new_only" else []
    # What arrives after the SELECT is new: only what stood in the folder then came before the start.
    before = [uid for uid in present if selected.uid_next is None or uid < selected.uid_next]
    with database.begin() as tx:
        hold.require(tx)
        if cursor is None:
            started_at = now if mailbox.start == "new_only" else _BEGINNING
            tx.cursors.start(name, folder, uid_validity=selected.uid_validity, started_at=started_at)
            tx.ledger.skip(name, folder, uid_validity=selected.uid_validity, uids=before, now=now)
            if before:
                tx.cursors.advance(name, folder, max(before))
        else:
            log.warning("folder.renumbered", mailbox=name, folder=folder, uid_validity=selected.uid_validity)
            tx.cursors.renumber(name, folder, selected.uid_validity)
        current = tx.cursors.get(name, folder)
        here(Point.CURSOR_BEFORE_COMMIT)
    here(Point.CURSOR_COMMITTED)
    if current is None:
        raise AssertionError("the cursor was just written")
    return current
