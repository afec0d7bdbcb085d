import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.message import Sentiment
from mailbot.reading.survey.answer import read_answer
from mailbot.reading.survey.pieces import own_words
from mailbot.reading.survey.rating import given as mark_in
from mailbot.reading.survey.smileys import mood
from mailbot.reading.survey.thanks import is_thanks_only

SCRIPTS = {"ASCII": 0x30, "Persian": 0x6F0, "Arabic": 0x660, "Devanagari": 0x966, "fullwidth": 0xFF10}
AROUND = (
    "{}",
    "{}!",
    "{}.",
    "({})",
    "**{}**",
    "Hello,\n\n{}\n\nAnn",
    "{}, thank you",
    "{} - it took 3 weeks",
    "My rating: {}",
    "I give you a {} because nobody called for 2 days",
    "{}/5",
    "{} out of 5",
    "After 4 calls, so {}.",
    "> from 1 to 5\n\n{}",
    "From 1 to 5: {}",
)


def rating_of(text, language, vocabularies):
    said = own_words(text)
    found = mark_in(said, language, vocabularies[language].find(said))
    return found.rating if found else None


@given(rating=st.integers(1, 5), zero=st.sampled_from(sorted(SCRIPTS.values())), around=st.sampled_from(AROUND))
@settings(deadline=None, max_examples=200)
def test_a_stated_digit_of_any_script_is_the_rating(vocabularies, rating, zero, around):
    assert rating_of(around.format(chr(zero + rating)), "en", vocabularies) == rating


@given(st.text(alphabet="12345 ./-:!?()[]★%€_*>\nabof 10", max_size=80))
@settings(deadline=None, max_examples=200)
def test_whatever_an_answer_says_a_rating_is_from_1_to_5_or_none(vocabularies, text):
    assert rating_of(text, "en", vocabularies) in {None, 1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("language", "text", "rating"),
    [
        ("en", "It took 3 weeks, but I give it 2 out of 5", 2),
        ("en", "★★★", 3),
        ("en", "4️⃣", 4),
        ("en", "a solid B", 4),
        ("en", "A D at best.", 2),
        ("en", "You'd get an A from me", 5),
        ("en", "two. Nobody rang back", 2),
        ("ru", "5. Мастер пришёл во вторник, как договорились.", 5),
        ("fa", "۴. بسته دیروز رسید.", 4),
        ("sl", "Ocena 1 in prosim, da primer 5-882 ponovno odprete.", 1),
        ("en", "full marks", 5),
        ("en", "1 2 3 [4] 5", 4),
        ("et", "Hinne viis!", 5),
        ("et", "neli miinus, aga rahul olen", 4),
        ("et", "Täie viie eest.", 5),
        ("et", "Hindan 4-ga", 4),
        ("et", "neli viiest", 4),
        ("et", "Skaalal ühest viieni: kolm", 3),
        ("ru", "Тройка", 3),
        ("ru", "на пятёрочку", 5),
        ("ru", "четыре с минусом", 4),
        ("ru", "крепкое «хорошо»", 4),
        ("ru", "На 4-ку", 4),
        ("ru", "troechka? net, dvojka", 2),
        ("sl", "Ocena: 4", 4),
        ("sl", "čista petica", 5),
        ("sl", "Prav dobro.", 4),
        ("sl", "Nezadostno!", 1),
        ("sl", "tri od petih", 3),
        ("fa", "نمره ۲ از ۵", 2),
        ("fa", "امتیاز من ۴ است", 4),
        ("fa", "نمره‌تون بیسته!", 5),
        ("fa", "panj, kheili raziam", 5),
        ("fa", "سه ستاره", 3),
    ],
)
def test_a_rating_is_read_in_digits_words_letters_and_school_marks(vocabularies, language, text, rating):
    assert rating_of(text, language, vocabularies) == rating


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It took 3 weeks and 20 EUR"),
        ("en", "I paid 4 EUR"),
        ("en", "4 phone calls and 3 letters"),
        ("en", "One of the lamps works, the new one does not."),
        ("en", "I bought a nice one elsewhere"),
        ("en", "Back on Monday the 5th, until then call extension 2."),
        ("en", "who lived at number 3 at the time"),
        ("en", "Delivered on 3.4. at 5:30, size 4/6/8"),
        ("en", "Thanks! D."),
        ("et", "Kell on neli ja meistrit pole."),
        ("et", "5. mail tuli pakk"),
        ("sl", "zdaj stanujem na Cankarjevi 5"),
        ("sl", "Denar pride do petka"),
        ("ru", "Пять! Пять раз обещали."),
        ("ru", "ждала пять недель"),
        ("fa", "۵ هفته منتظر بودم"),
        ("fa", "یک بار زنگ زدم"),
    ],
)
def test_numbers_that_count_or_name_things_are_no_rating(vocabularies, language, text):
    assert rating_of(text, language, vocabularies) is None


@pytest.mark.parametrize(
    ("language", "text", "sentiment"),
    [
        ("en", "10/10", Sentiment.SATISFIED),
        ("en", "6 out of 10", Sentiment.NEUTRAL),
        ("en", "2/10, for spelling my name right", Sentiment.DISSATISFIED),
        ("en", "0", Sentiment.DISSATISFIED),
        ("en", "100%", Sentiment.SATISFIED),
        ("en", "On a scale from 1 to 10, 3", Sentiment.DISSATISFIED),
        ("et", "Kümnest palli kuus", Sentiment.NEUTRAL),
        ("ru", "2 из 10", Sentiment.DISSATISFIED),
        ("fa", "۱۹ از ۲۰", Sentiment.SATISFIED),
    ],
)
def test_a_mark_on_another_scale_is_no_rating_but_says_how_content_somebody_is(
    vocabularies, classifier, language, text, sentiment
):
    answer = read_answer(text, language, vocabularies[language], classifier)
    assert (answer.rating, answer.sentiment) == (None, sentiment)


@pytest.mark.parametrize(
    ("language", "text", "rating"),
    [
        ("en", "between 2 and 4, so 3", 3),
        ("en", "technician 5, hotline 1, together 3", 3),
        ("en", "would have been 5, now 4", 4),
        ("en", "1 would be an insult, 5 it is.", 5),
        ("en", "5 weeks for one answer. So 1.", 1),
        ("en", "a five, although your first answer deserved a one", 5),
        ("en", "Let's call it a four, nobody gets a five.", 4),
        ("en", "5 for the woman on the phone, 1 for the courier.", None),
        ("et", "Alguses oleks pannud ühe, nüüd panen viie.", 5),
        ("et", "tehnikule 5, infoliinile 1, teeb kokku 3", 3),
        ("sl", "Dal bi pet, ampak pet dobi samo moja mama. Torej 4.", 4),
        ("ru", "Хотела поставить единицу, но ставлю 5.", 5),
        ("ru", "Было 1, стало 5", 5),
        ("ru", "Между 4 и 5, пусть будет четыре", 4),
        ("fa", "اگه ۶ داشتین ۶ می‌دادم، حالا همون ۵", 5),
        ("fa", "بین ۲ و ۴، پس ۳.", 3),
    ],
)
def test_of_several_marks_the_one_that_is_meant_counts(vocabularies, language, text, rating):
    assert rating_of(text, language, vocabularies) == rating


def test_the_scale_of_the_quoted_question_is_no_rating(vocabularies):
    assert rating_of("> 1 (not at all) to 5 (completely)\n\nThank you", "en", vocabularies) is None
    assert rating_of("1 2 3 4 5", "en", vocabularies) is None


@pytest.mark.parametrize(("rating", "sentiment"), [*zip("12345", "ddnss", strict=True)])
def test_a_rating_decides_how_content_somebody_is(vocabularies, classifier, rating, sentiment):
    answer = read_answer(f"{rating}, thank you for the great help", "en", vocabularies["en"], classifier)
    assert (answer.rating, answer.sentiment[0]) == (int(rating), sentiment)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I am out of the office until 5 August. In urgent cases please contact my colleague."),
        ("et", "Automaatvastus: viibin kontorist eemal kuni 4. maini."),
        ("sl", "Samodejni odgovor: vaše sporočilo smo prejeli in bomo odgovorili v 3 dneh."),
        ("ru", "Автоматический ответ: я в отпуске до 5 августа."),
        ("fa", "پاسخ خودکار: تا ۵ آبان در مرخصی هستم."),
    ],
)
def test_what_a_program_writes_is_neutral(vocabularies, classifier, language, text):
    answer = read_answer(text, language, vocabularies[language], classifier)
    assert (answer.rating, answer.sentiment, answer.wants_reopen) == (None, Sentiment.NEUTRAL, False)


@pytest.mark.parametrize(
    ("language", "text", "sentiment", "reopen"),
    [
        ("en", "Thank you, it is all solved, I am happy.", Sentiment.SATISFIED, False),
        ("en", "1. Terrible, never again.", Sentiment.DISSATISFIED, False),
        ("en", "The lamp is broken again, do not close the case.", Sentiment.DISSATISFIED, True),
        ("en", "ok", Sentiment.NEUTRAL, False),
        ("et", "Aitäh, olen väga rahul.", Sentiment.SATISFIED, False),
        ("et", "Ei ole rahul, raha ei ole tulnud.", Sentiment.DISSATISFIED, True),
        ("sl", "Nisem zadovoljna, denarja še ni.", Sentiment.DISSATISFIED, True),
        ("ru", "Не доволен, проблема не решена.", Sentiment.DISSATISFIED, True),
        ("fa", "راضی نیستم، مشکل حل نشده است.", Sentiment.DISSATISFIED, True),
        ("fa", "ممنون، خیلی راضی هستم.", Sentiment.SATISFIED, False),
    ],
)
def test_sentiment_and_wish_to_reopen(vocabularies, classifier, language, text, sentiment, reopen):
    answer = read_answer(text, language, vocabularies[language], classifier)
    assert (answer.sentiment, answer.wants_reopen) == (sentiment, reopen)


@pytest.mark.parametrize(
    ("language", "text", "thanks"),
    [
        ("en", "Thank you very much!", True),
        ("en", "Thanks, but it is still broken.", False),
        ("en", "Thanks. When will it arrive?", False),
        ("et", "Aitäh, kõik on korras!", True),
        ("et", "Aitäh, töötab jälle!", True),
        ("sl", "Najlepša hvala za pomoč.", True),
        ("ru", "Спасибо большое!", True),
        ("ru", "Спасибо, снова работает!", True),
        ("ru", "Спасибо, но опять не работает.", False),
        ("fa", "خیلی ممنون از شما", True),
        ("en", "Thanks, and my new address is Pikk 3, please send the second lamp and the bulb there too", False),
    ],
)
def test_thanks_alone_is_told_from_thanks_and_more(vocabularies, language, text, thanks):
    assert is_thanks_only(text, vocabularies[language]) is thanks


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        (":-)", Sentiment.SATISFIED),
        ("😀👍🏽", Sentiment.SATISFIED),
        (")))", Sentiment.SATISFIED),
        (":-(", Sentiment.DISSATISFIED),
        ("👎", Sentiment.DISSATISFIED),
        ("(((", Sentiment.DISSATISFIED),
        ("😀😡", None),
        ("not good :)", None),
        ("...", None),
        ("", None),
    ],
)
def test_smileys_speak_where_no_word_does(text, sentiment):
    assert mood(text) is sentiment
