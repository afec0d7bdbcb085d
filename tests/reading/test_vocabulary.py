import pytest

from mailbot.reading.mentions import Mentions
from mailbot.reading.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("phrase", "language", "found", "not_found"),
    [
        ("invoice", "en", "Both INVOICES were wrong.", "A noisy voice."),
        ("kaebus", "et", "Esitasin kaks kaebust.", "Kaebealune lahkus."),
        ("arve", "et", "Arvetel on viga.", "Mina arvan nii."),
        ("raha tagasi", "et", "Raha palun kiiresti tagasi.", "Raha on. Tulen tagasi."),
        ("pritožba", "sl", "Na mojo pritožbo ni odgovora.", "Pritisnite gumb."),
        ("vračil*", "sl", "Kje je vračilo?", "Vrata škripajo."),
        ("račun", "sl", "Napaka na racunu.", "Roka boli."),
        ("возврат", "ru", "С возвратом тянут.", "Возраст товара."),
        ("счёт", "ru", "Пришли счета.", "Счастливо."),
        ("شکایت", "fa", "شكايت‌هایم را بخوانید", "شکست خوردم"),
        ("سفارش", "fa", "سفارشم کجاست", "سفر خوبی بود"),
        ("=late", "en", "It is late.", "It came lately."),
    ],
)
def test_a_word_is_found_in_every_form_and_no_other_word_is(phrase, language, found, not_found):
    assert Mentions(found, (language,)).find(phrase)
    assert not Mentions(not_found, (language,)).find(phrase)


def test_a_phrase_bridges_two_words_and_no_sentence_end():
    assert Mentions("my money please quickly back", ("en",)).find("money back")
    assert not Mentions("money of mine and of hers back", ("en",)).find("money back")
    assert not Mentions("It costs money. Back then it did not.", ("en",)).find("money back")
    assert not Mentions("back money", ("en",)).find("money back")


def vocabulary(**sections) -> Vocabulary:
    return Vocabulary.from_words("en", sections)


def test_each_hit_knows_its_section_weight_and_place():
    text = "The lamps are broken."
    (hit,) = vocabulary(types={"defective_goods": [{"broken": 2}]}).find(text)
    assert (hit.section, hit.weight, hit.words) == ("types.defective_goods", 2.0, "broken")
    assert text[hit.begins : hit.ends] == "broken"


def test_a_negation_reaches_three_words_in_its_clause():
    words = vocabulary(threats=["lawyer"], negations=["not"])
    assert words.find("I will not call a lawyer")[0].negated
    assert not words.find("It is not right, a lawyer will call")[0].negated
    assert not words.find("I will call a lawyer")[0].negated


def test_a_negation_inside_a_phrase_negates_nothing_else():
    words = vocabulary(complaint=["not working"], remedies=["refund"], negations=["not"])
    assert not any(hit.negated for hit in words.find("not working so refund me"))


def test_persian_verbs_negate_what_precedes():
    words = Vocabulary.from_words("fa", {"threats": ["شکایت"], "negations_after": ["نمی‌کنم"]})
    assert words.find("من شکایت نمی‌کنم")[0].negated


def test_words_inside_an_idiom_are_left_out():
    words = vocabulary(safety=["shock"], ignore=["came as a shock"])
    assert words.find("The bill came as a shock") == ()
    assert words.find("I got a shock")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"complaint": "bad"}, "complaint: a list of phrases is expected, not str"),
        ({"complaint": [True]}, "between quotes"),
        ({"complaint": [{"bad": "much"}]}, "between quotes"),
        ({"complaint": [""]}, "is no phrase"),
        ({"complaint": ["*"]}, "is no phrase"),
        (["bad"], "a mapping of sections is expected"),
    ],
)
def test_a_mistake_is_named(words, text):
    with pytest.raises(ValueError, match=text):
        Vocabulary.from_words("en", words)


def test_the_shipped_vocabularies_have_the_same_sections(vocabularies):
    english = {phrase.section for phrase in vocabularies["en"].phrases}
    for language, words in vocabularies.items():
        assert {p.section for p in words.phrases} - {"negations_after"} == english, language


def test_each_kind_of_complaint_has_fifteen_phrases_or_more(vocabularies):
    for language, words in vocabularies.items():
        for section in {p.section for p in words.phrases if p.section.startswith("types.")}:
            assert sum(p.section == section for p in words.phrases) >= 15, (language, section)
