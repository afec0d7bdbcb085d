"""Everything that stands in a database, to look for what must not be there."""

import email
import zlib
from collections.abc import Iterator
from email.policy import SMTP

import sqlalchemy as sa

from tests.security.play import every_form


def everything(url: str) -> Iterator[tuple[str, str]]:
    """Each value of each column of each table, as text: packed ones unpacked, mails in every form."""
    engine = sa.create_engine(url)
    metadata = sa.MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                for name, value in row._mapping.items():
                    yield f"{table.name}.{name}", as_text(value)
    engine.dispose()


def as_text(value: object) -> str:
    if not isinstance(value, bytes):
        return str(value).casefold()
    try:
        raw = zlib.decompress(value)
    except zlib.error:
        return value.decode("utf-8", "replace").casefold()
    return every_form(raw, email.message_from_bytes(raw, policy=SMTP)).casefold()  # type: ignore[arg-type]
