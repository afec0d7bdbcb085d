"""What a vocabulary finds is what its words one by one would: every phrase, in its place, denied or not."""

import re

from hypothesis import given
from hypothesis import strategies as st

from mailbot.reading.inflection import words_of
from mailbot.reading.meaning.classifier import Classifier
from mailbot.reading.mentions import Mentions
from mailbot.reading.phrases import occurrences
from mailbot.reading.vocabulary import Vocabulary

_REACH = 3
_PIECE = re.compile(r"(\w+(?:[\u200c'’-]\w+)*)|([.!?؟;؛…]+(?=\s|$)|\n\s*\n)|[,،:–—()]")
"""A word, what ends a sentence, or what ends a clause only."""
_words = st.sampled_from(["lamp", "glass", "table", "lamps", "not"])
_phrases = st.lists(st.lists(_words, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=6, unique=True)
_texts = st.lists(_words | st.sampled_from([",", ". ", "chair"]), max_size=40).map(" ".join)
_dense_texts = st.lists(st.sampled_from(["lamp", "chair", "not", "glass", ","]), min_size=6, max_size=20).map(" ".join)


@given(_texts, _phrases)
def test_every_phrase_is_found_wherever_its_words_stand_in_their_order(text: str, phrases: list[str]) -> None:
    vocabulary = Vocabulary.from_words("en", {"complaint": phrases})
    words = words_of(text, "en")
    expected = sorted(place for phrase in vocabulary.phrases for place in occurrences(phrase.patterns, words))
    found = vocabulary.find(text)
    assert [(hit.start, hit.end) for hit in found] == expected
    assert all(hit.words == text[words[hit.start].start : words[hit.end - 1].end] for hit in found)


@given(_texts, _phrases)
def test_a_text_has_the_rarest_word_of_every_phrase_that_stands_in_it(text: str, phrases: list[str]) -> None:
    mentions = Mentions(text, ("en",))
    among = mentions.among(frozenset(phrases))
    assert all(phrase in among for phrase in phrases if mentions.find(phrase))


@given(_dense_texts, st.booleans())
def test_what_is_denied_has_a_negation_near_it_in_its_clause(text: str, before: bool) -> None:
    section = "negations" if before else "negations_after"
    vocabulary = Vocabulary.from_words("en", {"complaint": ["lamp"], "safety": ["not glass"], section: ["not"]})
    words, hits = words_of(text, "en"), vocabulary.find(text)
    taken = {place for hit in hits for place in range(hit.start, hit.end)}
    nots = {place for place, word in enumerate(words) if word.form.folded == "not" and place not in taken}
    for hit in hits:
        near = range(hit.start - _REACH, hit.start) if before else range(hit.end, hit.end + _REACH)
        denied = any(place in nots and words[place].clause == words[hit.start].clause for place in near)
        assert hit.negated == denied


@given(st.lists(st.sampled_from(["Lamp", "tables", "ab", "refund", "tütar", "x", "broken"]), unique=True).map(" ".join))
def test_words_that_speak_for_an_answer_are_three_at_most_in_their_order(classifier: Classifier, text: str) -> None:
    judged = classifier.judge(text, "en", words_of(text, "en"), {})
    for column in judged.scores:
        said = judged.words_for(column)
        assert len(said) <= 3
        assert all(len(word) >= 4 for word in said)
        assert [text.find(word) for word in said] == sorted(text.find(word) for word in said)


@given(st.lists(st.sampled_from([*"a1 .,?!…:(–\n'-\u200c", "word", "Kaks", ". ", "\n \n", "...", "دو"])).map("".join))
def test_words_lie_between_what_ends_their_sentences_and_clauses(text: str) -> None:
    expected, sentence, clause = [], 0, 0
    for piece in _PIECE.finditer(text):
        if piece[1]:
            expected.append((*piece.span(), sentence, clause))
        else:
            sentence, clause = sentence + bool(piece[2]), clause + 1
    assert [(word.start, word.end, word.sentence, word.clause) for word in words_of(text, "en")] == expected


@given(_texts, _phrases, _phrases)
def test_an_old_mail_is_looked_through_for_the_same_labels_of_numbers(
    text: str, labels: list[str], more: list[str]
) -> None:
    sections = {"number_labels": {"order": labels}, "ignore": more[:2], "complaint": more[2:], "negations": ["not"]}
    vocabulary = Vocabulary.from_words("en", sections)
    expected = [hit[:-1] for hit in vocabulary.find(text) if hit.section == "number_labels.order"]
    assert [hit[:-1] for hit in vocabulary.number_labels(text)] == expected


@given(st.integers(0, 5), st.integers(0, 5))
def test_at_most_two_other_words_stand_between_two_of_a_phrase(first: int, second: int) -> None:
    vocabulary = Vocabulary.from_words("en", {"complaint": ["lamp glass table"]})
    text = " ".join(["lamp", *["chair"] * first, "glass", *["chair"] * second, "table"])
    assert bool(vocabulary.find(text)) == (max(first, second) <= 2)
