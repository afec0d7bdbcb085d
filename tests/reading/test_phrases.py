"""What a vocabulary finds is what its words one by one would: every phrase, in its place, denied or not."""

from hypothesis import given
from hypothesis import strategies as st

from mailbot.reading.inflection import words_of
from mailbot.reading.meaning.classifier import Classifier
from mailbot.reading.mentions import Mentions
from mailbot.reading.phrases import occurrences
from mailbot.reading.vocabulary import Vocabulary

_REACH = 3
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
