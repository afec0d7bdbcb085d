"""What is put by for the next start is taken only where nobody but the desk's own user can have put it there."""

import os
from pathlib import Path
from shutil import copytree

import pytest

from mailbot.core.errors import PermanentError
from mailbot.core.letters import LetterKind
from mailbot.mail import compiled
from mailbot.mail.samples import FULL
from mailbot.mail.templates import Templates
from mailbot.settings.config_file import load_config
from mailbot.shelf import NO_SHELF, Shelf, name_of
from mailbot.workflows.runtime import load_rules, shelf_of
from tests.desk import ROOT, write_config
from tests.servers.loaded import by_itself

CONTENT = b"made at great length" * 1000


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "new" / "cache", writable=True)


def path_on(shelf: Shelf, name: str) -> Path:
    assert shelf.folder is not None
    return shelf.folder / name


def test_what_was_put_by_is_there_for_its_owner_alone(shelf: Shelf) -> None:
    assert shelf.get("a") is None
    shelf.put("a", CONTENT)
    assert (shelf.get("a"), shelf.get("b")) == (CONTENT, None)
    assert path_on(shelf, "a").stat().st_mode & 0o777 == 0o600
    assert path_on(shelf, "").stat().st_mode & 0o777 == 0o700
    assert [path.name for path in path_on(shelf, "").iterdir()] == ["a"]


def test_the_newest_counts(shelf: Shelf) -> None:
    shelf.put("a", b"old")
    shelf.put("a", b"new")
    assert shelf.get("a") == b"new"


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_is_not_there(shelf: Shelf, mode: int) -> None:
    shelf.put("a", CONTENT)
    path_on(shelf, "a").chmod(mode)
    assert shelf.get("a") is None


def test_nothing_is_there_in_a_folder_that_others_can_write(shelf: Shelf) -> None:
    shelf.put("a", CONTENT)
    path_on(shelf, "").chmod(0o777)
    assert shelf.get("a") is None


def test_a_link_is_not_followed(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put("a", CONTENT)
    path_on(shelf, "b").symlink_to(path_on(shelf, "a"))
    (tmp_path / "elsewhere").symlink_to(path_on(shelf, ""))
    assert shelf.get("b") is None
    assert Shelf(tmp_path / "elsewhere").get("a") is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_not_there(shelf: Shelf) -> None:
    shelf.put("a", CONTENT)
    os.chown(path_on(shelf, "a"), 1234, -1)
    assert shelf.get("a") is None


@pytest.mark.parametrize("damage", [b"", b"short", CONTENT, b"\0" * 40])
def test_a_damaged_file_is_not_there(shelf: Shelf, damage: bytes) -> None:
    shelf.put("a", CONTENT)
    path_on(shelf, "a").write_bytes(damage)
    assert shelf.get("a") is None
    shelf.put("a", CONTENT)
    assert shelf.get("a") == CONTENT


def test_what_is_no_file_is_not_there(shelf: Shelf) -> None:
    shelf.put("a", CONTENT)
    path_on(shelf, "folder").mkdir()
    os.mkfifo(path_on(shelf, "pipe"))
    assert (shelf.get("folder"), shelf.get("pipe")) == (None, None)


def test_nothing_is_kept_that_was_not_to_be_or_cannot_be(shelf: Shelf, tmp_path: Path) -> None:
    Shelf(tmp_path / "b").put("a", CONTENT)
    NO_SHELF.put("a", CONTENT)
    (tmp_path / "file").touch()
    in_the_way = Shelf(tmp_path / "file" / "cache", writable=True)
    in_the_way.put("a", CONTENT)
    in_the_way.make_room()
    assert (in_the_way.get("a"), NO_SHELF.get("a")) == (None, None)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_oldest_files_make_room(shelf: Shelf) -> None:
    for number in range(2001):
        shelf.put(str(number), b"")
        os.utime(path_on(shelf, str(number)), (number, number))
        if number == 1999:
            shelf.make_room()
            assert shelf.get("0") == b""
    shelf.make_room()
    assert (shelf.get("999"), shelf.get("1000"), len(list(path_on(shelf, "").iterdir()))) == (None, b"", 1001)


def test_a_name_says_what_it_was_made_of() -> None:
    assert name_of("a", "b") == name_of("a", "b")
    assert len({name_of("a", "b"), name_of("ab"), name_of("b", "a"), name_of("a", "", "b"), name_of()}) == 5


def _templates(folder: Path, shelf: Shelf) -> Templates:
    compiled._at_hand.clear()  # as at the start of a process
    return Templates(folder, languages=("en", "fa"), zone="Europe/Tallinn", shelf=shelf)


def test_templates_put_by_say_the_same_and_an_edit_says_something_new(shelf: Shelf, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    copytree(ROOT / "templates", folder)
    said = [_templates(folder, shelf).render("answer", "fa", FULL[LetterKind.ANSWER]) for _ in range(2)]
    assert said[0] == said[1]
    stored = {path.name: path.read_bytes() for path in path_on(shelf, "").iterdir()}
    (folder / "fa" / "answer.md").write_text("Subject: x\n\nShort", "utf-8")
    edited = _templates(folder, shelf)
    assert edited.render("answer", "fa", FULL[LetterKind.ANSWER]).subject == "x"
    assert len(list(path_on(shelf, "").iterdir())) == len(stored) + 1
    for name in stored:
        path_on(shelf, name).write_bytes(b"damaged")
    (folder / "fa" / "answer.md").write_bytes((ROOT / "templates" / "fa" / "answer.md").read_bytes())
    assert _templates(folder, shelf).render("answer", "fa", FULL[LetterKind.ANSWER]) == said[0]


def test_mistakes_in_templates_put_by_are_where_they_stand_now(shelf: Shelf, tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder = tmp_path / name
        copytree(ROOT / "templates", folder)
        (folder / "en" / "answer.md").write_text("Subject: x\n\n{{ nothing_of_this_name }}", "utf-8")
        with pytest.raises(PermanentError, match=f"{name}/en/answer.md:3:"):
            _templates(folder, shelf).render("answer", "en", FULL[LetterKind.ANSWER])


def test_commands_that_only_look_take_what_a_desk_has_put_by_and_leave_nothing(tmp_path: Path) -> None:
    path = write_config(tmp_path)
    path.write_text(path.read_text().replace("[en, et, sl, ru, fa]", "[en]"))
    config = load_config(path, environ={})
    with by_itself():
        for_looking = shelf_of(config, writable=False)
        load_rules(config, None, shelf=for_looking)
        assert not config.data_dir.exists()
        put_by = load_rules(config, None, shelf=shelf_of(config)).vocabularies
        looked_at = load_rules(config, None, shelf=for_looking).vocabularies
    assert [written._shelf for written in looked_at.written.values()] == [for_looking] * len(put_by)
    assert looked_at == put_by
