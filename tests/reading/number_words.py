"""Whole numbers below a million in words, as our languages write them."""


def _words(text: str) -> list[str]:
    return text.split()


ENGLISH = _words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
ENGLISH_TENS = _words("_ _ twenty thirty forty fifty sixty seventy eighty ninety")
ESTONIAN = _words("null üks kaks kolm neli viis kuus seitse kaheksa üheksa kümme")
SLOVENIAN = _words(
    "nič ena dva tri štiri pet šest sedem osem devet deset enajst dvanajst trinajst štirinajst petnajst šestnajst"
    " sedemnajst osemnajst devetnajst"
)
SLOVENIAN_TENS = _words("_ _ dvajset trideset štirideset petdeset šestdeset sedemdeset osemdeset devetdeset")
RUSSIAN = _words(
    "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать"
    " пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
)
RUSSIAN_TENS = _words("_ _ двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто")
RUSSIAN_HUNDREDS = _words("_ сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот")
PERSIAN = _words("صفر یک دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده")
PERSIAN_TENS = _words("_ _ بیست سی چهل پنجاه شصت هفتاد هشتاد نود")
PERSIAN_HUNDREDS = _words("_ صد دویست سیصد چهارصد پانصد ششصد هفتصد هشتصد نهصد")


def english(number: int) -> str:
    if number >= 1000:
        return f"{english(number // 1000)} thousand{' ' + english(number % 1000) if number % 1000 else ''}"
    if number >= 100:
        return f"{ENGLISH[number // 100]} hundred{' and ' + english(number % 100) if number % 100 else ''}"
    if number < 20:
        return ENGLISH[number]
    return ENGLISH_TENS[number // 10] + (f"-{ENGLISH[number % 10]}" if number % 10 else "")


def estonian(number: int) -> str:
    if number >= 1000:
        thousands = "tuhat" if number < 2000 else f"{estonian(number // 1000)} tuhat"
        return f"{thousands}{' ' + estonian(number % 1000) if number % 1000 else ''}"
    if number >= 100:
        hundreds = "sada" if number < 200 else f"{ESTONIAN[number // 100]}sada"
        return f"{hundreds}{' ' + estonian(number % 100) if number % 100 else ''}"
    if number <= 10:
        return ESTONIAN[number]
    if number < 20:
        return f"{ESTONIAN[number % 10]}teist"
    return f"{ESTONIAN[number // 10]}kümmend{' ' + ESTONIAN[number % 10] if number % 10 else ''}"


def slovenian(number: int) -> str:
    if number >= 1000:
        thousands = "tisoč" if number < 2000 else f"{slovenian(number // 1000)} tisoč"
        return f"{thousands}{' ' + slovenian(number % 1000) if number % 1000 else ''}"
    if number >= 100:
        hundreds = {1: "sto", 2: "dvesto"}.get(number // 100) or f"{SLOVENIAN[number // 100]}sto"
        return f"{hundreds}{' ' + slovenian(number % 100) if number % 100 else ''}"
    if number < 20:
        return SLOVENIAN[number]
    tens = SLOVENIAN_TENS[number // 10]
    return f"{SLOVENIAN[number % 10]}in{tens}" if number % 10 else tens


def russian(number: int) -> str:
    if number >= 1000:
        rest = f" {russian(number % 1000)}" if number % 1000 else ""
        return _russian_thousands(number // 1000) + rest
    parts = [RUSSIAN_HUNDREDS[number // 100]] if number >= 100 else []
    below = number % 100
    if below < 20:
        parts += [RUSSIAN[below]] if below or not parts else []
    else:
        parts += [RUSSIAN_TENS[below // 10]] + ([RUSSIAN[below % 10]] if below % 10 else [])
    return " ".join(parts)


def _russian_thousands(count: int) -> str:
    words = russian(count).split()
    words[-1] = {"один": "одна", "два": "две"}.get(words[-1], words[-1])
    few = {"одна": "тысяча", "две": "тысячи", "три": "тысячи", "четыре": "тысячи"}
    return " ".join([*words, few.get(words[-1], "тысяч")])


def persian(number: int) -> str:
    if number >= 1000:
        thousands = "هزار" if number < 2000 else f"{persian(number // 1000)} هزار"
        return f"{thousands}{' و ' + persian(number % 1000) if number % 1000 else ''}"
    parts = [PERSIAN_HUNDREDS[number // 100]] if number >= 100 else []
    below = number % 100
    if below < 20:
        parts += [PERSIAN[below]] if below or not parts else []
    else:
        parts += [PERSIAN_TENS[below // 10]] + ([PERSIAN[below % 10]] if below % 10 else [])
    return " و ".join(parts)
