"""The answer to a follow-up question: a rating, how content the customer is, and whether the case goes on."""

import re
import unicodedata
from collections.abc import Sequence

from mailbot.core.message import Sentiment, Survey
from mailbot.reading.inflection import fold, words_of
from mailbot.reading.vocabulary import Hit, Vocabulary

_RATING = re.compile(
    r"(?<![\w.,:/%€$№#-])(?P<rating>[1-5])(?:[.,]0)?(?:[+-](?!\w))?"
    r"(?P<scale>\s*/\s*5|\s*(?:out of|iz|из|od|از)\s+5"
    r"|\s*(?:stars?|points?|tärni|punkti|zvezdic\w{0,3}|točk\w{0,3}|звезд\w{0,3}|балл\w{0,3}|ستاره|امتیاز)(?!\w))?"
    r"(?![\w%€$]|[.,:/-]\d|\s*(?:€|eur|%|/\s*\d))",
    re.IGNORECASE,
)
_LINE_GOES_ON = re.compile(r"[ \t]+[^\W\d_]")
_STARS = re.compile(r"[★⭐🌟]{1,5}")
_SHORT = 12
_SENTIMENTS = {True: Sentiment.SATISFIED, False: Sentiment.DISSATISFIED}


def read_answer(text: str, language: str, vocabulary: Vocabulary) -> Survey:
    """What `text`, the new words of an answer to a survey, says. `language` is that of the vocabulary used."""
    hits = vocabulary.find(text)
    rating = _rating(text, hits)
    return Survey(rating, _sentiment(hits, rating), _wants_reopen(hits))


def is_thanks_only(text: str, vocabulary: Vocabulary) -> bool:
    """Whether `text` thanks and says nothing else, so that a resolved case stays resolved."""
    hits = vocabulary.find(text)
    if not any(h.section == "thanks" and not h.negated for h in hits) or "?" in text or "؟" in text:
        return False
    against = ("complaint", "dissatisfied", "reopen", "repeat", "safety")
    if any(h.section in against or h.section.startswith(("types.", "threats.", "remedies.")) for h in hits):
        return False
    words = words_of(text, vocabulary.language)
    polite = {
        i
        for h in hits
        if h.section in ("thanks", "satisfied", "greetings") and not h.negated
        for i in range(h.start, h.end)
    }
    return len(words) <= _SHORT and len(polite) * 3 >= len(words)


def _rating(text: str, hits: Sequence[Hit]) -> int | None:
    folded = fold(unicodedata.normalize("NFKC", text))
    found = [int(m["rating"]) for m in _RATING.finditer(folded) if _stands_alone(folded, m)]
    if found:
        return found[0]
    if stars := _STARS.search(text):
        return len(stars[0])
    named = [h for h in hits if h.section.startswith("ratings.") and not h.negated]
    return int(named[0].section.rpartition(".")[2]) if named else None


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Whether a digit is an answer: with its scale, or at the end of a few words («I give a 4»), not before a noun."""
    before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    return bool(match["scale"]) or (len(before.split()) <= 4 and not _LINE_GOES_ON.match(text, match.end()))


def _sentiment(hits: Sequence[Hit], rating: int | None) -> Sentiment:
    against = _weight(hits, "dissatisfied", negated=False) + _weight(hits, "satisfied", negated=True)
    against += _weight(hits, "reopen", negated=False)
    in_favour = _weight(hits, "satisfied", negated=False) + _weight(hits, "dissatisfied", negated=True)
    if rating is not None and rating != 3:
        in_favour, against = in_favour + 2 * (rating > 3), against + 2 * (rating < 3)
    if in_favour == against:
        return Sentiment.NEUTRAL
    return _SENTIMENTS[in_favour > against]


def _weight(hits: Sequence[Hit], section: str, *, negated: bool) -> float:
    return sum(h.weight for h in hits if h.section == section and h.negated is negated)


def _wants_reopen(hits: Sequence[Hit]) -> bool:
    return any(h.section == "reopen" and not h.negated for h in hits)
