"""What is saved under rules/ and templates/ comes into force while the desk runs, or is refused and the admins hear."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.core.errors import ConfigurationError, TemporaryError
from mailbot.reading.hints import Hints
from mailbot.settings.config_file import load_config
from mailbot.store.database import Database
from mailbot.workflows.reload import open_runtime
from mailbot.workflows.runtime import Runtime
from tests.desk import mail
from tests.workflows.edited import BROKEN, LOW, URGENT, WORSE, Edited, folder_with_rules


def test_an_edit_decides_the_next_mail_and_its_book_is_kept(desk: Edited) -> None:
    before = desk.version
    desk.write(URGENT)
    desk.wait()
    assert desk.version != before
    assert desk.priority() == "urgent"
    with desk.runtime.database.read() as tx:
        newest, oldest = tx.books.terms()
        kept = tx.books.files(newest.version)
    assert (newest.version, newest.until, oldest.version, oldest.until) == (desk.version, None, before, newest.since)
    assert newest.author == (desk.folder / "rules/zz.yaml").owner()
    assert kept is not None
    assert kept["rules/zz.yaml"] == URGENT
    assert "templates/en/answer.md" in kept
    assert desk.alerts() == []


@pytest.fixture
def lone_desk(path: Path, database: Database) -> Iterator[Edited]:
    """A desk whose vocabularies are edited."""
    desk = Edited.begin(path, database, own_readers=True)
    yield desk
    desk.close()


TESTED = """\
rules:
  - rule: the safe are low
    when: {safety: false}
    then: {priority: low}
    tests:
      - {mail: {body: The kettle was late}, expect: {priority: %s}}
"""


def test_a_book_whose_tests_fail_stays_out_and_the_difference_is_told(desk: Edited) -> None:
    before = desk.version
    desk.write(TESTED % "high")
    desk.wait()
    assert desk.version == before
    (alert,) = desk.alerts()
    assert "zz.yaml:6:54: test of “the safe are low [1]”: priority: expected high, got low (normal" in alert
    desk.write(TESTED % "low")
    desk.wait()
    assert desk.version != before
    assert desk.priority() == "low"


def test_a_desk_starts_by_an_unchanged_book_though_a_sample_is_seen_otherwise(path: Path, database: Database) -> None:
    zz = path.parent / "rules" / "zz.yaml"
    zz.write_text(
        "rules:\n  - rule: photos\n    then: {tag: x}\n    tests: [{mail: {file: a.eml}, expect: {words: 2}}]\n"
    )
    (path.parent / "rules" / "a.eml").write_text("From: a@b.example\n\ntwo words\n")
    begun = Edited.begin(path, database)
    (path.parent / "rules" / "a.eml").write_text("From: a@b.example\n\nthree words now\n")
    again = Edited.begin(path, database)
    assert again.version == begun.version
    assert again.alerts() == begun.alerts() == []
    for desk in (begun, again):
        desk.close()


def test_an_edited_template_writes_the_next_mail(desk: Edited) -> None:
    file = desk.folder / "templates/en/_closing.md"
    desk.write(file.read_text() + "\nYours ever\n", "templates/en/_closing.md")
    desk.wait()
    desk.priority()
    assert any("Yours ever" in sent.text for sent in desk.driver.sent() if sent.row.kind == "acknowledgement")


def test_an_edit_is_not_taken_up_before_it_has_stood_still(desk: Edited) -> None:
    before = desk.version
    for text in (BROKEN, WORSE, "", URGENT):
        desk.write(text)
        desk.reload.look(desk.driver.now)
    assert desk.version == before
    assert desk.reload.look(desk.driver.now)
    assert desk.version != before
    assert desk.alerts() == []


def test_a_file_that_is_only_touched_changes_nothing(desk: Edited) -> None:
    before = desk.runtime.behaviour
    os.utime(desk.folder / "rules/routing.yaml")
    desk.wait()
    assert desk.runtime.behaviour is before


def test_a_mistake_is_told_once_and_the_last_good_book_stays(desk: Edited) -> None:
    desk.write(URGENT)
    desk.wait()
    good = desk.version
    desk.write(BROKEN)
    for _ in range(3):
        desk.wait()
    (alert,) = desk.alerts()
    assert "rules/zz.yaml:2:34: rules[0].then.prioirty: no such action, did you mean" in alert
    assert desk.version == good
    assert desk.priority() == "urgent"


def test_broken_mended_broken_again_is_told_each_time(desk: Edited) -> None:
    told = []
    for text in (BROKEN, WORSE, URGENT, BROKEN, LOW, URGENT):
        desk.write(text)
        desk.wait()
        told.append([alert.partition(" - ")[0] for alert in desk.alerts()])
    rejected = ["The changed rules or templates have mistakes. The last good ones stay in force."]
    in_force = ["The changed rules and templates are now in force."]
    assert told == [rejected, rejected, in_force, rejected, in_force, []]


def test_a_mistake_that_is_taken_back_is_over(desk: Edited) -> None:
    before = desk.runtime.behaviour
    desk.write(BROKEN)
    desk.wait()
    (desk.folder / "rules/zz.yaml").unlink()
    desk.wait()
    _rejected, over = desk.alerts()
    assert f"mailbot rules history {desk.version}" in over
    assert desk.runtime.behaviour is before


def test_a_folder_that_is_gone_for_a_while_does_no_harm(desk: Edited) -> None:
    before = desk.runtime.behaviour
    (desk.folder / "rules").rename(desk.folder / "away")
    desk.wait()
    (alert,) = desk.alerts()
    assert "rules/vocabulary/en.yaml:1:1: cannot be read: No such file or directory" in alert
    assert desk.priority() == "normal"
    (desk.folder / "away").rename(desk.folder / "rules")
    desk.wait()
    assert "now in force" in desk.alerts()[0]
    assert desk.runtime.behaviour is before


@pytest.mark.parametrize("obstacle", ["directory", "latin-1", "utf-16", "loop"])
def test_what_cannot_be_read_is_refused_by_name(desk: Edited, obstacle: str) -> None:
    before, file = desk.version, desk.folder / "rules/x.yaml"
    match obstacle:
        case "directory":
            file.mkdir()
        case "latin-1":
            file.write_bytes("rules: [] # müügid".encode("latin-1"))
        case "utf-16":
            file.write_text(URGENT, encoding="utf-16")
        case "loop":
            file.symlink_to(file)
    desk.wait()
    (alert,) = desk.alerts()
    assert "rules/x.yaml:1:" in alert
    assert desk.version == before


def test_a_start_with_a_bad_book_goes_by_the_last_good_one(path: Path, database: Database) -> None:
    first = Edited.begin(path, database)
    first.write(URGENT)
    first.wait()
    first.write(BROKEN)
    first.close()
    second = Edited.begin(path, database)
    assert second.version == first.version
    assert "prioirty" in "".join(second.alerts())
    assert second.priority() == "urgent"
    second.close()
    third = Edited.begin(path, database)
    third.driver._seen, third.driver._uid = second.driver._seen, second.driver._uid
    assert third.alerts() == [], "the admins know already"
    third.write(LOW)
    third.wait()
    assert "now in force" in third.alerts()[0]
    assert third.priority() == "low"
    third.close()


def test_a_first_start_with_a_bad_book_is_refused(path: Path, database: Database) -> None:
    (path.parent / "rules/zz.yaml").write_text(BROKEN)
    with pytest.raises(ConfigurationError, match="prioirty"):
        open_runtime(load_config(path, environ={}), database)


def test_killed_between_the_record_of_a_book_and_its_coming_into_force(
    desk: Edited, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit is the last thing that a killed desk did: what a new one finds is told apart by nothing else."""
    before = desk.version
    desk.write(URGENT)
    with monkeypatch.context() as patch:
        patch.setattr(Runtime, "replace_behaviour", _killed)
        with pytest.raises(_KilledError):
            desk.wait()
    assert desk.version == before
    with desk.runtime.database.read() as tx:
        recorded = tx.books.in_force()
    assert recorded is not None
    after = Edited.begin(path, desk.runtime.database)
    assert after.version == recorded.version
    assert after.priority() == "urgent"
    with after.runtime.database.read() as tx:
        assert [term.version for term in tx.books.terms()] == [after.version, before]
    after.close()


class _KilledError(BaseException):
    """Passes by everything that catches errors."""


def _killed(*_: object) -> None:
    raise _KilledError


def test_a_database_that_is_away_postpones_an_edit(desk: Edited, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.version
    with monkeypatch.context() as patch:
        patch.setattr(Database, "begin", _away)
        desk.write(URGENT)
        desk.wait()
    assert desk.version == before
    desk.driver.now += timedelta(seconds=10)
    desk.wait()
    assert desk.priority() == "urgent"


@contextmanager
def _away(_: Database) -> Iterator[None]:
    raise TemporaryError("the database cannot be used now")
    yield


@pytest.mark.postgres
def test_two_daemons_that_reload_at_different_times(tmp_path: Path, postgres_url: str) -> None:
    desks = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        desks.append(Edited.begin(folder_with_rules(tmp_path / name), Database.open(postgres_url)))
    one, two = desks
    two.driver._uid = 1000
    first = one.version
    one.write(URGENT)
    one.wait()
    assert (one.priority(), two.priority()) == ("urgent", "normal")
    two.wait()
    assert two.version == first, "its files are its own"
    two.write(URGENT)
    two.wait()
    assert two.priority() == "urgent"
    with one.runtime.database.read() as tx:
        assert [term.version for term in tx.books.terms()] == [one.version, first]
        assert tx.books.cases_decided() == {one.version: 2, first: 1}
    for desk in desks:
        desk.close()
        desk.runtime.database.close()


def test_a_mail_that_is_being_read_is_read_to_its_end_by_the_old_processes(lone_desk: Edited) -> None:
    old, raw, answers = lone_desk.runtime.behaviour.readers, mail("It is late. " * 200_000, subject="?"), []
    reading = threading.Thread(target=lambda: answers.append(old.read(raw, Hints(default_language="en"))))
    reading.start()
    wait_for(lambda: old._nursery._process is not None)
    learn_a_word(lone_desk)
    assert lone_desk.runtime.behaviour.readers is not old
    reading.join(60)
    assert answers[0].message.text.startswith("It is late. It is late.")
    assert old._nursery._process is None, "the last mail has closed the door"


def test_a_piece_of_work_may_ask_processes_that_have_retired(lone_desk: Edited) -> None:
    begun = lone_desk.runtime.as_it_is()
    learn_a_word(lone_desk)
    reading = begun.behaviour.readers.read(mail("It is late.", subject="?"), Hints(default_language="en"))
    assert reading.reply_text == "It is late."
    assert begun.behaviour.readers._nursery._process is None


def test_an_edit_of_rules_alone_leaves_processes_and_templates_alone(desk: Edited) -> None:
    before = desk.runtime.behaviour
    desk.write(URGENT)
    desk.wait()
    after = desk.runtime.behaviour
    assert (after.readers, after.templates) == (before.readers, before.templates)
    assert desk.priority() == "urgent"


def test_a_new_word_is_understood_in_the_next_mail(lone_desk: Edited) -> None:
    learn_a_word(lone_desk)
    raw = mail("My frobnicator 48213 is broken.", from_="kate@mail.example", to="support@acme.example", subject="?")
    row = lone_desk.driver.arrive(raw)
    with lone_desk.runtime.database.read() as tx:
        case = tx.cases.get(row.case_id or 0)
    assert case is not None
    assert case.order_number == "48213"


def learn_a_word(desk: Edited) -> None:
    """An edit that needs other reading processes."""
    name = "rules/vocabulary/en.yaml"
    text = (desk.folder / name).read_text()
    desk.write(text.replace("\n  order: [", "\n  order: [frobnicator, ", 1), name)
    desk.wait()


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(500):
        if condition():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not happen in time")
