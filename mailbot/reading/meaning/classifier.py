"""A small network over the features of a text: a score for every answer, and the words that spoke for it.

A model is a file of a few MB with a row of small integers for each feature: what it adds to each hidden unit, and to
each answer directly. The rows of a word are added up once and remembered, so that judging a mail is little more than
looking up its words.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import log1p, sqrt
from pathlib import Path
from typing import Any, NamedTuple, Self
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from mailbot.core.errors import ConfigurationError
from mailbot.reading.inflection import Form, Words, fold, written_words
from mailbot.reading.meaning.features import (
    SIZE,
    Neighbour,
    language_feature,
    pair_features,
    piece_features,
    sign_features,
    stem_feature,
)
from mailbot.reading.meaning.labels import ALL, LANGUAGE, columns_of
from mailbot.reading.memo import Memo

Row = npt.NDArray[np.float32]
Sums = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int32]
SHIPPED = Path(__file__).with_name("model.npz")
"""The model that ships; see `python -m mailbot.learning`."""
_FORM = 2
_WORDS_KEPT = 30_000
_SHORT = 2.0
_MOST_WORDS = 3
_TELLING = 4
"""Shorter words speak through others, and tell people nothing."""
_ARRAYS = ("scales", "of_sections", "bias", "mixing")
_DESCRIBED = ("columns", "sections", "thresholds", "doubt", "about")


def weight_of(length: int) -> float:
    """What each feature of a text of so many words counts: in a long text, less."""
    return 1 / sqrt(length + _SHORT)


def strength(score: float) -> float:
    """What the found phrases of a section count together: more of them count less each."""
    return log1p(score)


@dataclass(frozen=True, slots=True)
class Model:
    """What training yields. `weights` are small integers, to be multiplied by `scales`: a row for each feature; as
    columns the hidden units (Rumelhart, Hinton & Williams 1986), then the answers. `mixing`: from units to answers.

    A score above the threshold of its column means yes; nearer than `doubt` to it, or to the second best answer, it is
    no more than a guess. `about` says what the model was trained on.
    """

    columns: tuple[str, ...]
    sections: tuple[str, ...]
    weights: npt.NDArray[np.int8] = field(repr=False)
    scales: Row = field(repr=False)
    of_sections: Row = field(repr=False)
    bias: Row = field(repr=False)
    mixing: Row = field(repr=False)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    doubt: float = 0.0
    about: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Self:
        """The model in this file; ConfigurationError when it is none, or one of another form."""
        try:
            with np.load(path, allow_pickle=False) as file:
                return cls._of(file)
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise ConfigurationError(f"{path} is no model that can be read ({error}): run `mailbot learn`") from None

    @classmethod
    def _of(cls, file: Mapping[str, Any]) -> Self:
        described = json.loads(bytes(file["about"]).decode())
        if described.pop("form") != _FORM:
            raise ValueError("it was made by another version of mailbot")
        if missing := set(columns_of(ALL)).difference(described["columns"]):
            raise ValueError(f"it does not answer {', '.join(sorted(missing))}")
        weights = np.zeros((SIZE, len(file["scales"])), np.int8)
        weights[file["features"]] = file["weights"]
        columns, sections = tuple(described.pop("columns")), tuple(described.pop("sections"))
        arrays = {name: file[name] for name in _ARRAYS}
        return cls(columns=columns, sections=sections, weights=weights, **arrays, **described)

    def save(self, path: Path) -> None:
        """Write the file as a whole, or not at all."""
        used = np.flatnonzero(self.weights.any(axis=1)).astype(np.int32)
        about = {"form": _FORM, **{name: getattr(self, name) for name in _DESCRIBED}}
        unfinished = path.with_suffix(".new.npz")
        np.savez_compressed(
            unfinished,
            about=np.frombuffer(json.dumps(about, sort_keys=True).encode(), np.uint8),
            features=used,
            weights=self.weights[used],
            **{name: getattr(self, name) for name in _ARRAYS},
        )
        unfinished.replace(path)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a model makes of one text: the log odds of each answer.

    A word spoke for an answer as far as the answer would lose without it, by the hidden units that are active.
    """

    scores: Mapping[str, float]
    _text: str = field(repr=False)
    _words: Words = field(repr=False)
    _rows: Sums = field(repr=False)
    _active: Row = field(repr=False)
    _columns: Mapping[str, int] = field(repr=False)

    def words_for(self, column: str) -> tuple[str, ...]:
        """The words that spoke most for this answer, as they were written, in their order; three at most."""
        at = self._columns[column]
        effect = np.zeros(self._rows.shape[1])
        effect[: len(self._active)] = self._active[:, at]
        effect[len(self._active) + at] = 1
        weights = self._rows @ effect
        ranked = np.argsort(-weights, kind="stable")[: np.count_nonzero(weights > 0)]
        chosen = islice((place for place in ranked.tolist() if self._tells(place)), _MOST_WORDS)
        starts, ends = self._words.starts, self._words.ends
        return tuple(dict.fromkeys(self._text[starts[place] : ends[place]] for place in sorted(chosen)))

    def _tells(self, place: int) -> bool:
        return self._words.ends[place] - self._words.starts[place] >= _TELLING


class _Learnt(NamedTuple):
    """What a model has learnt of a word, and its part in pairs."""

    row: bytes
    beside: Neighbour


class Classifier:
    """Judges texts by one model."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._columns = {column: at for at, column in enumerate(model.columns)}
        self._sections = {section: at for at, section in enumerate(model.sections)}
        self._of_languages = [len(model.mixing) + self._columns[column] for column in LANGUAGE.columns]
        # One cache for each model, which goes with it.
        self._learnt = Memo(self._learnt_of, _WORDS_KEPT)
        self._pieces = Memo(self._pieces_of, _WORDS_KEPT)
        self._piece_rows = Memo(self._piece_row_of, _WORDS_KEPT)

    @classmethod
    def load(cls, path: Path) -> Self:
        """A classifier by the model in this file; ConfigurationError as `Model.load`."""
        return cls(Model.load(path))

    def odds_of_languages(self, text: str) -> Mapping[str, float]:
        """How probable each language is that the model knows, by the pieces of the words; they add up to 1."""
        words = written_words(text)
        rows = self._below_each_other([self._piece_rows[word] for word in words], len(self._of_languages))
        scores = self.model.bias[self._of_languages] + rows.sum(axis=0) * weight_of(len(words))
        odds = np.exp(scores - scores.max())
        return dict(zip(LANGUAGE.answers, map(float, odds / odds.sum()), strict=True))

    def judge(self, text: str, language: str, words: Words, sections: Mapping[str, float]) -> Judgement:
        """The scores of a text with these words, in which phrases of these sections were found."""
        learnt = [self._learnt[form] for form in words.forms]
        rows = self._below_each_other([row for row, _ in learnt], len(self.model.bias))
        signs, pairs = sign_features(text, words), pair_features(words, [beside for _, beside in learnt])
        total = self._rows(signs + pairs) + rows.sum(axis=0)
        prior = self.model.bias + self._rows((language_feature(language),))
        sums = prior + total * weight_of(len(words) + len(signs)) + self._of_sections(sections)
        mixing = self.model.mixing
        units = sums[: len(mixing)]
        scores = np.maximum(units, 0) @ mixing + sums[len(mixing) :]
        named = dict(zip(self.model.columns, scores.tolist(), strict=True))
        return Judgement(named, text, words, rows, mixing * (units > 0)[:, None], self._columns)

    def _learnt_of(self, form: Form) -> _Learnt:
        row = self._scaled(self.model.weights[stem_feature(form)] + self._pieces[form.folded])
        return _Learnt(row.tobytes(), Neighbour.of(form))

    def _piece_row_of(self, written: str) -> bytes:
        return self._scaled(self._pieces[fold(written)])[self._of_languages].tobytes()

    def _pieces_of(self, folded: str) -> Counts:
        """What the pieces of a word add, not yet scaled: asked for with its language, and then with the word."""
        return self._added(piece_features(folded))

    def _rows(self, features: Sequence[int]) -> Sums:
        return self._scaled(self._added(features))

    def _scaled(self, added: Counts) -> Sums:
        scaled: Sums = np.multiply(added, self.model.scales)
        return scaled

    def _added(self, features: Sequence[int]) -> Counts:
        places = np.fromiter(features, np.intp, len(features))
        added: Counts = self.model.weights.take(places, axis=0).sum(axis=0, dtype=np.int32)
        return added

    @staticmethod
    def _below_each_other(rows: Sequence[bytes], width: int) -> Sums:
        return np.frombuffer(b"".join(rows), np.float64).reshape(-1, width)

    def _of_sections(self, sections: Mapping[str, float]) -> Row:
        known = {
            self._sections[section]: strength(score) for section, score in sections.items() if section in self._sections
        }
        rows = self.model.of_sections.take(np.fromiter(known, np.intp, len(known)), axis=0)
        total: Row = (np.fromiter(known.values(), np.float32, len(known))[:, None] * rows).sum(axis=0)
        return total
