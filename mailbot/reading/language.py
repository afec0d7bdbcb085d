"""The language of a short text."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import py3langid
from py3langid.langid import LanguageIdentifier

from mailbot.reading.meaning.classifier import Classifier

_NEIGHBOURS = frozenset({"fi", "lv", "lt", "hr", "sr", "uk", "ar", "de"})
"""Never left out: an identifier that does not know Finnish takes it for Estonian."""
_CERTAIN = 0.60
# One of our own languages is taken for a neighbour more easily than the other way round, and answered in the wrong one.
_CERTAINLY_FOREIGN, _ENOUGH_WORDS = 0.97, 6
# The identifier knows the neighbours, our model how people write when they complain: without diacritics, in Latin
# letters, in few words. How much the first counts beside the second, and how rare neighbours are, was found by trying.
_IDENTIFIERS_SHARE, _RARITY = 0.6, 0.2
_LEAST = 1e-4
_SAMPLE = 300
_NO_WORD = re.compile(r"@|://|\d")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_UKRAINIAN = re.compile(r"[іїєґ]", re.IGNORECASE)
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_PERSIAN = re.compile(r"[پچژگکی\u200c]")
_LATIN = re.compile(r"[a-zà-öø-žşģ]", re.IGNORECASE)


class Languages:
    """Tells in which language a text is: one of the desk's or, where that is beyond doubt, one of their neighbours."""

    def __init__(self, languages: Iterable[str], classifier: Classifier) -> None:
        self._ours = frozenset(languages)
        self._identifier = _identifier(self._ours | _NEIGHBOURS)
        self._classifier = classifier

    def of(self, text: str, *, known: str | None, default: str) -> tuple[str, bool]:
        """The language (ISO 639-1) of `text`, and whether it is certain; else the known one, else the default."""
        words = [word for word in text[: 2 * _SAMPLE].split() if not _NO_WORD.search(word)]
        sample = " ".join(words)[:_SAMPLE]
        fallback = known or default
        if not words:
            return fallback, False
        identified = {str(language): float(odds) for language, odds in self._identifier.rank(sample)}
        odds = self._odds(sample, identified)
        found = max(odds, key=lambda language: odds[language])
        if found in self._ours and len(words) > 1 and odds[found] >= _CERTAIN:
            return found, True
        foreign = max(identified, key=lambda language: identified[language])
        if known is None and len(words) >= _ENOUGH_WORDS and identified[foreign] >= _CERTAINLY_FOREIGN:
            return foreign, True
        if by_script := self._by_script(sample):
            return (fallback, False) if fallback == by_script else (by_script, False)
        return fallback, False

    def _odds(self, sample: str, identified: Mapping[str, float]) -> Mapping[str, float]:
        """How probable each language is by the identifier and by our model together."""
        learnt = self._classifier.odds_of_languages(sample)
        weighed = {
            language: max(odds, _LEAST) ** _IDENTIFIERS_SHARE * (learnt.get(language, _RARITY))
            for language, odds in identified.items()
        }
        total = sum(weighed.values())
        return {language: weight / total for language, weight in weighed.items()}

    def _by_script(self, sample: str) -> str | None:
        """The one language of ours that is written in the letters of `sample`, which rule out the others."""
        latin = len(_LATIN.findall(sample))
        if len(_CYRILLIC.findall(sample)) > latin:
            return "ru" if "ru" in self._ours and not _UKRAINIAN.search(sample) else None
        if len(_ARABIC.findall(sample)) > latin:
            return "fa" if "fa" in self._ours and _PERSIAN.search(sample) else None
        return None


@cache
def _identifier(languages: frozenset[str]) -> LanguageIdentifier:
    """One per process and choice of languages: it takes 0.6 s and about 100 MB to load."""
    model = Path(py3langid.__file__).parent / "data" / "model.npz.xz"
    identifier = LanguageIdentifier.from_modelpath(model, norm_probs=True)
    identifier.set_languages(sorted(languages & set(identifier.nb_classes)))
    return identifier
