from functools import cache
from pathlib import Path

import pytest
import yaml

from mailbot.reading.hints import Hints
from mailbot.reading.meaning.classifier import SHIPPED, Classifier
from mailbot.reading.reader import Reader
from mailbot.reading.vocabulary import Vocabulary

LANGUAGES = ("en", "et", "sl", "ru", "fa")
VOCABULARIES = Path(__file__).parents[2] / "rules" / "vocabulary"


@cache
def shipped() -> dict[str, Vocabulary]:
    """The vocabularies that ship."""
    texts = {language: (VOCABULARIES / f"{language}.yaml").read_text(encoding="utf-8") for language in LANGUAGES}
    return {
        language: Vocabulary.from_words(language, yaml.load(text, Loader=yaml.CSafeLoader))
        for language, text in texts.items()
    }


@pytest.fixture(scope="session")
def vocabularies() -> dict[str, Vocabulary]:
    """The vocabularies that ship."""
    return shipped()


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    """The model that ships."""
    return Classifier.load(SHIPPED)


@pytest.fixture(scope="session")
def reader(vocabularies) -> Reader:
    return Reader(vocabularies, LANGUAGES)


@pytest.fixture
def hints() -> Hints:
    return Hints(default_language="en", our_addresses=frozenset({"support@acme.example"}))
