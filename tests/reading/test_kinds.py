"""The kinds of mail that reach a desk, over a corpus of people, programs, servers, lists and forms."""

import pytest

from tests.reading import kinds
from tests.reading.kinds import MACHINES, Result

HINTS = kinds.Hints(default_language="en", our_addresses=frozenset({"support@acme.example"}))


@pytest.fixture(scope="module")
def results(reader) -> list[Result]:
    return [kinds.result(row, reader, HINTS) for row in kinds.rows()]


@pytest.fixture(scope="module")
def unseen(reader) -> list[Result]:
    """The second set, whose author had not seen the reader."""
    return [kinds.result(row, reader, HINTS) for row in kinds.rows(folder="kinds2")]


@pytest.fixture(scope="module")
def blind(reader) -> list[Result]:
    """The third set, whose author had not seen the reader, read after the others had mended it."""
    return [kinds.result(row, reader, HINTS) for row in kinds.rows(folder="kinds3")]


def test_the_corpus_is_large_and_its_stories_are_told_once(results):
    counts = {file: sum(one.row.file == file for one in results) for file in kinds.FILES}
    stories = [(one.row.file, one.row.story) for one in results]
    assert counts["bounces"] >= 110
    assert counts["people"] >= 130
    assert len(stories) == len(set(stories))


def test_the_kind_of_nearly_every_mail_is_right(results):
    wrong = [one for one in results if not one.kind_right]
    assert len(wrong) <= 0.015 * len(results), "\n".join(kinds.misses(wrong))


def test_no_person_is_taken_for_a_machine(results):
    wrong = [one for one in results if one.row.kind == "human" and one.kind in MACHINES]
    assert not wrong, "\n".join(kinds.misses(wrong))


def test_hardly_a_machine_is_taken_for_a_person(results):
    machines = [one for one in results if one.row.kind in MACHINES]
    wrong = [one for one in machines if one.kind == "human"]
    assert len(wrong) <= 0.01 * len(machines), "\n".join(kinds.misses(wrong))


def test_whom_undelivered_mail_did_not_reach_is_right(results):
    bounces = [one for one in results if one.row.kind == "bounce"]
    wrong = [one for one in bounces if not one.recipients_right]
    assert len(wrong) <= 0.03 * len(bounces), "\n".join(kinds.misses(wrong))


def test_the_unseen_set_is_large_and_its_stories_are_told_once(unseen):
    stories = [(one.row.file, one.row.story) for one in unseen]
    assert len(stories) >= 420
    assert len(stories) == len(set(stories))


def test_the_kind_of_an_unseen_mail_is_nearly_always_right(unseen):
    wrong = [one for one in unseen if not one.kind_right]
    assert len(wrong) <= 0.015 * len(unseen), "\n".join(kinds.misses(wrong))


def test_no_unseen_person_is_taken_for_a_machine(unseen):
    people = [one for one in unseen if one.row.kind == "human"]
    wrong = [one for one in people if one.kind in MACHINES]
    assert not wrong, "\n".join(kinds.misses(wrong))


def test_hardly_an_unseen_machine_is_taken_for_a_person(unseen):
    machines = [one for one in unseen if one.row.kind in MACHINES]
    wrong = [one for one in machines if one.kind == "human"]
    assert len(wrong) <= 0.01 * len(machines), "\n".join(kinds.misses(wrong))


def test_whom_unseen_undelivered_mail_did_not_reach_is_right(unseen):
    bounces = [one for one in unseen if one.row.kind == "bounce"]
    wrong = [one for one in bounces if not one.recipients_right]
    assert len(wrong) <= 0.03 * len(bounces), "\n".join(kinds.misses(wrong))


def test_the_blind_set_is_large_and_its_stories_are_told_once(blind):
    stories = [(one.row.file, one.row.story) for one in blind]
    assert len(stories) >= 300
    assert len(stories) == len(set(stories))


def test_the_kind_of_a_blind_mail_is_nearly_always_right(blind):
    wrong = [one for one in blind if not one.kind_right]
    assert len(wrong) <= 0.015 * len(blind), "\n".join(kinds.misses(wrong))


def test_no_blind_person_is_taken_for_a_machine(blind):
    wrong = [one for one in blind if one.row.kind == "human" and one.kind in MACHINES]
    assert not wrong, "\n".join(kinds.misses(wrong))


def test_hardly_a_blind_machine_is_taken_for_a_person(blind):
    machines = [one for one in blind if one.row.kind in MACHINES]
    wrong = [one for one in machines if one.kind == "human"]
    assert len(wrong) <= 0.01 * len(machines), "\n".join(kinds.misses(wrong))


def test_whom_blind_undelivered_mail_did_not_reach_is_right(blind):
    bounces = [one for one in blind if one.row.kind == "bounce"]
    wrong = [one for one in bounces if not one.right]
    assert len(wrong) <= 0.03 * len(bounces), "\n".join(kinds.misses(wrong))
