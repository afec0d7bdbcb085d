"""Trains the classifier: logistic regression over the features of labelled texts. The only user of scikit-learn.

The same texts give the same model: nothing is drawn by lot, and the folds follow from the order of the texts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from mailbot.reading.inflection import words_of
from mailbot.reading.meaning.classifier import Model, Row, strength, weight_of
from mailbot.reading.meaning.features import SIZE, features_of, language_feature, piece_features, sentences
from mailbot.reading.meaning.labels import Question, columns_of
from mailbot.reading.meaning.sections import DENIED, section_scores
from mailbot.reading.vocabulary import Vocabulary

_Fitted = tuple[Row, Row]
FOLDS = 5
YES, NO = "yes", "no"
_COUNTS_FROM = 2
"""A feature of one text alone says nothing about others."""
_PENALTY = 3.0
_ROUNDS, _GOOD_ENOUGH = 500, 1e-3
_TOP = 127
_NEVER = -100.0
"""The bias of an answer that no lesson gives."""


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


def train(course: Course, questions: Sequence[Question]) -> Model:
    """A model that answers these questions."""
    columns = columns_of(questions)
    common = _common(course.matrix)
    weights = np.zeros((course.matrix.shape[1], len(columns)), np.float32)
    bias = np.zeros(len(columns), np.float32)
    at = 0
    for question in questions:
        rows = course.about(question)
        part, offset = _fit(course, rows, common, question)
        width = len(question.columns)
        weights[common, at : at + width], bias[at : at + width] = part, offset
        at += width
    small, scales = _in_small_integers(weights[:SIZE])
    return Model(columns, course.sections, small, scales, weights[SIZE:], bias)


def held_back_scores(course: Course, question: Question) -> tuple[npt.NDArray[np.int64], Row]:
    """The rows by which a question is measured, and the scores that each gets from a model that has not seen it."""
    rows = course.about(question)
    measured = rows[[not course.lessons[row].teaches_only for row in rows]]
    scores = np.zeros((len(measured), len(question.columns)), np.float32)
    for fold in range(FOLDS):
        rest = np.setdiff1d(rows, measured[fold::FOLDS])
        common = _common(course.matrix[rest])
        part, offset = _fit(course, rest, common, question)
        scores[fold::FOLDS] = course.matrix[measured[fold::FOLDS]][:, common] @ part + offset
    return measured, scores


def _fit(course: Course, rows: npt.NDArray[np.int64], common: npt.NDArray[np.int64], question: Question) -> _Fitted:
    """Weights by feature and column, and the bias of each column."""
    answers = course.answers(question, rows)
    weights = np.zeros((len(common), len(question.columns)), np.float32)
    bias = np.full(len(question.columns), _NEVER, np.float32)
    if len(set(answers)) == 1:  # where all say the same, there is nothing to weigh
        bias[[answer == answers[0] for answer in question.answers or (YES,)]] = -_NEVER
        return weights, bias
    model = LogisticRegression(C=_PENALTY, max_iter=_ROUNDS, tol=_GOOD_ENOUGH).fit(
        course.matrix[rows][:, common], answers, [course.lessons[row].weight for row in rows]
    )
    of_answer = dict(zip(map(str, model.classes_), _columns_of(model), strict=True))
    for at, answer in enumerate(question.answers or (YES,)):
        if answer in of_answer:
            weights[:, at], bias[at] = of_answer[answer]
    return weights, bias


def _columns_of(model: LogisticRegression) -> Iterator[tuple[Row, float]]:
    """Weights and bias of each answer that the model knows; of two answers it keeps those of the second alone."""
    if len(model.classes_) == 2:
        yield -model.coef_[0], -model.intercept_[0]
    yield from zip(model.coef_, model.intercept_, strict=True)


def _row(lesson: Lesson, vocabularies: Mapping[str, Vocabulary], places: Mapping[str, int]) -> dict[int, float]:
    if lesson.language is None:
        return _pieces(lesson.text)
    vocabulary = vocabularies[lesson.language]
    found = sentences(lesson.text, words_of(lesson.text, lesson.language))
    counted = Counter(feature for sentence in found for feature in features_of(sentence))
    share = weight_of(sum(len(sentence.words) + len(sentence.signs) for sentence in found))
    scores = section_scores(vocabulary.find(lesson.text))
    return (
        {feature: count * share for feature, count in counted.items()}
        | {places[section]: strength(score) for section, score in scores.items()}
        | {language_feature(lesson.language): 1.0}
    )


def _pieces(text: str) -> dict[int, float]:
    words = words_of(text, "")
    counted = Counter(feature for word in words for feature in piece_features(word.folded))
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
