import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.message import Consent
from mailbot.reading.consent.answer import read_consent
from mailbot.reading.consent.words import consent_words, languages
from tests.reading.consent.__main__ import labelled

LANGUAGES = ("en", "et", "fa", "ru", "sl")
IN_ANY_LANGUAGE = {
    "OK": Consent.YES,
    "yes": Consent.YES,
    "Yes, please!": Consent.YES,
    "👍🏽": Consent.YES,
    "+": Consent.YES,
    "no thanks": Consent.NO,
    "No, thank you.": Consent.NO,
    "👎": Consent.NO,
    "velja": Consent.YES,
    "noustun": Consent.YES,
    "ei ole minu": Consent.NO,
    "не мой": Consent.NO,
    "قبول مي‌كنم": Consent.YES,
    "Jah, kui jõuab reedeks": Consent.ASKS,
    "strinjam se, če pride do petka": Consent.ASKS,
    "thanks": Consent.UNCLEAR,
    "": Consent.UNCLEAR,
    " \n\n ": Consent.UNCLEAR,
    "???": Consent.UNCLEAR,
    "yesss": Consent.YES,
}
ACCEPTED = ("Yes", "ok", "Jah, olen nõus", "Da, sprejmem", "Согласен", "قبول می‌کنم", "👍")
TELLING = ("yes", "no", "not", "ok", "but", "if", "and", "I", "want", "30", "?", ",", "jah", "ei", "да", "نه")
CONDITIONS = (
    "if it comes by Friday",
    "kui jõuab reedeks",
    "če pride do petka",
    "если придёт до пятницы",
    "اگر تا جمعه برسد",
)
COURTESY = ("Thank you!", "Aitäh!", "Hvala!", "Спасибо!", "ممنون!")


@pytest.mark.parametrize("answer", labelled("answers"), ids=lambda answer: f"{answer.language}: {answer.text[:60]}")
def test_each_answer_is_read_as_it_is_meant(answer):
    assert answer.read is answer.says


@pytest.mark.parametrize("language", [*LANGUAGES, "de", "", "zh"])
@pytest.mark.parametrize(("text", "says"), IN_ANY_LANGUAGE.items())
def test_short_answers_are_understood_whatever_language_was_guessed(text, says, language):
    assert read_consent(text, language) is says


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("accepted", ACCEPTED)
def test_a_yes_with_a_condition_in_the_same_or_another_language_is_no_yes(accepted, condition):
    assert read_consent(f"{accepted}, {condition}", "en") is not Consent.YES


@pytest.mark.parametrize("accepted", ACCEPTED)
def test_courtesy_changes_no_answer_in_the_same_language(accepted):
    assert all(read_consent(f"{accepted}. {thanks}", "en") is Consent.YES for thanks in COURTESY)


@pytest.mark.parametrize(
    "text",
    ["Ok, aber ich möchte 30 Euro statt 20", "Ja, maar alleen als het vrijdag komt", "Sí, pero quiero treinta euros"],
)
def test_a_yes_among_words_of_a_language_that_is_not_shipped_is_no_yes(text):
    assert read_consent(text, "de") is not Consent.YES


NO_YES = {
    "en": """I accept nothing less than 50 | I accept no vouchers | Why would I agree to that
        Accepting this is a mistake
        I'd be happy with my money back | Of course you would say that | Indeed the parcel never came
        We accept returns
        I confirm receipt of your mail | I agreed to pay 20 for delivery | I sent it back on Monday | so you agree?
        yes or no, just refund me | fine words but no money | the terms I agreed to say 24h delivery""",
    "et": """olen nõus ainult rahaga | nõustun ainult tagasimaksega | kinnitan pakki kättesaamist
        Kindlasti tellin mujalt
        Mis kell sobib | Ma kirjutasin teile juba kolm korda | saatsin ise paki tagasi | Muidugi ei ole pakk kohal""",
    "sl": """sprejmem le vračilo kupnine | Seveda paketa še vedno ni | Potrjujem prejem | velja do petka
        Jaz sem vam že pisal trikrat | poslal sem paket nazaj""",
    "ru": """не очень согласен | принимаю только деньгами | Конечно посылки до сих пор нет | Подтверждаю получение
        Я вам писала три раза | я отправил посылку назад | идёт дождь""",
    "fa": """فقط با پول نقد موافقم | البته بسته هنوز نرسیده | دریافت را تایید می‌کنم | حتما شکایت می‌کنم
        من سه بار برای شما نوشتم""",
}


@pytest.mark.parametrize("language", NO_YES)
def test_words_that_can_accept_do_not_where_something_else_is_said(language):
    texts = [text.strip() for line in NO_YES[language].splitlines() for text in line.split("|")]
    assert [text for text in texts if read_consent(text, language) is Consent.YES] == []


def test_every_shipped_language_has_words_that_accept_decline_and_ask():
    assert languages() == LANGUAGES


@given(text=st.text(max_size=300), language=st.sampled_from([*LANGUAGES, "de", ""]))
@settings(deadline=None, max_examples=150)
def test_any_text_is_read(text, language):
    assert read_consent(text, language) in Consent


@given(
    words=st.lists(st.sampled_from(TELLING)),
    language=st.sampled_from(LANGUAGES),
)
@settings(deadline=None, max_examples=150)
def test_any_order_of_telling_words_is_read(words, language):
    assert read_consent(" ".join(words), language) in Consent


@pytest.mark.parametrize(
    "piece", ["yes ", "ei ", "a", "?", "\n", "до того как ", "do not _ ", "👍", "\ud800", "ZWNJ\u200c"]
)
def test_a_hundred_kilobytes_are_read_at_once(piece):
    text = (piece * 100_000)[:100_000]
    began = time.process_time()
    assert read_consent(text, "en") is Consent.UNCLEAR
    assert time.process_time() - began < 0.2


@pytest.mark.parametrize("piece", ["yes but ", "ei tea ", "не могу ", "word and no end of other words, "])
def test_the_longest_reply_that_is_read_takes_no_time_either(piece):
    for language in LANGUAGES:
        consent_words(language)
    text = (piece * 4000)[:4000]
    began = time.process_time()
    read_consent(text, "en")
    assert time.process_time() - began < 0.2
