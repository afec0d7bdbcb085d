"""A desk in some state, and one attack after another on it, each from the very same state."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from mailbot.store.database import Database
from mailbot.store.ledger import LedgerRow
from tests.desk import DeskDriver, write_config
from tests.placeholders import filled
from tests.security.play import Play

HERE = Path(__file__).parent
_BEFORE, _AFTER = "before.db", "desk.db"


@dataclass(frozen=True, slots=True)
class Attack:
    """One mail: what it tries, and the worst outcome that is none; `case` is whose random id it carries, if it does."""

    file: Path
    tries: str
    at_most: str
    case: int | None = None

    @property
    def name(self) -> str:
        return f"{self.file.parent.name}/{self.file.name}"


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What an attack has brought about: the mail as it came, its row of the ledger, the desk with all that was sent."""

    attack: Attack
    raw: bytes
    row: LedgerRow
    play: Play
    before: Path
    after: Path


@dataclass
class Scene:
    """One folder, played in `workspace`."""

    folder: Path
    workspace: Path

    @cached_property
    def written(self) -> Mapping[str, Any]:
        written: Mapping[str, Any] = yaml.load(
            (self.folder / "scene.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
        )
        assert written.keys() <= {"story", "config", "without", "before"}, self.folder.name
        return written

    @cached_property
    def attacks(self) -> tuple[Attack, ...]:
        """All attacks of the index, which has to name every mail of the folder."""
        index = yaml.load((self.folder / "index.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        assert list(index) == sorted(file.name for file in self.folder.glob("*.eml")), f"{self.folder.name}: the index"
        return tuple(Attack(self.folder / name, **line) for name, line in index.items())

    def play(self) -> Iterator[Aftermath]:
        """What comes of each attack, which begins from the state that `before` has led to."""
        opened = self._opened()
        for attack in self.attacks:
            with self._attacked(attack, opened) as aftermath:
                yield aftermath

    def _opened(self) -> Play:
        database = Database.open(f"sqlite:///{self.workspace / _AFTER}")
        play = Play(DeskDriver.open(self.workspace, database, written=self._config()))
        for step in self.written["before"]:
            self._step(play, step)
        database.close()  # which leaves everything in one file
        shutil.copy(self.workspace / _AFTER, self.workspace / _BEFORE)
        return play

    def _config(self) -> Path:
        """The tests' own configuration; `without` are lines of it that this desk does not have."""
        path = write_config(self.workspace, **self.written.get("config", {}))
        lines = path.read_text().splitlines()
        path.write_text("\n".join(line for line in lines if line.strip() not in self.written.get("without", ())))
        return path

    def _step(self, play: Play, step: str | Mapping[str, Any]) -> None:
        if isinstance(step, str):
            raw = filled((self.folder / "before" / step).read_bytes(), play.desk, play.sent)
            row = play.arrive(raw)
            assert row.error == "", f"{step}: {row.error}"
            return
        play.desk.wait(timedelta(**step["after"]))
        play.sent += play.desk.sent()

    @contextmanager
    def _attacked(self, attack: Attack, opened: Play) -> Iterator[Aftermath]:
        before, after = self.workspace / _BEFORE, self.workspace / _AFTER
        shutil.copy(before, after)
        play = Play(replace(opened.desk), sent=list(opened.sent))
        try:
            raw = filled(attack.file.read_bytes(), play.desk, play.sent)
            yield Aftermath(attack, raw, play.arrive(raw), play, before, after)
        finally:
            opened.desk.runtime.database.close()


def scenes() -> tuple[Path, ...]:
    """The folder of every scene."""
    return tuple(sorted(file.parent for file in HERE.glob("*/scene.yaml")))
