"""Who takes part in a simulated quarter, and what they write."""

from collections.abc import Mapping
from random import Random

COMPLAINTS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "My order {order} came five days late, and I had paid for next-day delivery. Please refund the 9.90 EUR.",
        "The kettle from order {order} has stopped working after two days. I want a replacement.",
        "You have charged me twice for order {order}. Please pay back 24.50 EUR.",
    ),
    "et": (
        "Minu tellimus {order} hilines viis päeva, kuigi maksin kiirema tarne eest. Palun tagastage 9,90 eurot.",
        "Veekeetja tellimusest {order} läks kahe päevaga katki. Soovin uut.",
    ),
    "sl": (
        "Naročilo {order} je prišlo pet dni prepozno, čeprav sem plačal hitro dostavo. Vrnite mi 9,90 EUR.",
        "Grelnik iz naročila {order} se je po dveh dneh pokvaril. Želim nov grelnik.",
    ),
    "ru": (
        "Заказ {order} пришёл на пять дней позже, хотя я заплатил за быструю доставку. Верните 9,90 евро.",
        "Чайник из заказа {order} сломался через два дня. Прошу замену.",
    ),
    "fa": (
        "سفارش {order} پنج روز دیر رسید، با این که هزینهٔ ارسال سریع را داده بودم. لطفاً ۹٫۹۰ یورو را پس بدهید.",
        "کتری سفارش {order} بعد از دو روز خراب شد. لطفاً یکی دیگر بفرستید.",
    ),
}
REPLIES: Mapping[str, str] = {
    "en": "I am still waiting. When will this be settled?",
    "et": "Ootan ikka veel. Millal see korda saab?",
    "sl": "Še vedno čakam. Kdaj bo to urejeno?",
    "ru": "Я всё ещё жду. Когда это решится?",
    "fa": "هنوز منتظرم. کی درست می‌شود؟",
}
AGREES: Mapping[str, str] = {
    "en": "Yes, that is fine with me.",
    "et": "Jah, sobib.",
    "sl": "Da, se strinjam.",
    "ru": "Да, согласен.",
    "fa": "بله، قبول دارم.",
}
ANSWERS = ("Dear customer, I am looking into it and write again soon.", "Dear customer, the depot is looking for it.")


def colleagues(count: int) -> list[dict[str, object]]:
    """So many agents besides the three that every test desk has."""
    return [
        {
            "name": f"Agent Number{number}",
            "address": f"agent{number}@acme.example",
            "role": "agent",
            "teams": [("logistics", "quality", "billing", "service")[number % 4]],
            "languages": ["en"],
            "authority": {"refund": "20 EUR"},
        }
        for number in range(count)
    ]


def complaint(random: Random, number: int) -> tuple[str, str]:
    """The language and the words of a first mail."""
    language = random.choice(tuple(COMPLAINTS))
    return language, random.choice(COMPLAINTS[language]).format(order=f"A-{20000 + number}")
