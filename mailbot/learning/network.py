"""The network that is trained: every answer is a weighted sum of the features, and of a few that it invents itself.

Gradient descent by Adam (Kingma & Ba 2015), with dropout (Srivastava et al. 2014); the steps touch only the features of
the texts at hand. Of a text only the questions count to which its answer is known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]
UNKNOWN = -1
_EPOCHS = 12
"""How often each text is seen; after that nothing was answered better."""
_RATE = 2e-3
_MOST_AT_ONCE, _FEWEST_AT_ONCE, _STEPS = 512, 16, 60
"""How many texts make one step, so that even a small corpus makes so many steps an epoch."""
_FORGOTTEN_FEATURES, _FORGOTTEN_HIDDEN = 0.2, 0.3
_BEGIN = 0.01
"""Small: what is rare stays near nothing, and the direct weights are learnt first."""
_MOMENTUM, _SQUARES, _TINY = 0.9, 0.99, 1e-8


@dataclass(frozen=True, slots=True)
class Lessons:
    """Texts as rows of features, the number of the right answer to each question, and as how many texts each counts."""

    features: Any = field(repr=False)
    answers: npt.NDArray[np.int32] = field(repr=False)
    weights: Floats = field(repr=False)

    def of(self, rows: Indices) -> "Lessons":
        """Some of them."""
        return Lessons(self.features[rows], self.answers[rows], self.weights[rows])


@dataclass(slots=True)
class Network:
    """The weights: from features to `hidden` ones and from these to answers, and from features to answers directly."""

    into_hidden: Floats
    hidden_bias: Floats
    out_of_hidden: Floats
    direct: Floats
    bias: Floats

    @classmethod
    def new(cls, features: int, hidden: int, answers: int, chance: np.random.Generator) -> "Network":
        """One that has learnt nothing yet."""
        return cls(
            (chance.standard_normal((features, hidden)) * _BEGIN).astype(np.float32),
            np.zeros(hidden, np.float32),
            (chance.standard_normal((hidden, answers)) / (2 * np.sqrt(max(hidden, 1)))).astype(np.float32),
            np.zeros((features, answers), np.float32),
            np.zeros(answers, np.float32),
        )

    def scores(self, features: Any) -> Floats:
        """The log odds of each answer, row by row."""
        hidden = np.maximum(features @ self.into_hidden + self.hidden_bias, 0)
        scores: Floats = hidden @ self.out_of_hidden + features @ self.direct + self.bias
        return scores


def trained(lessons: Lessons, answers: Sequence[int], *, hidden: int) -> Network:
    """A network that has learnt the lessons. `answers`: how many each question has; 1 stands for yes or no.

    The same lessons give the same network on the same machine: chance always begins alike.
    """
    chance = np.random.default_rng(0)
    network = Network.new(lessons.features.shape[1], hidden, sum(answers), chance)
    teacher = _Teacher(network, answers, chance)
    for epoch in range(_EPOCHS):
        for rows in _portions(chance.permutation(len(lessons.answers))):
            teacher.teach(lessons.of(rows), rate=_RATE * (1 - epoch / _EPOCHS))
    return network


def _portions(rows: Indices) -> Iterator[Indices]:
    size = min(_MOST_AT_ONCE, max(_FEWEST_AT_ONCE, len(rows) // _STEPS))
    return (rows[at : at + size] for at in range(0, len(rows), size))


class _Teacher:
    """Takes a network through the lessons, step by step."""

    def __init__(self, network: Network, answers: Sequence[int], chance: np.random.Generator) -> None:
        self._network, self._chance = network, chance
        ends = np.cumsum([0, *answers])
        self._columns = [slice(*ends[at : at + 2]) for at in range(len(answers))]
        self._adam = {name: _Adam(getattr(network, name)) for name in Network.__slots__}

    def teach(self, lessons: Lessons, *, rate: float) -> None:
        """One step into the direction in which these lessons would be answered better."""
        network, features = self._network, self._with_gaps(lessons.features)
        sums = features @ network.into_hidden + network.hidden_bias
        seen = (self._chance.random(sums.shape) >= _FORGOTTEN_HIDDEN) / np.float32(1 - _FORGOTTEN_HIDDEN)
        hidden = (np.maximum(sums, 0) * seen).astype(np.float32)
        errors = self._errors(hidden @ network.out_of_hidden + features @ network.direct + network.bias, lessons)
        below = ((errors @ network.out_of_hidden.T) * seen * (sums > 0)).astype(np.float32)
        rows = np.unique(features.indices)
        causes = features[:, rows].T.tocsr()
        self._adam["out_of_hidden"].step(hidden.T @ errors, rate)
        self._adam["hidden_bias"].step(below.sum(axis=0), rate)
        self._adam["bias"].step(errors.sum(axis=0), rate)
        self._adam["into_hidden"].step(causes @ below, rate, rows)
        self._adam["direct"].step(causes @ errors, rate, rows)

    def _with_gaps(self, features: Any) -> Any:
        gaps = features.copy()
        gaps.data *= (self._chance.random(gaps.nnz) >= _FORGOTTEN_FEATURES) / np.float32(1 - _FORGOTTEN_FEATURES)
        return gaps

    def _errors(self, scores: Floats, lessons: Lessons) -> Floats:
        """How much too probable each answer was held; 0 where the right one is not known."""
        errors = np.zeros_like(scores)
        for question, columns in enumerate(self._columns):
            known = np.flatnonzero(lessons.answers[:, question] != UNKNOWN)
            right = lessons.answers[known, question]
            held = _odds(scores[known, columns])
            if held.shape[1] > 1:
                held[np.arange(len(known)), right] -= 1
            else:
                held -= right[:, None]
            errors[known, columns] = held * lessons.weights[known, None]
        return errors / np.float32(len(scores))


def _odds(scores: Floats) -> Floats:
    """Of several answers by softmax, of yes by the logistic function."""
    if scores.shape[1] == 1:
        return np.asarray(1 / (1 + np.exp(-scores)), np.float32)
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float32)


class _Adam:
    """Steps of one array of weights, each in proportion to how steadily it was asked for."""

    def __init__(self, weights: Floats) -> None:
        self._weights = weights
        self._mean, self._square = np.zeros_like(weights), np.zeros_like(weights)
        self._steps = 0

    def step(self, gradient: Floats, rate: float, rows: Indices | slice = slice(None)) -> None:
        """Change the weights, or these rows of them."""
        self._steps += 1
        mean = self._mean[rows] * _MOMENTUM + gradient * (1 - _MOMENTUM)
        square = self._square[rows] * _SQUARES + gradient**2 * (1 - _SQUARES)
        self._mean[rows], self._square[rows] = mean, square
        mean = mean / np.float32(1 - _MOMENTUM**self._steps)
        square = square / np.float32(1 - _SQUARES**self._steps)
        self._weights[rows] -= np.float32(rate) * mean / (np.sqrt(square) + np.float32(_TINY))
