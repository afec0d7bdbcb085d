"""A memo asks once about each word, never holds more than it may, and tells another process nothing."""

import pickle

from mailbot.reading.memo import Memo


def test_a_word_is_asked_about_once():
    asked: list[str] = []
    memo = Memo(lambda word: asked.append(word) or len(word), 9)
    assert [memo["lamp"], memo["lamps"], memo["lamp"]] == [4, 5, 4]
    assert asked == ["lamp", "lamps"]


def test_it_forgets_all_before_there_is_too_much():
    memo = Memo(len, 3)
    sizes = [(memo["x" * size], len(memo)) for size in range(8)]
    assert sizes == [(0, 1), (1, 2), (2, 3), (3, 1), (4, 2), (5, 3), (6, 1), (7, 2)]


def test_another_process_gets_an_empty_one():
    memo = Memo(len, 3)
    assert memo["lamp"] == 4
    other = pickle.loads(pickle.dumps(memo))
    assert (dict(other), other["lamps"]) == ({}, 5)
