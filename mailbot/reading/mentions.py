"""Words and phrases of anybody's choice, found in a mail in any inflection."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

from mailbot.core.message import Reading
from mailbot.reading.inflection import Words, words_of
from mailbot.reading.phrases import Pattern, Phrasebook, occurrences, patterns_of

# As far as anybody reads; it keeps a mail of megabytes from costing the desk its time.
_LONGEST_TEXT = 20_000
_LONGEST_SUBJECT = 1_000
_SHORTEST_STEM = 4


class Mentions:
    """The words of one text by the stems of one or more languages. A text is taken apart when first asked about."""

    def __init__(self, text: str, languages: Sequence[str]) -> None:
        self._text = text
        self._languages = tuple(languages)

    @cached_property
    def _words(self) -> dict[str, Words]:
        return {language: words_of(self._text, language) for language in self._languages}

    def find(self, phrase: str) -> str | None:
        """The words as written where the text first has those of `phrase`, in this order and in any form."""
        for language, words in self._words.items():
            places = occurrences(_patterns(phrase, language), words)
            if places:
                first, end = min(places)
                return self._text[words.starts[first] : words.ends[end - 1]]
        return None

    def among(self, phrases: frozenset[str]) -> Collection[str]:
        """Those of many phrases of which the text has the longest word; they may not be in it as a whole."""
        return {
            phrase for language, words in self._words.items() for phrase in _book(phrases, language).candidates(words)
        }


def mentions_of(reading: Reading, languages: Sequence[str]) -> Mentions:
    """What a mail's subject and new text mention, in its language; in all of `languages` where it is none of them,
    or not certain."""
    passed_on = reading.forwarded.text if reading.forwarded else ""
    said = reading.reply_text or passed_on or reading.message.text
    text = f"{reading.message.subject[:_LONGEST_SUBJECT]}\n\n{said[:_LONGEST_TEXT]}"
    is_known = reading.language_certain and reading.language in languages
    return Mentions(text, (reading.language,) if is_known else languages)


def check_phrase(phrase: str) -> None:
    """ValueError where a phrase could never be found: something in it is no word."""
    for piece in phrase.split():
        plain = piece.removeprefix("=").removesuffix("*")
        words = words_of(plain, "")
        if len(words) != 1 or words[0].end - words[0].start != len(plain):
            raise ValueError('expected words with spaces between them, like "money back", =exact or prefix*')


@lru_cache(maxsize=64)
def _book(phrases: frozenset[str], language: str) -> Phrasebook[str]:
    return Phrasebook(_entry(phrase, language) for phrase in phrases)


def _entry(phrase: str, language: str) -> tuple[tuple[Pattern, ...], str]:
    return _patterns(phrase, language), phrase


@lru_cache(maxsize=50_000)
def _patterns(phrase: str, language: str) -> tuple[Pattern, ...]:
    patterns = patterns_of(phrase, language)
    return tuple(map(_with_estonian_stems, patterns)) if language == "et" else patterns


def _with_estonian_stems(pattern: Pattern) -> Pattern:
    """The pattern with the stems that the other cases have: the first case, which dictionaries give, lacks a vowel."""
    if pattern.prefix or pattern.exact:
        return pattern
    return replace(pattern, keys=pattern.keys | {stem for word in pattern.keys for stem in _estonian_stems(word)})


def _estonian_stems(word: str) -> Iterator[str]:
    if len(word) < _SHORTEST_STEM or word[-1] in "aeiouõäöü":
        if word.endswith("ne") and len(word) > _SHORTEST_STEM:
            yield word[:-2] + "se"
        return
    weaker = {"t": "d", "k": "g", "p": "b"}.get(word[-1], word[-1])
    ends = {word, word[:-1] + weaker, word[:-1] if word[-1] == word[-2] else word}
    yield from (end + vowel for end in ends for vowel in "aeiu")
