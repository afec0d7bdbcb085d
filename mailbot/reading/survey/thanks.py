"""Whether a mail thanks and says nothing else."""

from mailbot.reading.inflection import words_of
from mailbot.reading.vocabulary import Hit, Vocabulary

_SHORT = 12
_SAYS_SOMETHING = 1.0
"""A phrase of less weight may stand in thanks as well: «it works again»."""
_AGAINST = ("complaint", "dissatisfied", "reopen", "repeat", "safety")
_AGAINST_IN_PARTS = ("types.", "threats.", "remedies.")


def is_thanks_only(text: str, vocabulary: Vocabulary) -> bool:
    """Whether `text` thanks and says nothing else, so that a resolved case stays resolved."""
    words = words_of(text, vocabulary.language)
    if len(words) > _SHORT or "?" in text or "؟" in text:
        return False
    hits = vocabulary.find(text, words)
    if not any(h.section == "thanks" and not h.negated for h in hits) or any(map(_speaks_against, hits)):
        return False
    polite = {
        i
        for h in hits
        if h.section in ("thanks", "satisfied", "greetings") and not h.negated
        for i in range(h.start, h.end)
    }
    return len(polite) * 3 >= len(words)


def _speaks_against(hit: Hit) -> bool:
    in_answer = hit.section in _AGAINST and hit.weight >= _SAYS_SOMETHING
    return in_answer or hit.section.startswith(_AGAINST_IN_PARTS)
