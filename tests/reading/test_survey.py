import pytest

from mailbot.core.message import Sentiment
from mailbot.reading.survey import is_thanks_only, read_answer


@pytest.mark.parametrize(
    ("language", "text", "rating"),
    [
        ("en", "5", 5),
        ("en", "4/5", 4),
        ("en", "I give it 2 out of 5 because it took weeks", 2),
        ("en", "★★★", 3),
        ("en", "It took 3 weeks and 20 EUR", None),
        ("en", "I paid 4 EUR", None),
        ("en", "Thanks", None),
        ("et", "Hinne viis!", 5),
        ("ru", "Тройка", 3),
        ("sl", "Ocena: 4", 4),
        ("fa", "۵", 5),
        ("fa", "نمره ۲ از ۵", 2),
    ],
)
def test_the_rating_is_read_in_digits_and_words(vocabularies, language, text, rating):
    assert read_answer(text, language, vocabularies[language]).rating == rating


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
def test_sentiment_and_wish_to_reopen(vocabularies, language, text, sentiment, reopen):
    answer = read_answer(text, language, vocabularies[language])
    assert (answer.sentiment, answer.wants_reopen) == (sentiment, reopen)


@pytest.mark.parametrize(
    ("language", "text", "thanks"),
    [
        ("en", "Thank you very much!", True),
        ("en", "Thanks, but it is still broken.", False),
        ("en", "Thanks. When will it arrive?", False),
        ("et", "Aitäh, kõik on korras!", True),
        ("sl", "Najlepša hvala za pomoč.", True),
        ("ru", "Спасибо большое!", True),
        ("fa", "خیلی ممنون از شما", True),
        ("en", "Thanks, and my new address is Pikk 3, please send the second lamp and the bulb there too", False),
    ],
)
def test_thanks_alone_is_told_from_thanks_and_more(vocabularies, language, text, thanks):
    assert is_thanks_only(text, vocabularies[language]) is thanks
