"""Raw mail in and out, compressed, kept once per content and never altered."""

import zlib
from hashlib import sha256

import sqlalchemy as sa

from mailbot.core.errors import PermanentError
from mailbot.store.session import Session
from mailbot.store.tables import raw_mail

# Mail is mostly base64 or short text: more effort takes twice the time and saves two per cent.
_EFFORT = 1

_COMPRESSED = sa.select(raw_mail.c.compressed).where(raw_mail.c.sha256 == sa.bindparam("digest"))


def keep(session: Session, raw: bytes) -> str:
    """Store `raw` if its content is not there yet; returns its SHA-256 as hexadecimal text."""
    digest = sha256(raw).hexdigest()
    session.put_new(raw_mail, {"sha256": digest, "compressed": zlib.compress(raw, _EFFORT)})  # nearly always new
    return digest


def fetch(session: Session, digest: str | None) -> bytes:
    """The bytes that were stored under `digest`; PermanentError when there are none."""
    compressed = session.execute(_COMPRESSED, {"digest": digest}).scalar()
    if compressed is None:
        raise PermanentError(f"no raw mail is kept under {digest}")
    return zlib.decompress(compressed)
