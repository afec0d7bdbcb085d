"""Sums of money in a text, in the formats and words of our languages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_DIGITS = str.maketrans({
    **{chr(0x6F0 + i): str(i) for i in range(10)}, **{chr(0x660 + i): str(i) for i in range(10)}, "٫": ".", "٬": ",",
})  # fmt: skip
_UNITS = {
    "EUR": r"€|eur(?:os?|ot|oga|odes|ov)?|evr(?:o|a|ov|ih|i|e)|евро|یورو",
    "USD": r"us\$|\$|usd|dollars?|dollarit?|dolarj\w{1,3}|dolar|доллар\w{0,3}|دلار",
    "GBP": r"£|gbp|pounds?|quid|naela?|funt\w{0,3}|фунт\w{0,3}|پوند",
    "RUB": r"₽|rub|руб(?:\.|л\w{1,3})?|rubla|р\.",
    "IRT": r"تومان|تومن|toman",
    "IRR": r"﷼|irr|ریال|rial",
    "SEK": r"sek",
    "NOK": r"nok",
    "DKK": r"dkk",
    "CHF": r"chf|fr\.",
    "PLN": r"pln|zł",
    "CZK": r"czk|kč",
    "HUF": r"huf|ft",
    "UAH": r"₴|uah|грн|гривен\w{0,2}",
    "TRY": r"₺|try",
    "AED": r"aed|درهم",
}
_SCALES = {
    "هزار": 1_000, "میلیون": 1_000_000, "میلیارد": 1_000_000_000, "тыс": 1_000, "тысяч": 1_000, "тысячи": 1_000,
    "млн": 1_000_000, "thousand": 1_000, "k": 1_000, "tuhat": 1_000, "tisoč": 1_000,
}  # fmt: skip
_ANY_UNIT = "|".join(f"(?P<{code}>{pattern})" for code, pattern in _UNITS.items())
_ANY_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_NUMBER = re.compile(
    r"(?<![\w.,/-])(?:\d{1,3}(?:[ \u00a0\u202f.,'’]\d{3})+(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,2})?)"
    r"(?:,-|\.-)?(?![\d%])"
)
# The letters of a currency may touch the number («EUR12»), so what stands before it is no word boundary for those.
_NUMBER_AFTER_LETTERS = re.compile(r"(?<=[a-zA-Z€$£₽])\d{1,12}(?:[.,]\d{1,3})*(?![\d%])")
_UNIT_AFTER = re.compile(
    rf"[ \u00a0\u202f]{{0,2}}(?:(?P<scale>{_ANY_SCALE})(?!\w)\.?\s{{0,2}})?(?:{_ANY_UNIT})(?!\w)", re.IGNORECASE
)
_UNIT_BEFORE = re.compile(rf"(?<!\w)(?:{_ANY_UNIT})[ \u00a0\u202f:]{{0,2}}$", re.IGNORECASE)
_LONGEST_UNIT = 12
_LARGEST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount with two places, its ISO 4217 currency, the words that said so and where they begin and end."""

    amount: Decimal
    currency: str
    words: str
    begins: int
    ends: int


def sums(text: str) -> tuple[Sum, ...]:
    """The sums in `text`, in its order; toman is given as rial (times 10)."""
    plain = text.translate(_DIGITS)
    matches = {m.start(): m for pattern in (_NUMBER_AFTER_LETTERS, _NUMBER) for m in pattern.finditer(plain)}
    return tuple(_read([matches[start] for start in sorted(matches)], plain, text))


def _read(matches: list[re.Match[str]], plain: str, text: str) -> Iterator[Sum]:
    for match in matches:
        after = _UNIT_AFTER.match(plain, match.end())
        before = _UNIT_BEFORE.search(plain[max(0, match.start() - _LONGEST_UNIT) : match.start()])
        unit = after or before
        if unit is None:
            continue
        code = next(name for name in _UNITS if unit[name])
        scale = _SCALES.get((unit.groupdict().get("scale") or "").casefold(), 1)
        value = number(match[0]) * scale
        if code == "IRT":
            code, value = "IRR", value * 10
        begins = match.start() if after else match.start() - len(unit[0])
        ends = after.end() if after else match.end()
        if 0 < value < _LARGEST:
            yield Sum(value.quantize(Decimal("0.01"), ROUND_HALF_UP), code, text[begins:ends].strip(), begins, ends)


def number(written: str) -> Decimal:
    """The value of a number with ASCII digits and local separators: 1 234,50 and 1,234.50 and 1.234 (thousands)."""
    bare = re.sub(r"[^\d.,]", "", written).rstrip(".,")
    last = max(bare.rfind("."), bare.rfind(","))
    whole, fraction = (bare, "") if last < 0 or len(bare) - last == 4 else (bare[:last], bare[last + 1 :])
    return Decimal(f"{re.sub('[.,]', '', whole) or 0}.{fraction or 0}")
