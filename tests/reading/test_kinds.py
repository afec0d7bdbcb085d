"""The kinds of mail that reach a desk, over three sets of people, programs, servers, lists and forms.

The authors of the sets had not seen the reader; the later ones wrote after it had been mended by the earlier.
"""

import pytest

from tests.reading import kinds
from tests.reading.kinds import MACHINES, Result

HINTS = kinds.Hints(default_language="en", our_addresses=frozenset({"support@acme.example"}))
AT_LEAST = {"kinds": 600, "kinds2": 490, "kinds3": 300}


@pytest.fixture(scope="module", params=AT_LEAST)
def name(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def results(reader, name) -> list[Result]:
    return [kinds.result(row, reader, HINTS) for row in kinds.rows(folder=name)]


def test_a_set_is_large_and_its_stories_are_told_once(results, name):
    stories = [(one.row.file, one.row.story) for one in results]
    assert len(stories) >= AT_LEAST[name]
    assert len(stories) == len(set(stories))


def test_the_kind_of_nearly_every_mail_is_right(results):
    wrong = [one for one in results if not one.kind_right]
    assert len(wrong) <= 0.01 * len(results), "\n".join(kinds.misses(wrong))


def test_no_person_is_taken_for_a_machine(results):
    wrong = [one for one in results if one.row.kind == "human" and one.kind in MACHINES]
    assert not wrong, "\n".join(kinds.misses(wrong))


def test_hardly_a_machine_is_taken_for_a_person(results):
    machines = [one for one in results if one.row.kind in MACHINES]
    wrong = [one for one in machines if one.kind == "human"]
    assert len(wrong) <= 0.008 * len(machines), "\n".join(kinds.misses(wrong))


def test_whom_undelivered_mail_did_not_reach_is_right(results):
    bounces = [one for one in results if one.row.kind == "bounce"]
    wrong = [one for one in bounces if not one.right]
    assert len(wrong) <= 0.02 * len(bounces), "\n".join(kinds.misses(wrong))
