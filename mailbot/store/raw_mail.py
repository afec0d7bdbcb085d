"""Raw mail in and out, compressed, kept once per content and never altered; what is old may lie in a folder."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import sha256

import sqlalchemy as sa

from mailbot.core.errors import PermanentError, TemporaryError
from mailbot.store import large_mail
from mailbot.store.compression import PIECE, Damaged, packed, pieces, unpacked, unpacked_from
from mailbot.store.mail_folder import MailFolder
from mailbot.store.prepared import Prepared
from mailbot.store.session import Session
from mailbot.store.tables import raw_mail

MOVED = b""
"""What stands in place of the bytes of a mail that lies in the folder of old mail; nothing compressed is as short."""

_IS_SMALL = sa.func.length(raw_mail.c.compressed) <= PIECE
_UNDER = raw_mail.c.sha256 == sa.bindparam("digest")
_SMALL = Prepared(sa.select(sa.case((_IS_SMALL, raw_mail.c.compressed)).label("compressed")).where(_UNDER))
_AMONG = raw_mail.c.sha256.in_(sa.bindparam("digests", expanding=True))
_SMALL_ONES = Prepared(sa.select(raw_mail.c.sha256, raw_mail.c.compressed).where(_AMONG, _IS_SMALL))
_ANY = Prepared(sa.select(raw_mail.c.compressed).where(_UNDER))


def keep(session: Session, raw: bytes) -> str:
    """Store `raw` if its content is not there yet; returns its SHA-256 as hexadecimal text."""
    return keep_all(session, [raw])[raw]


def keep_all(session: Session, raws: Iterable[bytes]) -> Mapping[bytes, str]:
    """The same for several at once: the SHA-256 of each."""
    digests = {raw: sha256(raw).hexdigest() for raw in raws}
    small = [{"sha256": digest, "compressed": packed(raw)} for raw, digest in digests.items() if len(raw) <= PIECE]
    if small:  # nearly always new
        session.put_new(raw_mail, small)
    for raw, digest in digests.items():
        if len(raw) > PIECE:
            _keep_large(session, digest, raw)
    return digests


def fetch_all(session: Session, digests: Iterable[str]) -> Mapping[str, bytes]:
    """What lies in the database under these, is small and sound; another, and why it cannot be had, `fetch` says."""
    found = {}
    for digest, compressed in session.execute(_SMALL_ONES, {"digests": [*digests]}):
        with suppress(Damaged):
            found[digest] = unpacked(compressed)
    return found


def fetch(session: Session, digest: str | None) -> bytes:
    """The bytes that were stored under `digest`; PermanentError when there are none."""
    row = session.execute(_SMALL, {"digest": digest}).first()
    if row is None:
        raise PermanentError(f"no raw mail is kept under {digest}")
    if row.compressed is None:
        return _fetch_large(session, str(digest))
    return unpacked(row.compressed) if row.compressed else folder_of(session).read(str(digest))


def is_moved() -> sa.ColumnElement[bool]:
    """The condition that a mail lies in the folder of old mail."""
    return sa.func.length(raw_mail.c.compressed) == 0


def folder_of(session: Session) -> MailFolder:
    """Where old mail lies; TemporaryError where config.yaml names no folder."""
    if session.old_mail is None:
        raise TemporaryError("raw mail was moved to a folder, which config.yaml has to name: `old_mail.folder`")
    return session.old_mail


def _keep_large(session: Session, digest: str, raw: bytes) -> None:
    if session.dialect == "sqlite":
        large_mail.put(session, digest, packed(raw))
    else:
        session.put_new(raw_mail, {"sha256": digest, "compressed": packed(raw)})
        session.finish()  # or all of them would lie in memory


def _fetch_large(session: Session, digest: str) -> bytes:
    if session.dialect == "sqlite":
        return large_mail.get(session, digest)
    return unpacked_from(pieces(session.execute(_ANY, {"digest": digest}).scalar_one()))
