from collections import Counter
from time import process_time

from . import mime, mime2
from .mime_corpus import misses, topics


def test_mails_are_read_as_a_careful_client_shows_them(reader, hints):
    rows = [row for mails in topics().values() for row in mails]
    missed = {wrong[0].id: [miss.field for miss in wrong] for row in rows if (wrong := misses(row, reader, hints))}
    assert len(missed) <= 0.03 * len(rows), missed


def test_mails_of_the_blind_set_are_read_as_a_careful_client_shows_them(reader, hints):
    rows = [row for mails in topics(mime2).values() for row in mails]
    missed = {wrong[0].id: [miss.field for miss in wrong] for row in rows if (wrong := misses(row, reader, hints))}
    assert len(rows) >= 220
    assert len(missed) <= 0.03 * len(rows), missed


def test_every_mail_of_the_corpus_has_a_name_of_its_own():
    ids = Counter(row.id for corpus in (mime, mime2) for mails in topics(corpus).values() for row in mails)
    assert [id for id, times in ids.items() if times > 1] == []


def test_nothing_in_the_corpus_is_slow(reader, hints):
    took = {row.id: _seconds(row, reader, hints) for row in topics()["damaged"]}
    assert [id for id, seconds in took.items() if seconds > 2] == []


def _seconds(row, reader, hints):
    start = process_time()
    misses(row, reader, hints)
    return (process_time() - start) / len(row.forms())
