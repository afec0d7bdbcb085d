"""Makes the model that ships, out of the corpus that ships: `python -m mailbot.learning.shipped`."""

from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from mailbot.learning.corpus import Corpus, corpus_files, read_corpus
from mailbot.learning.lessons import lessons_of
from mailbot.learning.thresholds import thresholds_of
from mailbot.learning.training import Course, Lesson, train
from mailbot.reading.meaning import labels
from mailbot.reading.meaning.classifier import SHIPPED, Model
from mailbot.reading.vocabulary import Vocabulary
from mailbot.yaml_file import read_yaml

QUESTIONS = (*labels.ABOUT_MAIL, *labels.ABOUT_ANSWER, labels.LANGUAGE)
DOUBT = 0.4
"""Log odds this near to a threshold, or to the second best answer, are wrong about as often as right."""


def shipped_corpus(folder: Path) -> Corpus:
    """All texts of the folder `corpus` that ships."""
    return read_corpus(*corpus_files(folder))


def model_of(lessons: tuple[Lesson, ...], vocabularies: Mapping[str, Vocabulary]) -> Model:
    """A model that has learnt all lessons, with thresholds found by lessons held back."""
    course = Course.of(lessons, vocabularies)
    taught = [question for question in QUESTIONS if len(course.about(question))]
    learnt = train(course, taught)
    about = {"lessons": len(lessons)}
    return replace(learnt, thresholds=thresholds_of(course, taught), doubt=DOUBT, about=about)


def _make() -> None:
    top = Path(str(files("mailbot"))).parent
    vocabularies = {
        file.stem: Vocabulary.from_words(file.stem, read_yaml(file).data)
        for file in sorted((top / "rules" / "vocabulary").glob("*.yaml"))
    }
    model_of(lessons_of(shipped_corpus(top / "corpus"), vocabularies), vocabularies).save(SHIPPED)


if __name__ == "__main__":
    _make()
