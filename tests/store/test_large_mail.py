"""Raw mail of several megabytes comes back as it was, whatever it holds, and leaves nothing of a transaction undone."""

import random
import zlib
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from mailbot.core.errors import PermanentError
from mailbot.store.compression import PIECE, Damaged, packed, unpacked, unpacked_from
from mailbot.store.database import Database, Transaction
from mailbot.store.tables import raw_mail

_NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
_NOISE = random.Random(3).randbytes(3 * PIECE + 17)
_SIZES = (PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, len(_NOISE))


def _receive(tx: Transaction, uid: int, raw: bytes) -> str:
    row = tx.ledger.receive(
        mailbox="support", folder="INBOX", uid_validity=1, uid=uid, raw=raw, internal_date=_NOW, now=_NOW
    )
    assert row is not None
    found = tx.ledger.get(row)
    assert found is not None
    assert found.raw_sha256 is not None
    return found.raw_sha256


def test_mail_of_any_size_comes_back_as_it_was(database: Database) -> None:
    raws = [*(_NOISE[:size] for size in _SIZES), b"a" * 5 * PIECE]
    with database.begin() as tx:
        digests = [_receive(tx, uid, raw) for uid, raw in enumerate(raws, 1)]
    with database.read() as tx:
        assert [tx.ledger.raw(digest) for digest in digests] == raws


def test_the_same_large_mail_twice_is_kept_once(database: Database) -> None:
    with database.begin() as tx:
        first = _receive(tx, 1, _NOISE)
    with database.begin() as tx:
        assert _receive(tx, 2, _NOISE) == first
        count = tx._connection.execute(sa.select(sa.func.count()).select_from(raw_mail)).scalar_one()
    assert count == 1


def test_what_is_undone_leaves_no_large_mail(database: Database) -> None:
    digests: list[str] = []
    with suppress(ZeroDivisionError), database.begin() as tx:
        with suppress(KeyError), tx.savepoint():
            digests.append(_receive(tx, 1, _NOISE))
            raise KeyError
        digests.append(_receive(tx, 2, _NOISE[:-1]))
        raise ZeroDivisionError
    assert len(digests) == 2
    for digest in digests:
        with database.read() as tx, pytest.raises(PermanentError, match="no raw mail"):
            tx.ledger.raw(digest)


@pytest.mark.parametrize("size", _SIZES)
def test_packed_in_pieces_is_packed_as_a_whole(size: int) -> None:
    raw = _NOISE[:size]
    assert unpacked(packed(raw)) == unpacked_from([packed(raw)]) == raw


@pytest.mark.parametrize(
    "raw", [b"", b"a" * (PIECE + 1), b"From: a@shop.example\r\n" * 200, *(_NOISE[:s] for s in _SIZES)]
)
def test_the_format_is_that_of_zlib(raw: bytes) -> None:
    assert zlib.decompress(packed(raw)) == raw
    assert unpacked(zlib.compress(raw, 1)) == unpacked_from([zlib.compress(raw, 9)]) == raw


def test_what_ends_too_early_is_damaged() -> None:
    with pytest.raises(Damaged):
        unpacked_from([packed(_NOISE)[:-1]])


def test_what_was_altered_is_damaged() -> None:
    small = packed(_NOISE[:1000])
    for altered in (b"", b"abc", small[:-1], small[:-1] + bytes([small[-1] ^ 1])):
        with pytest.raises(Damaged):
            unpacked(altered)
