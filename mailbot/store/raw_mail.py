"""Raw mail in and out, compressed, kept once per content and never altered; what is old may lie in a folder."""

import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import sha256

import sqlalchemy as sa

from mailbot.core.errors import PermanentError, TemporaryError
from mailbot.store.mail_folder import MailFolder
from mailbot.store.session import Session
from mailbot.store.tables import raw_mail

# Mail is mostly base64 or short text: more effort takes twice the time and saves two per cent.
_EFFORT = 1

MOVED = b""
"""What stands in place of the bytes of a mail that lies in the folder of old mail; nothing compressed is as short."""

_COMPRESSED = sa.select(raw_mail.c.compressed).where(raw_mail.c.sha256 == sa.bindparam("digest"))


def keep(session: Session, raw: bytes) -> str:
    """Store `raw` if its content is not there yet; returns its SHA-256 as hexadecimal text."""
    return keep_all(session, [raw])[raw]


def keep_all(session: Session, raws: Iterable[bytes]) -> Mapping[bytes, str]:
    """The same for several at once: the SHA-256 of each."""
    digests = {raw: sha256(raw).hexdigest() for raw in raws}
    if digests:  # nearly always new
        rows = [{"sha256": digest, "compressed": zlib.compress(raw, _EFFORT)} for raw, digest in digests.items()]
        session.put_new(raw_mail, rows)
    return digests


def fetch_all(session: Session, digests: Iterable[str]) -> Mapping[str, bytes]:
    """What lies in the database under these and is sound; why another cannot be had, `fetch` says."""
    query = sa.select(raw_mail.c.sha256, raw_mail.c.compressed).where(raw_mail.c.sha256.in_(list(digests)))
    found = {}
    for digest, compressed in session.execute(query):
        with suppress(zlib.error):
            found[digest] = zlib.decompress(compressed)
    return found


def fetch(session: Session, digest: str | None) -> bytes:
    """The bytes that were stored under `digest`; PermanentError when there are none."""
    compressed = session.execute(_COMPRESSED, {"digest": digest}).scalar()
    if compressed is None:
        raise PermanentError(f"no raw mail is kept under {digest}")
    return _opened(session, str(digest), compressed)


def is_moved() -> sa.ColumnElement[bool]:
    """The condition that a mail lies in the folder of old mail."""
    return sa.func.length(raw_mail.c.compressed) == 0


def folder_of(session: Session) -> MailFolder:
    """Where old mail lies; TemporaryError where config.yaml names no folder."""
    if session.old_mail is None:
        raise TemporaryError("raw mail was moved to a folder, which config.yaml has to name: `old_mail.folder`")
    return session.old_mail


def _opened(session: Session, digest: str, compressed: bytes) -> bytes:
    return zlib.decompress(compressed) if compressed else folder_of(session).read(digest)
