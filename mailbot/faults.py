"""Named points at which a desk can be killed by its tests; nothing in a desk's surroundings can arm them.

A commit, and each command that changes a server, has one before it and one behind it.
"""

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """A moment after which nothing may be lost or doubled, whatever was being done. In the order of a mail's way."""

    MIGRATION_STEP = "migration.step"
    MIGRATION_BEFORE_COMMIT = "migration.before_commit"
    MIGRATION_COMMITTED = "migration.committed"
    LAPSE_BEFORE_COMMIT = "lapse.before_commit"
    LAPSE_COMMITTED = "lapse.committed"
    BOOK_BEFORE_COMMIT = "book.before_commit"
    BOOK_COMMITTED = "book.committed"
    BOOK_IN_FORCE = "book.in_force"
    REFUSAL_BEFORE_COMMIT = "refusal.before_commit"
    REFUSAL_COMMITTED = "refusal.committed"
    START_BEFORE_COMMIT = "start.before_commit"
    START_COMMITTED = "start.committed"
    CURSOR_BEFORE_COMMIT = "cursor.before_commit"
    CURSOR_COMMITTED = "cursor.committed"
    RECEIVE_FETCHED = "receive.fetched"
    RECEIVE_BEFORE_COMMIT = "receive.before_commit"
    RECEIVE_COMMITTED = "receive.committed"
    HANDLE_READ = "handle.read"
    HANDLE_BEFORE_COMMIT = "handle.before_commit"
    HANDLE_COMMITTED = "handle.committed"
    QUARANTINE_BEFORE_COMMIT = "quarantine.before_commit"
    QUARANTINE_COMMITTED = "quarantine.committed"
    SHELVE_BEFORE_MOVE = "shelve.before_move"
    SHELVE_COPIED = "shelve.copied"
    SHELVE_FLAGGED = "shelve.flagged"
    SHELVE_MOVED = "shelve.moved"
    SHELVE_BEFORE_COMMIT = "shelve.before_commit"
    SHELVE_COMMITTED = "shelve.committed"
    DUE_BEFORE_CLAIM_COMMIT = "due.before_claim_commit"
    DUE_CLAIMED = "due.claimed"
    DUE_BEFORE_COMMIT = "due.before_commit"
    DUE_COMMITTED = "due.committed"
    DELIVER_BEFORE_CLAIM_COMMIT = "deliver.before_claim_commit"
    DELIVER_CLAIMED = "deliver.claimed"
    SMTP_BEFORE_DATA = "smtp.before_data"
    SMTP_BEFORE_DOT = "smtp.before_dot"
    SMTP_AFTER_DOT = "smtp.after_dot"
    SMTP_ANSWERED = "smtp.answered"
    DELIVER_BEFORE_COMMIT = "deliver.before_commit"
    DELIVER_COMMITTED = "deliver.committed"
    COPY_BEFORE_APPEND = "copy.before_append"
    COPY_APPENDED = "copy.appended"
    COPY_BEFORE_COMMIT = "copy.before_commit"
    COPY_COMMITTED = "copy.committed"
    UNCERTAIN_LOOKED = "uncertain.looked"
    UNCERTAIN_BEFORE_COMMIT = "uncertain.before_commit"
    UNCERTAIN_COMMITTED = "uncertain.committed"
    OLD_MAIL_PARTIAL = "old_mail.partial"
    OLD_MAIL_WRITTEN = "old_mail.written"
    OLD_MAIL_LET_GO = "old_mail.let_go"
    OLD_MAIL_REMOVED = "old_mail.removed"


_at: Callable[[Point], None] | None = None


def here(point: Point) -> None:
    """The desk has come to `point`. Costs one look-up when nothing is armed, which is always so outside tests."""
    if _at is not None:
        _at(point)


def arm(action: Callable[[Point], None]) -> None:
    """Have `action` called, in whatever thread, at every point from now on. For tests; lasts as long as the process."""
    global _at  # noqa: PLW0603  (the one look-up that `here` costs)
    _at = action
