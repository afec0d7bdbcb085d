"""Trains the classifier: logistic regression over the features of labelled texts. The only user of scikit-learn.

The same texts give the same model: nothing is drawn by lot, and the folds follow from the order of the texts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from mailbot.reading.inflection import words_of
from mailbot.reading.meaning.classifier import Model, Row, strength, weight_of
from mailbot.reading.meaning.features import SIZE, features_of, piece_features, sentences
from mailbot.reading.meaning.labels import Question, columns_of
from mailbot.reading.meaning.sections import DENIED, section_scores
from mailbot.reading.vocabulary import Vocabulary

FOLDS = 5
YES, NO = "yes", "no"
_COUNTS_FROM = 2
"""A feature of one text alone says nothing about others."""
_PENALTY = 3.0
_ROUNDS, _GOOD_ENOUGH = 500, 1e-3
_TOP = 127


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text, and the answers to those questions that it teaches; to the others it says nothing.

    Without a `language` only the pieces of its words count. `teaches_only`: it is no text as people send it, so that
    nothing is measured by it.
    """

    text: str
    language: str | None
    answers: Mapping[Question, str]
    teaches_only: bool = False


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
        part, offset = _fit(course.matrix[rows][:, common], course.answers(question, rows), question)
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
        part, offset = _fit(course.matrix[rest][:, common], course.answers(question, rest), question)
        scores[fold::FOLDS] = course.matrix[measured[fold::FOLDS]][:, common] @ part + offset
    return measured, scores


def _fit(matrix: Any, answers: Sequence[str], question: Question) -> tuple[Row, Row]:
    """Weights by feature and column, and the bias of each column."""
    model = LogisticRegression(C=_PENALTY, max_iter=_ROUNDS, tol=_GOOD_ENOUGH).fit(matrix, answers)
    found = {str(answer): at for at, answer in enumerate(model.classes_)}
    if not question.answers:
        sign = 1 if found[YES] == 1 else -1
        return sign * model.coef_.T.astype(np.float32), sign * model.intercept_.astype(np.float32)
    weights = np.zeros((matrix.shape[1], len(question.answers)), np.float32)
    bias = np.full(len(question.answers), -100.0, np.float32)  # an answer that no lesson gives is never given
    for at, answer in enumerate(question.answers):
        if answer in found:
            weights[:, at], bias[at] = model.coef_[found[answer]], model.intercept_[found[answer]]
    return weights, bias


def _row(lesson: Lesson, vocabularies: Mapping[str, Vocabulary], places: Mapping[str, int]) -> dict[int, float]:
    if lesson.language is None:
        return _pieces(lesson.text)
    vocabulary = vocabularies[lesson.language]
    found = sentences(lesson.text, words_of(lesson.text, lesson.language))
    counted = Counter(feature for sentence in found for feature in features_of(sentence))
    share = weight_of(sum(len(sentence.words) + len(sentence.signs) for sentence in found))
    scores = section_scores(vocabulary.find(lesson.text))
    return {feature: count * share for feature, count in counted.items()} | {
        places[section]: strength(score) for section, score in scores.items()
    }


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
