from decimal import Decimal

import pytest

from mailbot.core.message import Remedy, Severity, Threat
from mailbot.reading.assessment import assess
from mailbot.reading.money import sums

PLAIN = [
    ("en", "The parcel is three days late and I am still waiting for my order.", "late_delivery", "none"),
    ("en", "It was marked as delivered but I never received anything. Refund me please.", "non_delivery", "refund"),
    ("en", "The kettle does not heat. Please send me a new one.", "defective_goods", "replacement"),
    ("en", "You sent me the wrong size, I ordered medium.", "wrong_item", "none"),
    ("en", "Your driver was rude and shouted at my mother. I expect an apology.", "poor_service", "apology"),
    ("en", "I was charged twice for one invoice. Money back!", "billing", "refund"),
    ("et", "Pakk hilineb juba nädala ja kuller ei tulnud kohale.", "late_delivery", "none"),
    ("et", "Pakk läks kaduma, palun raha tagasi.", "non_delivery", "refund"),
    ("et", "Kruus jõudis kohale katkisena, palun saatke uus.", "defective_goods", "replacement"),
    ("et", "Saatsite vale toote, tahtsin sinist.", "wrong_item", "none"),
    ("et", "Teenindaja oli ebaviisakas. Ootan vabandust.", "poor_service", "apology"),
    ("et", "Kontolt võeti raha kaks korda maha.", "billing", "none"),
    ("sl", "Paket zamuja že en teden, še vedno čakam.", "late_delivery", "none"),
    ("sl", "Piše, da je dostavljeno, a paketa nisem prejela. Zahtevam vračilo denarja.", "non_delivery", "refund"),
    ("sl", "Skodelica je prišla razbita, prosim za zamenjavo.", "defective_goods", "replacement"),
    ("sl", "Poslali ste napačno velikost.", "wrong_item", "none"),
    ("sl", "Prodajalka je bila nesramna, pricakujem opravicilo.", "poor_service", "apology"),
    ("sl", "Dvakrat ste zaračunali isti račun.", "billing", "none"),
    ("ru", "Заказ опаздывает на неделю, до сих пор жду.", "late_delivery", "none"),
    ("ru", "Посылка потерялась, верните деньги.", "non_delivery", "refund"),
    ("ru", "Чашка пришла разбитая, прошу замену.", "defective_goods", "replacement"),
    ("ru", "Прислали не тот размер.", "wrong_item", "none"),
    ("ru", "Курьер нахамил и накричал, жду извинений.", "poor_service", "apology"),
    ("ru", "С карты дважды списали оплату.", "billing", "none"),
    ("fa", "سفارش من یک هفته تأخیر دارد و هنوز نرسیده است.", "late_delivery", "none"),
    ("fa", "بسته گم شده است، لطفاً پولم را پس بدهید.", "non_delivery", "refund"),
    ("fa", "ليوان شكسته رسيد، لطفا تعويض کنید.", "defective_goods", "replacement"),
    ("fa", "سایز اشتباه فرستادید.", "wrong_item", "none"),
    ("fa", "کارمند شما بی‌ادب بود و توهین کرد. عذرخواهی می‌خواهم.", "poor_service", "apology"),
    ("fa", "از کارت من دو بار برداشت شده است.", "billing", "none"),
]


@pytest.mark.parametrize(("language", "text", "kind", "remedy"), PLAIN)
def test_kind_and_remedy_of_plain_complaints(vocabularies, classifier, language, text, kind, remedy):
    assessment = assess(text, "", vocabularies[language], classifier)
    assert assessment.is_complaint
    assert (assessment.type, assessment.demanded_remedy) == (kind, remedy)
    assert assessment.evidence["type"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Hello, do you ship to Latvia, and what are your opening hours?"),
        ("en", "Thank you for the quick delivery, I am very happy with the lamp!"),
        ("en", "Are you tired of late deliveries? Our solution helps you. Book a demo."),
        ("en", "Please change the address of my order to Pikk 3."),
        ("et", "Tere, kas teil on seda lampi ka punast?"),
        ("sl", "Zanima me, ali imate to svetilko v rdeči barvi."),
        ("ru", "Подскажите, есть ли у вас такая лампа?"),
        ("fa", "سلام، می‌خواستم بدانم ساعت کاری شما چیست؟"),
    ],
)
def test_questions_praise_and_sellers_are_no_complaints(vocabularies, classifier, language, text):
    assessment = assess(text, "", vocabularies[language], classifier)
    assert not assessment.is_complaint
    assert (assessment.type, assessment.severity) == ("other", Severity.LOW)


@pytest.mark.parametrize(
    ("language", "text", "threat"),
    [
        ("en", "The lamp is broken. I will go to the consumer protection.", Threat.AUTHORITY),
        ("en", "The lamp is broken. My lawyer and the newspaper will hear of it.", Threat.LEGAL),
        ("en", "The lamp is broken. I will not call a lawyer.", Threat.NONE),
        ("et", "Lamp on katki. Pöördun tarbijakaitsesse.", Threat.AUTHORITY),
        ("sl", "Svetilka je pokvarjena. Obrnil se bom na odvetnika.", Threat.LEGAL),
        ("ru", "Лампа сломана. Подам в суд.", Threat.LEGAL),
        ("fa", "چراغ خراب است. به تعزیرات شکایت می‌کنم.", Threat.AUTHORITY),
    ],
)
def test_threats_raise_the_severity(vocabularies, classifier, language, text, threat):
    assessment = assess(text, "", vocabularies[language], classifier)
    assert assessment.threat is threat
    assert (assessment.severity is Severity.HIGH) == (threat is not Threat.NONE)


def test_danger_is_critical_and_a_figure_of_speech_is_not(vocabularies, classifier):
    hurt = assess("The kettle is faulty, I burned my hand on it.", "", vocabularies["en"], classifier)
    assert (hurt.safety, hurt.severity) == (True, Severity.CRITICAL)
    said = assess("The kettle is faulty. The price was quite a shock.", "", vocabularies["en"], classifier)
    assert (said.safety, said.severity) == (False, Severity.NORMAL)


def test_a_repeat_and_a_large_sum_are_high_and_a_trifle_is_low(vocabularies, classifier):
    english = vocabularies["en"]
    assert assess("This is the third time I write: the lamp is broken.", "", english, classifier).repeat
    assert assess("The lamp is broken, refund 450 EUR.", "", english, classifier).severity is Severity.HIGH
    assert assess("The lamp is scratched, no big deal.", "", english, classifier).severity is Severity.LOW


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "My order A-10293 is late.", "A-10293"),
        ("en", "Order no. 4471 of 03.11.2026 is late, call me at phone 5512345.", "4471"),
        ("en", "Tracking EE123456789EE, order #20931", "20931"),
        ("en", "Parcel RR998877 is late.", "RR998877"),
        ("et", "Tellimus nr 55-0192 hilineb.", "55-0192"),
        ("sl", "Naročilo št. 88213 zamuja.", "88213"),
        ("ru", "Заказ № 90112 опаздывает.", "90112"),
        ("fa", "سفارش شماره ۴۴۷۱۲ نرسیده است.", "44712"),
        ("en", "My telephone 5551234 is new and the lamp is broken.", None),
        ("en", "It took 24 hours and 5 days in 2026.", None),
    ],
)
def test_the_order_number_is_found_and_other_numbers_are_not(vocabularies, classifier, language, text, number):
    assert assess(text, "", vocabularies[language], classifier).order_number == number


def test_the_order_number_may_stand_in_the_subject_or_the_quote(vocabularies, classifier):
    assert assess("It is late.", "Order A-10293", vocabularies["en"], classifier).order_number == "A-10293"
    quoted = "On Monday you wrote:\n> Your order A-10293 has left us."
    assert assess("It is late.", "", vocabularies["en"], classifier, quoted=quoted).order_number == "A-10293"


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1 234,50 €", "1234.50", "EUR"),
        ("€12", "12.00", "EUR"),
        ("EUR 12.5", "12.50", "EUR"),
        ("EUR12", "12.00", "EUR"),
        ("12 eurot", "12.00", "EUR"),
        ("12 evrov", "12.00", "EUR"),
        ("1.234,00 EUR", "1234.00", "EUR"),
        ("$1,234.50", "1234.50", "USD"),
        ("5000 рублей", "5000.00", "RUB"),
        ("5 000 руб.", "5000.00", "RUB"),
        ("۲۵۰٬۰۰۰ تومان", "2500000.00", "IRR"),
        ("۵۰ هزار تومان", "500000.00", "IRR"),
        ("£20", "20.00", "GBP"),
        ("1'200 CHF", "1200.00", "CHF"),
    ],
)
def test_sums_are_read_in_local_formats(text, amount, currency):
    (found,) = sums(f"It was {text}, too much")
    assert (found.amount, found.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize("text", ["on 3.11.2026", "at 10:11", "20% less", "call 555 1234", "A-10293", "0 EUR"])
def test_other_numbers_are_no_sums(text):
    assert sums(text) == ()


def test_the_sum_demanded_goes_before_the_price(vocabularies, classifier):
    text = (
        "The lamp for 89 EUR came on Monday and was all in pieces, my son opened the box in the kitchen. Refund 40 EUR."
    )
    assessment = assess(text, "", vocabularies["en"], classifier)
    assert (assessment.amount, assessment.currency) == (Decimal("40.00"), "EUR")
    assert assessment.demanded_remedy is Remedy.REFUND
