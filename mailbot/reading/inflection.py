"""Words of a text and the forms under which each is found: inflections, missing diacritics, other letter forms."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from threading import Lock
from typing import NamedTuple, overload

import Stemmer

from mailbot.reading.memo import Memo

_ALGORITHMS = {
    "ar": "arabic", "da": "danish", "de": "german", "en": "english", "es": "spanish", "et": "estonian",
    "fa": "persian", "fi": "finnish", "fr": "french", "hr": "serbian", "hu": "hungarian", "it": "italian",
    "lt": "lithuanian", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sl": "serbian", "sr": "serbian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
_STEMMERS = {language: Stemmer.Stemmer(name) for language, name in _ALGORITHMS.items()}
_LOCK = Lock()  # a Stemmer keeps state while it works

_LETTERS = str.maketrans({
    "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "أ": "ا", "إ": "ا", "ٱ": "ا", "آ": "ا", "ؤ": "و", "ۀ": "ه",
    "ـ": None, "ё": "е",
    **{chr(0x6F0 + i): str(i) for i in range(10)}, **{chr(0x660 + i): str(i) for i in range(10)},
})  # fmt: skip
_MARKS = re.compile("[\u064b-\u0655\u0670\u200d\u200e\u200f\u202a-\u202e\u2066-\u2069\u00ad]")
_PERSIAN_ENDINGS = (  # longest first
    "هایشان", "هایتان", "هایمان", "هایی", "هایم", "هایت", "هایش", "های", "ها", "یشان", "یتان", "یمان", "شان", "تان",
    "مان", "ام", "ات", "اش", "ان", "ای", "م", "ت", "ش", "ه", "ی",
)  # fmt: skip
_VERB_PREFIXES = ("می", "نمی", "بی")
_NUMBER = re.compile(r"\d+")
_NO_JOINER = {0x200C: None}
_WORD = re.compile(r"\w+(?:[\u200c'’-]\w+)*")
_BY_WORDS = re.compile(f"({_WORD.pattern})")
_END = re.compile(r"([.!?؟;؛…]+(?=\s|$)|\n\s*\n)|[,،:–—()]")
"""What ends a clause, and as its group a sentence too."""
_LONGEST_WORD = 60
_WRITTEN_KEPT, _FORMS_KEPT, _GAPS_KEPT = 30_000, 50_000, 200


def fold(text: str) -> str:
    """`text` without the differences that writers do not mean: case, letter forms, vowel marks, digit scripts."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS))


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """What a word is in a language, wherever it stands: folded, with every form by which it is found.

    `stem`: the shortest of these, without diacritics, with digits as zeros. One object for one folded word, as long as
    it is remembered: what else follows from it is quickly looked up by it.
    """

    folded: str
    keys: frozenset[str]
    stem: str


class Word(NamedTuple):
    """A word of a text: where it stands, which word it is, and its sentence's and clause's number."""

    start: int
    end: int
    form: Form
    sentence: int
    clause: int


class Words(Sequence[Word]):
    """The words of a text in their order. A mail has hundreds, of which only one thing is asked at a time, so these lie
    in a list for each."""

    __slots__ = ("clauses", "ends", "forms", "sentences", "starts")

    def __init__(
        self, starts: list[int], ends: list[int], forms: list[Form], sentences: list[int], clauses: list[int]
    ) -> None:
        self.starts, self.ends, self.forms, self.sentences, self.clauses = starts, ends, forms, sentences, clauses

    def __len__(self) -> int:
        return len(self.forms)

    @overload
    def __getitem__(self, at: int) -> Word: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Word]: ...
    def __getitem__(self, at: int | slice) -> Word | Sequence[Word]:
        if isinstance(at, slice):
            return [self[place] for place in range(len(self))[at]]
        return Word(self.starts[at], self.ends[at], self.forms[at], self.sentences[at], self.clauses[at])


def words_of(text: str, language: str) -> Words:
    """The words of `text` in their order."""
    pieces = _BY_WORDS.split(text)  # a gap, a word, a gap, …, a gap
    places = list(accumulate(map(len, pieces)))
    known = _forms(language)
    forms = [known[word[:_LONGEST_WORD]] for word in pieces[1::2]]
    sentences, clauses = [], []
    sentence = clause = 0
    for gap in pieces[:-1:2]:
        if gap != " ":
            ended, divided = _ended_in(gap)
            sentence += ended
            clause += divided
        sentences.append(sentence)
        clauses.append(clause)
    return Words(places[:-1:2], places[1::2], forms, sentences, clauses)


@lru_cache(maxsize=_GAPS_KEPT)
def _ended_in(gap: str) -> tuple[int, int]:
    """How many sentences and how many clauses end between two words."""
    ends = [found.lastindex for found in _END.finditer(f"{gap}a")]  # a point right before a word ends nothing
    return ends.count(1), len(ends)


def written_words(text: str) -> list[str]:
    """The words of `text` as they are written, in their order."""
    return [word[:_LONGEST_WORD] for word in _WORD.findall(text)]


@cache
def _forms(language: str) -> Memo[str, Form]:
    """The words of a language as they are written."""
    return Memo(lambda written: _form_of(fold(written), language), _WRITTEN_KEPT)


@lru_cache(maxsize=_FORMS_KEPT)
def _form_of(folded: str, language: str) -> Form:
    keys = keys_of(folded, language)
    return Form(folded, keys, without_figures(min(keys, key=lambda form: (len(form), form))))


def keys_of(folded: str, language: str) -> frozenset[str]:
    """The forms under which a folded word is found: itself, its stem, and both without diacritics."""
    forms = {folded, folded.replace("’", "'").removesuffix("'s")}
    if language == "fa":
        forms |= _persian_forms(folded)
    if stemmer := _STEMMERS.get(language):
        with _LOCK:
            forms |= {stemmer.stemWord(form) for form in tuple(forms)}
    return frozenset(forms | {bare(form) for form in forms})


def _persian_forms(folded: str) -> set[str]:
    pieces = folded.split("\u200c")
    base = "".join(pieces) if pieces[0] in _VERB_PREFIXES else pieces[0]
    ending = next((e for e in _PERSIAN_ENDINGS if base.endswith(e) and len(base) - len(e) >= 3), "")
    return {base, base.removesuffix(ending), "".join(pieces)}


def bare(word: str) -> str:
    """`word` without diacritics, as many people type on a phone."""
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c)).replace("đ", "d")


def without_figures(form: str) -> str:
    """A folded word without diacritics and joiners, its digits as zeros: what is learnt of one number holds for all."""
    return _NUMBER.sub("0", bare(form).translate(_NO_JOINER))
