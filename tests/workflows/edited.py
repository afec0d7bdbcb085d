"""A desk with rules and templates of its own, which somebody edits while it runs."""

import shutil
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from mailbot.reading.workers import Readers
from mailbot.settings.config_file import load_config
from mailbot.store.database import Database
from mailbot.workflows.reload import Reload, open_runtime
from mailbot.workflows.runtime import Runtime, discard
from mailbot.workflows.start import start
from tests.desk import MONDAY_NOON, ROOT, DeskDriver, mail, shared_behaviour, write_config

ROUTING = """\
rules:
  - {rule: by default, then: {priority: normal}}
  - {rule: what is late, when: {text: late}, then: {assign_team: logistics}}
"""
URGENT = "rules:\n  - {rule: all is urgent, then: {priority: urgent}}\n"
LOW = "rules:\n  - {rule: nothing matters, then: {priority: low}}\n"
BROKEN = "rules:\n  - {rule: all is urgent, then: {prioirty: urgent}}\n"
WORSE = "rules:\n  - {rule: all is urgent\n"


def folder_with_rules(folder: Path) -> Path:
    """A config.yaml beside rules of our own, and copies of the shipped vocabularies and templates."""
    for name in ("rules/vocabulary", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "rules/routing.yaml").write_text(ROUTING)
    path = write_config(folder)
    path.write_text(path.read_text().replace(f"{ROOT}/rules", "rules").replace(f"{ROOT}/templates", "templates"))
    return path


def readers_of(runtime: Runtime) -> Readers:
    """Reading processes that no other desk uses."""
    config, book = runtime.config, runtime.behaviour.rule_book
    return Readers(book.vocabularies, config.organisation.languages, config.reading)


@dataclass(slots=True)
class Edited:
    """A desk whose files somebody edits."""

    driver: DeskDriver
    reload: Reload
    folder: Path

    @classmethod
    def begin(cls, path: Path, database: Database, *, own_readers: bool = False) -> "Edited":
        """`own_readers`: what becomes of its reading processes matters, as where vocabularies are edited."""
        runtime = open_runtime(load_config(path, environ={}), database, like=shared_behaviour())
        if own_readers:
            runtime.behaviour = replace(runtime.behaviour, readers=readers_of(runtime))
        start(runtime, MONDAY_NOON)
        edited = cls(DeskDriver(runtime), Reload(runtime), path.parent)
        edited.wait()
        return edited

    @property
    def runtime(self) -> Runtime:
        return self.driver.runtime

    def close(self) -> None:
        """End its reading processes, unless all tests share them."""
        assert not shared_behaviour().readers._retired, "a desk whose vocabularies are edited needs readers of its own"
        discard(self.runtime.behaviour, like=shared_behaviour())

    @property
    def version(self) -> str:
        return self.runtime.behaviour.rule_book.version

    def write(self, text: str, name: str = "rules/zz.yaml") -> None:
        """As editors do: a new file in place of the old one."""
        new = self.folder / f"{name}~"
        new.write_text(text, encoding="utf-8")
        new.replace(self.folder / name)

    def wait(self) -> None:
        """As long as an edit needs to be taken up, and then some."""
        for _ in range(4):
            self.driver.now += timedelta(seconds=0.4)
            self.reload.look(self.driver.now)

    def alerts(self) -> list[str]:
        """Their words, without line ends and quote marks."""
        sent = [sent.text for sent in self.driver.sent() if sent.row.kind == "alert"]
        return [" ".join(text.replace("\n> ", "\n").split()) for text in sent]

    def priority(self) -> str:
        """That of a new case."""
        row = self.driver.arrive(mail("It is late.", from_="kate@mail.example", to="support@acme.example", subject="?"))
        with self.runtime.database.read() as tx:
            case = tx.cases.get(row.case_id or 0)
            assert case is not None
            opened = tx.cases.timeline(case.id)[0]
        assert opened.rule_book == self.version
        return case.priority.value
