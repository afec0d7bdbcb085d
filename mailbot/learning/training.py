"""Trains the model: the features of labelled texts as numbers, and what a network learns from them. Owns SciPy.

The same texts give the same model on the same machine: chance begins alike, and what is held back follows from the
order of the texts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from mailbot.learning.network import UNKNOWN, Lessons, Network, trained
from mailbot.reading.inflection import fold, words_of, written_words
from mailbot.reading.meaning import labels
from mailbot.reading.meaning.classifier import Model, Row, strength, weight_of
from mailbot.reading.meaning.features import (
    SIZE,
    Neighbour,
    language_feature,
    pair_features,
    piece_features,
    sign_features,
    word_features,
)
from mailbot.reading.meaning.labels import Question, columns_of
from mailbot.reading.meaning.sections import DENIED, section_scores
from mailbot.reading.vocabulary import Vocabulary

YES, NO = "yes", "no"
HIDDEN = 32
"""How many features a network invents; more of them brought nothing."""
_HELD_BACK = 4
"""One text in so many measures a network that has not seen it."""
_COUNTS_FROM = 2
"""A feature of one text alone says nothing about others."""
_TOP = 15
"""So few steps of weight that a model is a small file; with more of them nothing was read better."""
_WHOLE = 2.0
"""As how many statements a mail counts."""
_of_word = lru_cache(maxsize=50_000)(word_features)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text, and the answers to those questions that it teaches; to the others it says nothing.

    Without a `language` only the pieces of its words count. `teaches_only`: it is no text as people send it, so that
    nothing is measured by it. `weight`: as how many texts it counts.
    """

    text: str
    language: str | None
    answers: Mapping[Question, str]
    teaches_only: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Course:
    """Lessons as numbers: one row a lesson, in their order; behind the features of words those of sections."""

    lessons: tuple[Lesson, ...]
    sections: tuple[str, ...]
    matrix: Any = field(repr=False)

    @classmethod
    def of(cls, lessons: Sequence[Lesson], vocabularies: Mapping[str, Vocabulary]) -> "Course":
        """The lessons with the phrases of these vocabularies found in them."""
        named = sorted({phrase.section for vocabulary in vocabularies.values() for phrase in vocabulary.phrases})
        sections = (*named, *(f"{DENIED}{section}" for section in named))
        places = {section: SIZE + at for at, section in enumerate(sections)}
        rows = [_row(lesson, vocabularies, places) for lesson in lessons]
        return cls(tuple(lessons), sections, _matrix(rows, SIZE + len(sections)))

    def about(self, question: Question) -> npt.NDArray[np.int64]:
        """The rows that teach the answer to this question."""
        return np.array([at for at, lesson in enumerate(self.lessons) if question in lesson.answers], np.int64)

    def answers(self, question: Question, rows: Iterable[int]) -> list[str]:
        """The right answers of these rows."""
        return [self.lessons[row].answers[question] for row in rows]


@dataclass(frozen=True, slots=True)
class Scored:
    """What a network said of texts that it had not seen: a column for each question of yes or no, and what is right."""

    scores: Row
    right: npt.NDArray[np.bool_]


def train(course: Course) -> Model:
    """A model that answers every question.

    Which language a text is in is learnt by itself, from the pieces of words of all texts.
    """
    about_texts, about_language = _network(course, _TEXTS), _network(course, (labels.LANGUAGE,), hidden=0)
    weights = np.hstack([about_texts.into_hidden, about_texts.direct, about_language.direct])
    bias = np.concatenate([about_texts.hidden_bias, about_texts.bias, about_language.bias])
    none = np.zeros((HIDDEN, len(labels.LANGUAGE.columns)), np.float32)
    small, scales = _in_small_integers(weights[:SIZE])
    mixed = np.hstack([about_texts.out_of_hidden, none])
    return Model(columns_of(labels.ALL), course.sections, small, scales, weights[SIZE:], bias, mixed)


def held_back_scores(course: Course) -> dict[Question, Scored]:
    """For each question of yes or no, the scores of texts as people send them, by a network that has not seen them."""
    whole = np.array([at for at, lesson in enumerate(course.lessons) if lesson.language and not lesson.teaches_only])
    unseen = whole[::_HELD_BACK]
    network = _network(course, _TEXTS, without=unseen)
    scores = dict(zip(columns_of(_TEXTS), network.scores(course.matrix[unseen]).T, strict=True))
    found = {}
    for question in (question for question in _TEXTS if not question.answers):
        known = [at for at, row in enumerate(unseen) if question in course.lessons[row].answers]
        right = [answer == YES for answer in course.answers(question, unseen[known])]
        found[question] = Scored(scores[question.name][known], np.array(right, np.bool_))
    return found


_TEXTS = tuple(question for question in labels.ALL if question is not labels.LANGUAGE)


def _network(
    course: Course, questions: Sequence[Question], *, hidden: int = HIDDEN, without: Sequence[int] | Any = ()
) -> Network:
    """What is learnt about these questions from the texts that answer one of them."""
    rows = np.setdiff1d(np.unique(np.concatenate([course.about(question) for question in questions])), without)
    common = _common(course.matrix[rows])
    chosen = [course.lessons[row] for row in rows]
    lessons = Lessons(
        course.matrix[rows][:, common],
        np.array([[_number(lesson, question) for question in questions] for lesson in chosen], np.int32),
        np.array([_counts(lesson) for lesson in chosen], np.float32),
    )
    network = trained(lessons, [len(question.columns) for question in questions], hidden=hidden)
    return replace(
        network,
        into_hidden=_spread(network.into_hidden, common, course.matrix.shape[1]),
        direct=_spread(network.direct, common, course.matrix.shape[1]),
    )


def _number(lesson: Lesson, question: Question) -> int:
    answer = lesson.answers.get(question)
    if answer is None:
        return UNKNOWN
    return question.answers.index(answer) if question.answers else int(answer == YES)


def _counts(lesson: Lesson) -> float:
    return lesson.weight * (1.0 if lesson.teaches_only else _WHOLE)


def _spread(weights: Row, places: npt.NDArray[np.int64], width: int) -> Row:
    """The weights at their places among all features; the others have none."""
    spread = np.zeros((width, weights.shape[1]), np.float32)
    spread[places] = weights
    return spread


def _row(lesson: Lesson, vocabularies: Mapping[str, Vocabulary], places: Mapping[str, int]) -> dict[int, float]:
    if lesson.language is None:
        return _pieces(lesson.text)
    vocabulary = vocabularies[lesson.language]
    words = words_of(lesson.text, lesson.language)
    signs = sign_features(lesson.text, words)
    pairs = pair_features(words, [Neighbour.of(word.form) for word in words])
    counted = Counter([feature for word in words for feature in _of_word(word.form)] + signs + pairs)
    share = weight_of(len(words) + len(signs))
    scores = section_scores(vocabulary.find(lesson.text))
    return (
        {feature: count * share for feature, count in counted.items()}
        | {places[section]: strength(score) for section, score in scores.items()}
        | {language_feature(lesson.language): 1.0}
    )


def _pieces(text: str) -> dict[int, float]:
    words = written_words(text)
    counted = Counter(feature for word in words for feature in piece_features(fold(word)))
    return {feature: count * weight_of(len(words)) for feature, count in counted.items()}


def _matrix(rows: Sequence[Mapping[int, float]], width: int) -> Any:
    ends = np.cumsum([0, *(len(row) for row in rows)])
    return sparse.csr_matrix(
        ([value for row in rows for value in row.values()], [at for row in rows for at in row], ends),
        shape=(len(rows), width),
        dtype=np.float32,
    )


def _common(matrix: Any) -> npt.NDArray[np.int64]:
    """The features that more than one text has."""
    return np.flatnonzero(np.diff(matrix.tocsc().indptr) >= _COUNTS_FROM)


def _in_small_integers(weights: Row) -> tuple[npt.NDArray[np.int8], Row]:
    scales = np.maximum(np.abs(weights).max(axis=0), 1e-9) / _TOP
    return np.rint(weights / scales).astype(np.int8), scales.astype(np.float32)
