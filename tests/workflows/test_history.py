"""Every rule book that was in force can be looked at, compared and put back, and nothing on disk is lost for it."""

from pathlib import Path

import pytest

from mailbot.core.errors import ConfigurationError, PermanentError
from mailbot.store.database import Database
from mailbot.workflows.history import difference, history, roll_back
from tests.workflows.edited import BROKEN, LOW, URGENT, Edited


def go_back(desk: Edited, version: str | None = None, *, force: bool = False) -> tuple[str, tuple[str, ...]]:
    runtime = desk.runtime
    return roll_back(runtime.config, runtime.database, version, force=force, now=desk.driver.now)


def edit(desk: Edited, text: str, name: str = "rules/zz.yaml") -> str:
    desk.write(text, name)
    desk.wait()
    return desk.version


def test_the_history_tells_what_each_book_changed_and_decided(desk: Edited) -> None:
    first = desk.version
    second = edit(desk, URGENT)
    desk.priority()
    third = edit(desk, URGENT.replace("urgent}", "high}") + "  - {rule: another, then: {tag: x}}\n")
    (desk.folder / "rules/zz.yaml").unlink()
    answer = (desk.folder / "templates/en/answer.md").read_text()
    fourth = edit(desk, answer + "\nBye\n", "templates/en/answer.md")
    with desk.runtime.database.read() as tx:
        chapters = history(tx)
    assert [c.version for c in chapters] == [fourth, third, second, first]
    assert [c.cases for c in chapters] == [0, 0, 1, 0]
    assert [c.added for c in chapters] == [(), ("another",), ("all is urgent",), ()]
    assert [c.changed for c in chapters] == [(), ("all is urgent",), (), ()]
    assert chapters[0].removed == ("all is urgent", "another")
    assert chapters[0].files == ("rules/zz.yaml", "templates/en/answer.md")
    assert [c.until for c in chapters] == [None, *(c.since for c in chapters[:-1])]
    assert chapters[0].author == (desk.folder / "templates/en/answer.md").owner()


def test_a_book_is_compared_with_the_one_before(desk: Edited) -> None:
    first = desk.version
    version = edit(desk, URGENT)
    with desk.runtime.database.read() as tx:
        before, changes = difference(tx, version[:6])
        assert difference(tx, first)[0] is None
        with pytest.raises(PermanentError, match="rules history"):
            difference(tx, "000000")
    assert before == first
    assert changes == {
        "rules/zz.yaml": "--- /dev/null\n+++ b/rules/zz.yaml\n@@ -0,0 +1,2 @@\n"
        "+rules:\n+  - {rule: all is urgent, then: {priority: urgent}}"
    }


def test_the_book_before_comes_back_and_decides(desk: Edited) -> None:
    first = desk.version
    second = edit(desk, URGENT)
    assert go_back(desk) == (first, ("rules/zz.yaml",))
    desk.wait()
    assert (desk.version, desk.priority()) == (first, "normal")
    assert go_back(desk) == (second, ("rules/zz.yaml",)), "and back again"
    desk.wait()
    assert (desk.version, desk.priority()) == (second, "urgent")
    with desk.runtime.database.read() as tx:
        assert [term.version for term in tx.books.terms()] == [second, first, second, first]


def test_files_come_back_to_the_letter_with_the_permissions_that_they_had(desk: Edited) -> None:
    file = desk.folder / "rules/zz.yaml"
    text = f"# «õ» \u200c\r\n{URGENT}".encode()
    file.write_bytes(text)
    file.chmod(0o640)
    desk.wait()
    version = desk.version
    file.write_text(LOW)
    file.chmod(0o600)
    desk.wait()
    go_back(desk, version)
    assert file.read_bytes() == text
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir() if path.name.endswith("~")] == []


def test_what_is_kept_nowhere_is_not_overwritten_unless_that_is_asked_for(desk: Edited) -> None:
    first = desk.version
    edit(desk, URGENT)
    edit(desk, BROKEN)
    with pytest.raises(PermanentError, match="--force"):
        go_back(desk, first)
    assert (desk.folder / "rules/zz.yaml").read_text() == BROKEN
    assert go_back(desk, first, force=True)[0] == first
    assert not (desk.folder / "rules/zz.yaml").exists()
    with desk.runtime.database.read() as tx:
        kept = history(tx)[-1]
        files = tx.books.files(kept.version)
    assert kept.since is None
    assert files is not None
    assert files["rules/zz.yaml"] == BROKEN
    go_back(desk, first)
    desk.wait()
    assert desk.priority() == "normal"


def test_a_book_that_does_not_suit_the_configuration_any_more_is_not_put_back(desk: Edited, path: Path) -> None:
    second = edit(desk, "rules:\n  - {rule: to quality, then: {assign_team: quality}}\n")
    (desk.folder / "rules/zz.yaml").unlink()
    for file in (desk.folder / "rules").glob("*.yaml"):
        file.write_text(file.read_text().replace("quality", "logistics"))
    desk.wait()
    path.write_text(path.read_text().replace("quality", "logistics"))
    other = Edited.begin(path, desk.runtime.database)
    present = (desk.folder / "rules/routing.yaml").read_text()
    with pytest.raises(ConfigurationError, match="quality"):
        go_back(other, second)
    assert (desk.folder / "rules/routing.yaml").read_text() == present
    other.close()


def test_there_has_to_be_a_book_to_go_back_to(desk: Edited) -> None:
    with pytest.raises(PermanentError, match="no earlier rule book"):
        go_back(desk)
    with pytest.raises(PermanentError, match="no rule book ffff0000: there is none"):
        go_back(desk, "ffff0000")


def test_nothing_is_known_of_a_database_without_a_past(database: Database) -> None:
    with database.read() as tx:
        assert history(tx) == ()
