"""Whether a customer's plain reply accepts, declines, or asks for something before deciding.

Money is promised as accepted after a yes, so only an unconditional yes is one; the words decide, not the language
that was guessed.
"""

from collections.abc import Sequence

from mailbot.core.message import Consent
from mailbot.reading.consent.clauses import Clause, clauses_of
from mailbot.reading.consent.signs import Sign
from mailbot.reading.consent.statements import Statement, statements_of
from mailbot.reading.consent.words import consent_words, languages
from mailbot.reading.survey.pieces import own_words

_LONGEST_REPLY = 4000
_OTHERWISE = (Sign.ASK, Sign.WANT, Sign.WISH, Sign.IF)
_STRANGE = 0.5
"""From this share of unknown words on, an answer in a language that is not shipped is not understood."""


def read_consent(text: str, language: str) -> Consent:
    """What `text`, the new words of a reply, says to an offer; never fails. `language` is a first guess."""
    if len(text) > _LONGEST_REPLY:
        return Consent.UNCLEAR
    clauses = clauses_of(own_words(text))
    chosen, said = _best_understood(clauses, language)
    if language != chosen and _unknown_share(said) > _STRANGE:
        return Consent.UNCLEAR
    return _decided(said)


def _best_understood(clauses: Sequence[Clause], language: str) -> tuple[str, tuple[Statement, ...]]:
    """The language in which most words are known, the given one where several know as many, and what is said."""
    preferred = sorted(languages(), key=lambda code: (code != language, code != "en"))
    readings = {code: statements_of(clauses, consent_words(code)) for code in preferred}
    chosen = min(readings, key=lambda code: sum(one.unknown for one in readings[code]))
    return chosen, readings[chosen]


def _unknown_share(said: Sequence[Statement]) -> float:
    return sum(one.unknown for one in said) / max(1, sum(one.words for one in said))


def _decided(said: Sequence[Statement]) -> Consent:
    accepting = [one for one in said if one.accepts]
    declining = [one for one in said if one.declines]
    if accepting and declining:
        return _of_both(said, accepting, declining)
    if declining:
        return Consent.ASKS if _bargains(said) else Consent.NO
    if accepting:
        return _of_acceptance(said)
    return Consent.ASKS if _asks(said) or _wants(said) else Consent.UNCLEAR


def _of_both(said: Sequence[Statement], accepting: Sequence[Statement], declining: Sequence[Statement]) -> Consent:
    """Who says both has the last word behind «but»."""
    if accepting[-1].contrast and not any(one.contrast for one in declining):
        return _of_acceptance(said)
    if _asks(said) or _wants(said):
        return Consent.ASKS
    return Consent.ASKS if said.index(accepting[0]) < said.index(declining[0]) else Consent.UNCLEAR


def _of_acceptance(said: Sequence[Statement]) -> Consent:
    first = next(number for number, one in enumerate(said) if one.accepts)
    decided = said[first:] if said[first].contrast else said
    if _depends(said, first) or _wants_instead(decided):
        return Consent.ASKS
    firmly = any(one.accepts_firmly for one in said)
    if _asks(said) and not firmly:
        return Consent.ASKS
    return Consent.UNCLEAR if any(one.has(Sign.UNSURE) for one in said[first:]) else Consent.YES


def _bargains(said: Sequence[Statement]) -> bool:
    """Whether a no would be a yes to something else, or asks for that."""
    return any(one.has(Sign.UNLESS) or (_is_open(one) and one.has(*_OTHERWISE)) for one in said if not one.aside)


def _is_open(one: Statement) -> bool:
    return not one.has(Sign.NO) and (one.contrast or one.asked or one.has(Sign.ASK))


def _depends(said: Sequence[Statement], first: int) -> bool:
    """Whether a yes, said `first`, depends on something that is said, or is taken back by half behind it."""
    heard = [one for one in said if not one.aside]
    taken_back = any(one.contrast and _takes_back(one) for one in said[first:] if not one.aside)
    return taken_back or _names_another_sum(heard) or any(_is_condition(one) for one in heard)


def _is_condition(one: Statement) -> bool:
    hypothetical = one.has(Sign.WOULD) and not one.accepts_firmly
    return one.has(Sign.IF, Sign.UNLESS) or (hypothetical and (one.number or one.has(Sign.WISH)))


def _names_another_sum(said: Sequence[Statement]) -> bool:
    """Whether one sum is named, and a yes said to another: «not 20, but 35 is fine»."""
    return sum(one.number for one in said) > 1 and any(one.number and one.contrast and one.accepts for one in said)


def _takes_back(one: Statement) -> bool:
    if one.accepts or (one.has(Sign.GRUMBLE) and not one.has(Sign.WANT, Sign.ASK, Sign.LITTLE)):
        return False
    return one.unknown > 0 or bool(one.signs) or one.number


def _wants_instead(said: Sequence[Statement]) -> bool:
    return any(one.has(Sign.WANT, Sign.LITTLE) for one in said if not (one.aside or (one.contrast and one.accepts)))


def _wants(said: Sequence[Statement]) -> bool:
    wishes = (Sign.WANT, Sign.WISH, Sign.LITTLE)
    heard = [one for one in said if not one.aside]
    return any(_is_condition(one) or (one.has(*wishes) and not one.has(Sign.UNSURE)) for one in heard)


def _asks(said: Sequence[Statement]) -> bool:
    return any(one.asked or one.has(Sign.ASK) for one in said if not one.aside)
