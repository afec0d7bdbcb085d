"""From which score on a question is answered with yes, chosen by scores of texts that the model had not seen."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from mailbot.learning.training import Course, held_back_scores
from mailbot.reading.meaning import labels
from mailbot.reading.meaning.labels import Question

Scores = npt.NDArray[np.float32]
Truths = npt.NDArray[np.bool_]

RECALL_COUNTS: Mapping[Question, float] = {
    labels.SAFETY: 2.5,
    **dict.fromkeys(labels.THREATS.values(), 1.6),
}
"""How many times as much a missed yes weighs as a false one (beta of F-beta, van Rijsbergen 1979); else once."""
_COMPLAINTS = 0.7
"""The share of complaints in a mailbox for them; most of the corpus are complaints, so that there is much to learn."""
_AS_GOOD = 0.005
"""What is won by two thresholds that differ by less than this differs by chance."""


def thresholds_of(course: Course) -> dict[str, float]:
    """The threshold of each question that is answered by yes or no."""
    return {
        question.name: round(_best(scored.scores, scored.right, question), 2)
        for question, scored in held_back_scores(course).items()
    }


def _best(scores: Scores, right: Truths, question: Question) -> float:
    """The middle of the thresholds at which about the most is won; 0 where there is nothing to tell apart."""
    if right.all() or not right.any():
        return 0.0
    order = np.argsort(-scores, kind="stable")
    hits, said = np.cumsum(right[order]), np.arange(1, len(order) + 1)
    if question is labels.IS_COMPLAINT:
        won = _COMPLAINTS * hits / right.sum() - (1 - _COMPLAINTS) * (said - hits) / (~right).sum()
    else:
        squared = RECALL_COUNTS.get(question, 1.0) ** 2
        won = (1 + squared) * hits / (squared * right.sum() + said)
    return float(scores[order][won >= won.max() - _AS_GOOD].mean())
