"""Words that were read are at hand for whoever reads the same ones again, and for nobody else."""

import gc
from pathlib import Path

import pytest

from mailbot.core.errors import ConfigurationError
from mailbot.reading.vocabulary import Vocabulary
from mailbot.settings.config_file import load_config
from mailbot.settings.vocabulary_file import read_vocabulary
from mailbot.workflows.runtime import load_behaviour
from mailbot.yaml_file import parse_yaml
from tests.desk import write_config

WORDS = "complaint: [late, broken]\n"


def read(text: str, *, name: str = "en.yaml", language: str = "en") -> Vocabulary:
    return read_vocabulary(parse_yaml(name, text.encode()), language=language)


def test_the_same_words_are_read_once_wherever_they_lie() -> None:
    assert read(WORDS) is read(WORDS, name="elsewhere/en.yaml")


def test_other_words_and_another_language_are_read() -> None:
    english = read(WORDS)
    assert [phrase.text for phrase in read(WORDS.replace("late", "tardy")).phrases] == ["tardy", "broken"]
    assert read(WORDS, language="et").language == "et"
    assert read(WORDS) == english


def test_a_mistake_is_told_each_time_by_its_own_file() -> None:
    for name in ("a.yaml", "b.yaml"):
        with pytest.raises(ConfigurationError, match=rf"{name}:1:1: complaimt: nothing looks up this section"):
            read("complaimt: [late]\n", name=name)


def test_garbage_is_collected_again_after_loading_whatever_came_of_it(tmp_path: Path) -> None:
    config = load_config(write_config(tmp_path), environ={})
    config.path.write_text(config.path.read_text().replace("/templates", "/nowhere"))
    with pytest.raises(ConfigurationError):
        load_behaviour(load_config(config.path, environ={}))
    assert gc.isenabled()
