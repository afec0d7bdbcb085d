"""Makes a model out of lessons."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mailbot.learning.thresholds import thresholds_of
from mailbot.learning.training import Course, Lesson, train
from mailbot.reading.meaning import labels
from mailbot.reading.meaning.classifier import Model
from mailbot.reading.vocabulary import Vocabulary

QUESTIONS = (*labels.ABOUT_MAIL, *labels.ABOUT_ANSWER, labels.LANGUAGE)
DOUBT = 0.4
"""Log odds this near to a threshold, or to the second best answer, are wrong about as often as right."""


def model_of(lessons: Sequence[Lesson], vocabularies: Mapping[str, Vocabulary]) -> Model:
    """A model that has learnt all lessons, with thresholds found by lessons held back."""
    course = Course.of(lessons, vocabularies)
    taught = [question for question in QUESTIONS if len(course.about(question))]
    learnt = train(course, taught)
    about = {"lessons": len(lessons)}
    return replace(learnt, thresholds=thresholds_of(course, taught), doubt=DOUBT, about=about)
