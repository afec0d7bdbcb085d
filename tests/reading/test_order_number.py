import time

import pytest

from mailbot.reading.order_number import order_number


def read(vocabularies, language: str, text: str) -> str | None:
    found = order_number(text, vocabularies[language].find(text))
    return found.number if found else None


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "PO 33-7741: short shipment", "33-7741"),
        ("en", "It wobbles. Mend please, inv 3301", "3301"),
        ("en", "Please take 150 off the invoice.\nDocket 66201\nPat", "66201"),
        ("en", "Me again about the telly, job 4471.", "4471"),
        ("en", "It never came. Order KY 10-882.", "KY 10-882"),
        ("en", "Refund it.\nAccount 0081 4471 20\nSusan", "0081 4471 20"),
        ("en", "Left in the rain.\nParcel H01PXA 0044 3872 91", "H01PXA 0044 3872 91"),
        ("en", "Saturday, right up to Tuesday.\nJD0002 9931 8844 017", "JD0002 9931 8844 017"),
        ("en", "Order placed an hour ago (FB-30118), wrong colour.", "FB-30118"),
        ("en", "Booking TKX 99201 D\nGráinne", "TKX 99201 D"),
        ("et", "Kviitungil RE-0552 oli kaks nädalat.", "RE-0552"),
        ("et", "Homme oli kuus päeva tagasi.\nTell 70-11823", "70-11823"),
        ("et", "Kardinad (tell. 31/07-22)", "31/07-22"),
        ("et", "Saadetise number on RE 118 204 553 EE.", "RE 118 204 553 EE"),
        ("et", "Tellimus VELO 22/0091, hind oli 1 150 eurot.", "VELO 22/0091"),
        ("sl", "Pravilo je pravilo. nar. 51120-S", "51120-S"),
        ("sl", "Dobavnica 5560/23 – kasnitev", "5560/23"),
        ("sl", "Prosim, da račun 2025/Q2/4410-2 razveljavite.", "2025/Q2/4410-2"),
        ("sl", "narocilo 4409 kje je pa ze to", "4409"),
        ("ru", "По вашему же договору К-2291/24 всё готово.", "К-2291/24"),
        ("ru", "Заказ-наряд 2210/м. Кот лежит в ванне.", "2210/м"),
        ("ru", "Ваш пакет EE 300 118 274 доехал до Ашдода.", "EE 300 118 274"),
        ("ru", "zdravstvujte, gde moj zakaz 5530-881?", "5530-881"),
        ("ru", "Машинка числится под номером СМ-0812. Стираю в тазу.", "СМ-0812"),
        ("fa", "سفارش ۵۵۱۲-ب ، تأخیر مجدد", "5512-ب"),
        ("fa", "مغایرت در صورتحساب شماره ۱۴۰۵/خ/۹۰۸", "1405/خ/908"),
        ("fa", "پیش‌فاکتور ۵۰۹، یک میلیارد ریال", "509"),
        ("fa", "salam, kod peygiri 2150098834. lotfan begin kojast", "2150098834"),
        ("fa", "سفارش DK-٤٤٠٩١٢ نرسید.", "DK-440912"),
    ],
)
def test_numbers_are_read_as_people_write_them(vocabularies, language, text, number):
    assert read(vocabularies, language, text) == number


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "Parcel RR998877 of order 20931", "20931"),
        ("en", "Customer 4417, order 88-31-A", "88-31-A"),
        ("et", "Kliendinr 33810, arve V-08-2219", "V-08-2219"),
        ("sl", "Serijska številka 7714009921, račun 23-118845.", "23-118845"),
        ("ru", "IMEI 867700041182093, заказ М-4-90871.", "М-4-90871"),
        ("fa", "شماره پذیرش قبلی ۱۲۰۰۹، کد سفارش خرید 7003312.", "7003312"),
    ],
)
def test_the_order_goes_before_what_else_has_a_number(vocabularies, language, text, number):
    assert read(vocabularies, language, text) == number


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Ordered 1st of the month, 480 brackets in place of 600."),
        ("en", "Thought you would want the number: 07700 900 441."),
        ("en", "My season ticket costs £5,240 and the A54 broke on 12/03/2026 at 14.50."),
        ("en", "Minimum order 5,000 pcs, price from 0,21 EUR."),
        ("et", "Kontakt Peeter Roos, 5123 4455. Pakkumine 20. veebruariks."),
        ("et", "Arve oli 412 eurot ja 60 senti, näit on 10 442."),
        ("sl", "Pokličite 031 555 019 ali pridite na pošto 2204."),
        ("ru", "По заказу 2 700 рублей, телефон 8 912 555 14 02, кв. 7."),
        ("fa", "با شماره ۰۹۱۳۲۷۸۰۰۰۴ زنگ بزنین، خرید ۲۰۰ عدد صندلی"),
    ],
)
def test_telephones_dates_sums_and_counts_are_no_numbers_of_ours(vocabularies, language, text):
    assert read(vocabularies, language, text) is None


def test_the_words_around_a_number_are_shown(vocabularies):
    text = "It is late.\nMy order K-2291/24 was due on Monday."
    found = order_number(text, vocabularies["en"].find(text))
    assert found is not None
    assert found.words == "My order K-2291/24"


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "100 ", "A-1 ", "1-", "A/1/", "AB 12 ", "order 12345 ", "#", "5\n", "A", " "]
)
def test_a_hostile_text_takes_time_in_proportion_to_its_length(vocabularies, piece):
    short, long = (_seconds(piece * (length // len(piece)), vocabularies) for length in (25_000, 100_000))
    assert long < 0.1 + 12 * short


def _seconds(text: str, vocabularies) -> float:
    hits = vocabularies["en"].find(text)
    begun = time.process_time()
    order_number(text, hits)
    return time.process_time() - begun
