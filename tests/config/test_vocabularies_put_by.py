"""A vocabulary that was found sound is not read again, and says the same; an edited one is read and checked anew."""

import pickle
from pathlib import Path
from shutil import copytree

import pytest

from mailbot.core.errors import ConfigurationError
from mailbot.core.team import Team
from mailbot.settings.rulebook import RuleBook, load_rule_book
from mailbot.shelf import NO_SHELF, Shelf
from tests.desk import ROOT

TEXT = "My parcel was not delivered, I want my money back or I go to court."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules" / "vocabulary").mkdir(parents=True)
    copytree(ROOT / "rules" / "vocabulary", tmp_path / "rules" / "vocabulary", dirs_exist_ok=True)
    with (tmp_path / "rules" / "vocabulary" / "fa.yaml").open("a", encoding="utf-8") as file:
        file.write("\ntests:\n  - {says: سلام, type: other}\n")
    return tmp_path / "rules"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "cache", writable=True)


def load(folder: Path, shelf: Shelf, like: RuleBook | None = None) -> RuleBook:
    return load_rule_book(folder, team=Team(()), languages=("en", "fa"), shelf=shelf, like=like)


def is_made(book: RuleBook, language: str) -> bool:
    return book.vocabularies.written[language]._made is not None


def test_what_was_put_by_finds_the_same_words_and_has_the_same_tests(folder: Path, shelf: Shelf) -> None:
    plain, first, again = load(folder, NO_SHELF), load(folder, shelf), load(folder, shelf)
    assert plain.vocabularies == first.vocabularies == again.vocabularies
    assert plain.version == first.version == again.version
    assert (plain.tests, plain.files) == (again.tests, again.files)
    assert len(plain.tests) == 1
    assert is_made(plain, "en")
    assert not is_made(first, "en")
    assert not is_made(again, "en")
    expected = plain.vocabularies["en"].find(TEXT)
    assert len(expected) > 2
    assert again.vocabularies["en"].find(TEXT) == expected
    assert is_made(again, "en")
    assert not is_made(again, "fa")


def test_another_process_makes_it_by_itself(folder: Path, shelf: Shelf) -> None:
    expected = load(folder, NO_SHELF).vocabularies["en"].find(TEXT)
    kept, held = load(folder, shelf).vocabularies, load(folder, NO_SHELF).vocabularies
    assert len(pickle.dumps(kept)) < len(pickle.dumps(held)) / 3
    for sent in (kept, held):
        assert pickle.loads(pickle.dumps(sent))["en"].find(TEXT) == expected


def test_without_what_was_put_by_it_is_made_of_its_text(folder: Path, shelf: Shelf) -> None:
    load(folder, shelf)
    again = load(folder, shelf)
    assert shelf.folder is not None
    for path in shelf.folder.iterdir():
        path.write_bytes(b"damaged")
    assert again.vocabularies["en"].find(TEXT) == load(folder, NO_SHELF).vocabularies["en"].find(TEXT)


def test_an_edit_is_read_and_every_mistake_in_it_told(folder: Path, shelf: Shelf) -> None:
    first = load(folder, shelf)
    path = folder / "vocabulary" / "en.yaml"
    path.write_text(path.read_text("utf-8") + "\nrepairs: [mend]\n", "utf-8")
    for like in (None, first):
        with pytest.raises(ConfigurationError) as told:
            load(folder, shelf, like)
        assert [(Path(p.file).name, "nothing looks up this section" in p.message) for p in told.value.problems] == [
            (path.name, True)
        ]


def test_mistakes_in_its_tests_are_told_although_its_words_were_put_by(folder: Path, shelf: Shelf) -> None:
    path = folder / "vocabulary" / "en.yaml"
    text = path.read_text("utf-8") + "\ntests:\n  - {says: It is late, type: late_deliverie}\n"
    path.write_text(text, "utf-8")
    told = []
    for _ in range(2):
        with pytest.raises(ConfigurationError) as error:
            load(folder, shelf)
        told.append(error.value.problems)
    assert told[0] == told[1]
    assert text.splitlines()[told[0][0].line - 1] == "  - {says: It is late, type: late_deliverie}"
