"""Makes a model out of lessons."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mailbot.core.errors import ConfigurationError
from mailbot.learning.thresholds import thresholds_of
from mailbot.learning.training import Course, Lesson, train
from mailbot.reading.meaning import labels
from mailbot.reading.meaning.classifier import Model
from mailbot.reading.vocabulary import Vocabulary

DOUBT = 0.4
"""Log odds this near to a threshold, or to the second best answer, are wrong about as often as right."""


def model_of(lessons: Sequence[Lesson], vocabularies: Mapping[str, Vocabulary]) -> Model:
    """A model that has learnt all lessons, with thresholds found by lessons held back.

    ConfigurationError when there is a question to which no lesson knows an answer.
    """
    course = Course.of(lessons, vocabularies)
    untaught = [question.name for question in labels.ALL if not len(course.about(question))]
    if untaught:
        raise ConfigurationError(f"no text of the corpus answers: {', '.join(untaught)} (are all its files there?)")
    learnt = train(course)
    about = {"lessons": len(lessons)}
    return replace(learnt, thresholds=thresholds_of(course), doubt=DOUBT, about=about)
