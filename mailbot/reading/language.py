"""The language of a short text."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import py3langid
from py3langid.langid import LanguageIdentifier

_NEIGHBOURS = frozenset({"fi", "lv", "lt", "hr", "sr", "uk", "ar", "de"})
"""Never left out: an identifier that does not know Finnish takes it for Estonian."""
_CERTAIN = 0.80
# One of our own languages is taken for a neighbour more easily than the other way round, and answered in the wrong one.
_CERTAINLY_FOREIGN, _ENOUGH_WORDS = 0.97, 6
_SAMPLE = 300
_NO_WORD = re.compile(r"@|://|\d")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_UKRAINIAN = re.compile(r"[іїєґ]", re.IGNORECASE)
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_PERSIAN = re.compile(r"[پچژگکی\u200c]")
_LATIN = re.compile(r"[a-zà-öø-žşģ]", re.IGNORECASE)


class Languages:
    """Tells in which language a text is: one of the desk's or, where that is beyond doubt, one of their neighbours."""

    def __init__(self, languages: Iterable[str]) -> None:
        self._ours = frozenset(languages)
        self._identifier = _identifier(self._ours | _NEIGHBOURS)

    def of(self, text: str, *, known: str | None, default: str) -> tuple[str, bool]:
        """The language (ISO 639-1) of `text`, and whether it is certain; else the known one, else the default."""
        words = [word for word in text[: 2 * _SAMPLE].split() if not _NO_WORD.search(word)]
        sample = " ".join(words)[:_SAMPLE]
        fallback = known or default
        if not words:
            return fallback, False
        found, probability = self._identifier.classify(sample)
        if len(words) > 1 and probability >= _CERTAIN and found in self._ours:
            return str(found), True
        if known is None and len(words) >= _ENOUGH_WORDS and probability >= _CERTAINLY_FOREIGN:
            return str(found), True
        if by_script := self._by_script(sample):
            return (fallback, False) if fallback == by_script else (by_script, False)
        return fallback, False

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
