import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.reading.figures.lexicon import Kind, lexicon
from mailbot.reading.money import sum_of, sums
from tests.reading import number_words

AMOUNTS = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("9999999.99"), places=2)
WHOLE = st.integers(min_value=1, max_value=999_999)
FORMATS = [
    (" ", ",", "{} €"), (" ", ",", "{} eurot"), ("\u00a0", ",", "{} EUR"), ("", ",", "{} evrov"), (".", ",", "{} EUR"),
    (",", ".", "£{}"), (",", ".", "$ {}"), (",", ".", "{} GBP"), ("'", ".", "CHF {}"), ("\u202f", ",", "{} руб."),
    (" ", ",", "{} ₽"), (",", ".", "AED {}"), ("", ".", "€{}"),
]  # fmt: skip
LANGUAGES = {"en": "pounds", "et": "eurot", "sl": "evrov", "ru": "рублей", "fa": "ریال"}
WRITERS = {
    "en": number_words.english, "et": number_words.estonian, "sl": number_words.slovenian,
    "ru": number_words.russian, "fa": number_words.persian,
}  # fmt: skip
PERSIAN_DIGITS = str.maketrans("0123456789,.", "۰۱۲۳۴۵۶۷۸۹٬٫")


def read(text: str) -> tuple[str, str]:
    (found,) = sums(text)
    return str(found.amount), found.currency


@given(amount=AMOUNTS, form=st.sampled_from(FORMATS))
def test_every_amount_in_every_local_format_is_read_back(amount, form):
    group, point, pattern = form
    written = f"{amount:,.2f}".replace(",", "#").replace(".", point).replace("#", group)
    (found,) = sums(f"It was {pattern.format(written)}, too much")
    assert found.amount == amount


@given(amount=st.integers(min_value=10_000, max_value=999_999_999))
def test_sums_in_persian_digits_are_read_back_in_rial(amount):
    written = f"{amount:,}".translate(PERSIAN_DIGITS)
    assert [found.amount for found in sums(f"مبلغ {written} ریال بود، {written} تومان نه")] == [amount, amount * 10]


@pytest.mark.parametrize("language", LANGUAGES)
@given(number=WHOLE)
def test_a_number_in_words_is_read_back(language, number):
    (found,) = sums(f"({WRITERS[language](number)} {LANGUAGES[language]})")
    assert found.amount == number


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_at_all_is_a_number_in_every_language(language):
    meaning = lexicon().meaning(WRITERS[language](0))
    assert meaning is not None
    assert (meaning.kind, meaning.value) == (Kind.NUMBER, 0)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("tuhat nelisada eurot", "1400.00", "EUR"),
        ("neljakümne üheksa euroga", "49.00", "EUR"),
        ("kahesaja kaheksakümnele eurole", "280.00", "EUR"),
        ("poolteist tuhat eurot", "1500.00", "EUR"),
        ("27 eurot 40 senti", "27.40", "EUR"),
        ("412 eurot ja 60 senti", "412.60", "EUR"),
        ("50 senti", "0.50", "EUR"),
        ("forty quid", "40.00", "GBP"),
        ("Forty-nine pounds ninety-nine", "49.99", "GBP"),
        ("two and a half thousand dollars", "2500.00", "USD"),
        ("a tenner", "10.00", "GBP"),
        ("A$420", "420.00", "AUD"),
        ("45 Canadian dollars", "45.00", "CAD"),
        ("₹18,499", "18499.00", "INR"),
        ("CHF 1'250.-", "1250.00", "CHF"),
        ("€ 329,-", "329.00", "EUR"),
        ("сто двадцать рублей", "120.00", "RUB"),
        ("38 тыс. рублей", "38000.00", "RUB"),
        ("214 руб. 60 коп.", "214.60", "RUB"),
        ("рублей на четыреста", "400.00", "RUB"),
        ("триста тысяч тенге", "300000.00", "KZT"),
        ("214 шекелей", "214.00", "ILS"),
        ("sto dvajset evrov", "120.00", "EUR"),
        ("petindvajset evrov", "25.00", "EUR"),
        ("stotak", "100.00", "EUR"),
        ("شش میلیون و دویست هزار تومان", "62000000.00", "IRR"),
        ("یک میلیارد و نهصد میلیون ریال", "1900000000.00", "IRR"),
        ("۱۲۷هزار تومنه", "1270000.00", "IRR"),
        ("۵۰۰ هزارتومنی", "5000000.00", "IRR"),
        ("صدوهشتاد هزار تومن", "1800000.00", "IRR"),
        ("شیش و نیم میلیون تومن", "65000000.00", "IRR"),
        ("۶۴ یورو و ۵۰ سنت", "64.50", "EUR"),
        ("۴۵ دلار کانادا", "45.00", "CAD"),
        ("۴۸۰۰ افغانی", "4800.00", "AFN"),
    ],
)
def test_sums_are_read_as_people_write_them(text, amount, currency):
    assert read(f"({text})") == (amount, currency)


@pytest.mark.parametrize(
    ("text", "rial"),
    [("۶۸۰ تومن", 6_800_000), ("بیست تومن", 200_000), ("سه تومن", 30_000_000), ("یه تومن و دویست", 12_000_000)],
)
def test_toman_in_talk_leaves_the_thousands_or_the_millions_out(text, rial):
    assert read(f"({text})") == (f"{rial}.00", "IRR")


@pytest.mark.parametrize(
    "text",
    ["2024-KR-02", "4KZT9Q", "evri one", "model A54", "2x32", "12:30", "call 555 1234", "5-7 dni", "20 %", "50 km"],
)
def test_what_only_looks_like_a_sum_is_none(text):
    assert sums(f"It was {text}, too much") == ()


def of(vocabularies, language: str, text: str, default: str | None = None) -> tuple[str, str] | None:
    found = sum_of(text, vocabularies[language].find(text), default)
    return (str(found.amount), found.currency) if found else None


@pytest.mark.parametrize(
    ("language", "text", "amount", "currency"),
    [
        ("et", "Tellimus KE-2271, maksin 39,90.", "39.90", "EUR"),
        ("et", "Raha 23.- tagasi palun.", "23.00", "EUR"),
        ("et", "Hind 2 390.– on teil teada.", "2390.00", "EUR"),
        ("sl", "Nočem drugega kot denar nazaj, 119,00.", "119.00", "EUR"),
        ("ru", "Чек на 2 150.", "2150.00", "RUB"),
        ("ru", "Брал за 16 200, вернул бы.", "16200.00", "RUB"),
        ("ru", "Аванс 156 000 жду до пятницы.", "156000.00", "RUB"),
        ("ru", "Рюкзак стоит шесть пятьсот.", "6500.00", "RUB"),
        ("fa", "هزینه ۳ میلیون و ۲۰۰ شد.", "32000000.00", "IRR"),
        ("fa", "۴۶ میلیون دادم واسه آجر.", "460000000.00", "IRR"),
    ],
)
def test_a_price_without_a_currency_has_that_of_the_language_s_country(vocabularies, language, text, amount, currency):
    assert of(vocabularies, language, text) == (amount, currency)


def test_a_price_without_a_currency_in_english_has_that_of_the_mail_or_of_the_organisation(vocabularies):
    assert of(vocabularies, "en", "I paid 689 for it.") is None
    assert of(vocabularies, "en", "I paid 689 for it.", "USD") == ("689.00", "USD")
    assert of(vocabularies, "en", "I paid 689 for it. The £5 voucher is a joke.") == ("689.00", "GBP")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I paid 12 sessions and got none."),
        ("en", "It came at 14.52 and cost me nerves."),
        ("ru", "Брал 3 дня назад, квитанция 2207."),
        ("ru", "Высадили в минус двадцать пять."),
        ("sl", "V skupini nas je osemnajst."),
        ("fa", "چند میلیون بازدید داره، سفارش ۵۵۱۲ نرسید."),
    ],
)
def test_numbers_that_count_or_name_things_are_no_sums(vocabularies, language, text):
    assert of(vocabularies, language, text, "EUR") is None


@pytest.mark.parametrize(
    ("language", "text", "amount"),
    [
        ("en", "4 days at £38, so £152 is what I want back.", "152.00"),
        ("en", "It was €260 two years back. Give me €130 and we are quits.", "130.00"),
        ("en", "Four fees, $6.75 each, I want $27 back.", "27.00"),
        ("en", "It says $1,299.00, the quote was $999. Please refund the difference of 300 dollars.", "300.00"),
        ("sl", "Želim vračilo 42 EUR plus poštnina 3,90 EUR, skupaj 45,90.", "45.90"),
        ("sl", "Štirikrat po 24 €, skupaj 96.", "96.00"),
        ("et", "Ostsime perepileti, 96 eurot. Palun tagastage pool, s.o 48 eurot.", "48.00"),
        ("ru", "За пакет 900 рублей, верните 350 рублей.", "350.00"),
        ("fa", "۹۸ میلیون تومان دادم. مبلغ ۷۶ میلیون تومان باید عودت شود.", "760000000.00"),
    ],
)
def test_the_sum_demanded_or_the_total_goes_before_the_others(vocabularies, language, text, amount):
    found = of(vocabularies, language, text)
    assert found is not None
    assert found[0] == amount


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "100 ", "1,", "1-", "5 eur ", "eur ", "five and ", "tuhat ", "میلیون و ", "A", " ", "= 5 € "]
)
def test_a_hostile_text_takes_time_in_proportion_to_its_length(piece):
    short, long = (_seconds(piece * (length // len(piece))) for length in (25_000, 100_000))
    assert long < 0.1 + 12 * short


def _seconds(text: str) -> float:
    """The least of three runs: a collection of the garbage of all tests before can fall into one of them."""
    return min(_once(text) for _ in range(3))


def _once(text: str) -> float:
    begun = time.process_time()
    sum_of(text, ())
    return time.process_time() - begun
