"""A number with its currency: before it, behind it, with cents, and as toman is spoken of."""

from dataclasses import dataclass
from decimal import Decimal

from mailbot.reading.figures.lexicon import Kind, lexicon
from mailbot.reading.figures.nearby import Nearby
from mailbot.reading.figures.numerals import Number, number_at
from mailbot.reading.figures.things import counts_things

TOMAN = "IRT"
_LEADS = frozenset({"", " ", ": ", ":", ". "})
_OF_COUNTRIES = frozenset({"USD", "SEK"})


@dataclass(frozen=True, slots=True)
class Named:
    """An amount of the currency `code`, where it is written, and the number of the token behind it."""

    amount: Decimal
    code: str
    begins: int
    ends: int
    behind: int


def named(near: Nearby) -> Named | None:
    """The number with the currency that stands beside it; None where none does."""
    number, at = near.number, near.number.behind
    if near.is_kind(at, Kind.CURRENCY) and (near.touches(at) or _country_between(near, at)):
        return _with_cents(near)
    if (unit := near.meaning(at)) and unit.kind is Kind.MINOR and near.touches(at):
        return Named(number.value / 100, unit.code, number.begins, near.pieces[at].ends, at + 1)
    if (before := currency_before(near)) is not None:
        code = _of_country(near, before)
        return Named(_worth(number, code), code, near.pieces[before].begins, number.ends, at)
    return None


def currency_before(near: Nearby) -> int | None:
    """The number of the token before the number that is its currency."""
    at = near.place - 1
    if at > 0 and near.text[near.pieces[at].begins : near.pieces[at].ends] == "на":  # рублей на пятьсот
        at -= 1
    meaning = near.meaning(at) if at >= near.used else None
    if meaning is None or meaning.kind is not Kind.CURRENCY or meaning.behind:
        return None
    gap = near.text[near.pieces[at].ends : near.number.begins]
    fits = (gap in _LEADS and near.pieces[near.place].digits) or (meaning.code == "RUB" and gap in {" ", " на "})
    return at if fits else None


def _country_between(near: Nearby, at: int) -> bool:
    """Whether nothing but a country stands between the number and its currency: «45 Canadian dollars»."""
    gap = near.text[near.number.ends : near.pieces[at].begins]
    return len(gap) < 20 and gap.strip().lower() in lexicon().countries


def _with_cents(near: Nearby) -> Named:
    number, at = near.number, near.number.behind
    code = _of_country(near, at)
    amount, behind = _worth(number, code), at + 1
    if smaller := _smaller(near, behind, code):
        amount += smaller.value * 1000 if code == TOMAN else smaller.value / 100
        behind = smaller.behind + near.is_kind(smaller.behind, Kind.MINOR)
    return Named(amount, code, number.begins, near.pieces[behind - 1].ends, behind)


def _smaller(near: Nearby, place: int, code: str) -> Number | None:
    """The cents behind the euros: with their unit, or both in words; the thousands in «یه تومن و دویست»."""
    joined = near.is_kind(place, Kind.AND)
    at = place + joined
    if at >= len(near.pieces) or not near.touches(place) or not near.touches(at):
        return None
    cents = number_at(at, near.pieces, near.text)
    if cents is None or cents.scale or cents.value >= 1000:
        return None
    if code == TOMAN:
        return cents if joined and near.number.value < 10 else None
    if cents.value >= 100:
        return None
    if near.is_kind(cents.behind, Kind.MINOR) and near.text[cents.ends : near.pieces[cents.behind].begins] in _LEADS:
        return cents
    in_words = not (near.number.in_digits or cents.in_digits or joined) and cents.value >= 10
    goes_on = near.is_kind(cents.behind, Kind.CURRENCY) or counts_things(near.text, cents.ends)
    return cents if in_words and not goes_on else None


def _of_country(near: Nearby, at: int) -> str:
    """The code of the currency that token `at` names; of a dollar or crown, with the country beside it."""
    meaning, piece = near.meaning(at), near.pieces[at]
    code = meaning.code if meaning else ""
    if code not in _OF_COUNTRIES:
        return code
    beside = near.text[piece.ends : piece.ends + 14].split()[:1]
    beside += near.text[max(0, piece.begins - 16) : piece.begins].split()[-1:]
    countries = lexicon().countries
    return next((countries[w] for word in beside if (w := word.strip(".,)").lower()) in countries), code)


def _worth(number: Number, code: str) -> Decimal:
    """The value of a number of `code`; toman in talk leaves thousands or millions out."""
    if code == TOMAN and number.scale:
        return in_full(number)
    return toman(number.value, code) if number.value < 1000 and not number.scale else number.value


def in_full(number: Number) -> Decimal:
    """The value of a number of millions, behind which the thousands are not said: «۳ میلیون و ۲۰۰»."""
    if number.scale <= 1000 or number.rest >= 1000:
        return number.value
    return number.value - number.rest + number.rest * number.scale / 1000


def toman(value: Decimal, code: str) -> Decimal:
    """What a number without a scale means in talk, where toman leaves the thousands or the millions out."""
    if code != TOMAN or value >= 10_000:
        return value
    return value * (1_000_000 if value < 10 else 1000)
