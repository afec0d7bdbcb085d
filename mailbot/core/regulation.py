"""What a regulator wants of a firm besides keeping its clocks: what customers are told, and what a last answer says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from unicodedata import normalize

# Persian is typed with Arabic letters as well, and a word with or without the mark that keeps its parts together.
_SAME = str.maketrans({"\u064a": "\u06cc", "\u0643": "\u06a9", "\u200c": " ", "\u2019": "'"})


@dataclass(frozen=True, slots=True)
class Part:
    """Something that a last answer has to say, with the beginnings of words by which it is known that it does.

    `about` says by language what it is; an `offer` in the same mail says it as well.
    """

    name: str
    phrases: tuple[str, ...]
    about: Mapping[str, str] = field(default_factory=dict)
    offer: bool = False

    def is_in(self, words: str, *, offers: bool) -> bool:
        """Whether these words, with or without an offer below them, say it."""
        found = _plain(words)
        return (self.offer and offers) or any(_begins(found, _plain(phrase)) for phrase in self.phrases)

    def in_words(self, language: str) -> str:
        """What it is, in this language; else in the first one in which the profile says it."""
        return _in(self.about, language) or self.name.replace("_", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A regulator's demands. `written_answer` is the clock whose day the acknowledgement names."""

    name: str
    source: str
    written_answer: str | None = None
    parts: tuple[Part, ...] = ()
    referral: Mapping[str, str] = field(default_factory=dict)

    def referral_in(self, language: str) -> str | None:
        """Where else the customer can turn, in this language; else in the first one in which the profile says it."""
        return _in(self.referral, language)

    def lacking(self, words: str, language: str, *, offers: bool, referred: bool = True) -> tuple[Part, ...]:
        """What a last answer in these words does not say, together with the referral where that is put below it."""
        whole = f"{words}\n\n{self.referral_in(language) or ''}" if referred else words
        return tuple(part for part in self.parts if not part.is_in(whole, offers=offers))


def _in(texts: Mapping[str, str], language: str) -> str | None:
    return texts.get(language) or next(iter(texts.values()), None)


def _plain(words: str) -> str:
    return " ".join(normalize("NFKC", words).translate(_SAME).casefold().split())


def _begins(words: str, phrase: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(phrase)}", words) is not None
