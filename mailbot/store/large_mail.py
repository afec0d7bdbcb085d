"""Large raw mail in and out of SQLite a piece at a time: a statement would have it twice beside what we hold of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from mailbot.store import engines
from mailbot.store.compression import PIECE, pieces, unpacked_from
from mailbot.store.session import Session, dialect_insert
from mailbot.store.tables import raw_mail

_ROW = sa.literal_column("rowid", sa.Integer)


def put(session: Session, digest: str, packed: bytes) -> None:
    """Store packed bytes under this SHA-256, unless there are some."""
    room = {"sha256": digest, "compressed": sa.func.zeroblob(len(packed))}
    new = dialect_insert("sqlite", raw_mail).values(room).on_conflict_do_nothing().returning(_ROW)
    row = session.execute(new).scalar()
    if row is not None:
        with _blob(session, row) as blob:
            for piece in pieces(packed):
                blob.write(piece)


def get(session: Session, digest: str) -> bytes:
    """What was packed under this SHA-256, which there has to be; raises Damaged."""
    row = session.execute(sa.select(_ROW).select_from(raw_mail).where(raw_mail.c.sha256 == digest)).scalar_one()
    with _blob(session, row) as blob:
        return unpacked_from(iter(lambda: blob.read(PIECE), b""))


@contextmanager
def _blob(session: Session, row: int) -> Iterator[Any]:
    """The bytes themselves (`sqlite3_blob_open`); errors of the driver become those of a statement."""
    connection = session.connection
    try:
        with engines.driver_of(connection).blobopen(raw_mail.name, raw_mail.c.compressed.name, row) as blob:
            yield blob
    except connection.dialect.loaded_dbapi.Error as error:
        raise engines.failed(connection, error) from error
