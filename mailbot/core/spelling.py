"""The word that somebody probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`, did you mean "…"?` for the known word that is most like this one; empty when none is."""
    spelled = {candidate.casefold(): candidate for candidate in known}
    close = get_close_matches(word.casefold(), spelled, n=1, cutoff=0.6)
    return f', did you mean "{spelled[close[0]]}"?' if close else ""
