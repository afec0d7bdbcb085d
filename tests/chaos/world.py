"""What all runs share: the servers, databases to copy, rules and templates, and what was loaded of them once."""

import gc
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as Alembic

from mailbot import log
from mailbot.core.message import Reading
from mailbot.core.server import Server
from mailbot.reading.attached import words_in
from mailbot.reading.hints import Hints
from mailbot.reading.reader import Reader
from mailbot.reading.workers import Readers
from mailbot.settings.config import Config
from mailbot.settings.config_file import load_config
from mailbot.store import schema
from mailbot.store.database import Database
from mailbot.workflows.runtime import Behaviour, Runtime, load_behaviour
from tests.chaos.people import Cast
from tests.chaos.plan import Kind, Plan
from tests.desk import ROOT, DeskDriver, write_config
from tests.security.play import Play
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.postgres import Cluster, running_postgres
from tests.servers.smtp_sink import SmtpSink, running_sink

FIRST_VERSION = "0001"
_FEW = "rules:\n  - {rule: by default, then: {priority: normal, assign_team: logistics}}\n"
_COUNT = itertools.count(1)


class ReadersHere:
    """Reads as the desk's reading processes do, in the process that asks, which has all that is needed loaded."""

    count = 1

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def read(self, raw: bytes, hints: Hints) -> Reading:
        return self._reader.read(raw, hints)

    def words_in(self, attachment: Any) -> str:
        return words_in(attachment)

    def begin(self) -> None:
        """There is nothing to begin."""

    close = retire = begin


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules and templates on disk, which are not edited, and what was loaded of them."""

    folder: Path
    behaviour: Behaviour


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a run needs. `models`: databases to copy, by kind and by whether they are outdated."""

    folder: Path
    moving: Dovecot
    copying: Dovecot
    sink: SmtpSink
    cluster: Cluster | None
    models: dict[tuple[Kind, bool], str]
    shipped: Rules
    few: Rules


@dataclass(frozen=True, slots=True)
class Place:
    """One desk: a folder, a database, a mailbox, and a configuration that names them."""

    folder: Path
    config: Config
    behaviour: Behaviour
    imap: Server
    sink: SmtpSink
    cast: Cast

    @property
    def log(self) -> Path:
        return self.folder / "log"


@contextmanager
def opened(kinds: tuple[Kind, ...]) -> Iterator[World]:
    """The world for runs on these databases; the SMTP server is one's own (`with_sink`)."""
    with ExitStack() as stack:
        memory = Path("/dev/shm")
        folder = Path(tempfile.mkdtemp(prefix="chaos-", dir=memory if memory.is_dir() else None))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        cluster = stack.enter_context(running_postgres()) if "postgresql" in kinds else None
        world = World(
            folder=folder,
            moving=stack.enter_context(running_dovecot()),
            copying=stack.enter_context(
                running_dovecot(protocol_options="imap_capability = IMAP4rev1 LITERAL+ NAMESPACE IDLE UIDPLUS")
            ),
            sink=SmtpSink({}, folder, folder),
            cluster=cluster,
            models=_models(kinds, folder, cluster),
            shipped=(shipped := _shipped(folder / "shipped")),
            few=_few(folder / "few", shipped),
        )
        _warm(world)
        gc.collect()
        gc.freeze()
        yield world


@contextmanager
def with_sink(world: World) -> Iterator[World]:
    """The same world with an SMTP server of one's own."""
    with running_sink() as sink:
        yield replace(world, sink=sink)


@contextmanager
def settled_in(world: World, plan: Plan) -> Iterator[Place]:
    """A desk that has not begun to work yet."""
    number = next(_COUNT)
    tag = f"{plan.database[0]}{plan.number}n{number}"
    folder = Path(tempfile.mkdtemp(prefix=f"run{plan.number}-", dir=world.folder))
    url, imap = _copy(world, plan, folder), (world.copying if plan.copying else world.moving).server()
    rules = world.shipped if plan.edit == "none" else world.few
    source = rules.folder
    if plan.edit != "none":
        for name in ("rules", "templates"):
            shutil.copytree(source / name, folder / name)
        source = folder
    cast_ = Cast(tag, plan.customers, plan.team)
    path = write_config(folder, database=url, imap=_as_yaml(imap), smtp=_as_yaml(world.sink.server()))
    text = path.read_text().replace(f"{ROOT}/", f"{source}/")
    for name in ("mari", "jaan", "ana"):
        text = text.replace(f"{name}@acme.example", cast_.member(name))
    path.write_text(text)
    world.sink.clear()
    try:
        yield Place(folder, load_config(path, environ={}), rules.behaviour, imap, world.sink, cast_)
    finally:
        if world.cluster and plan.database == "postgresql":
            world.cluster.drop(url)
        shutil.rmtree(folder, ignore_errors=True)


def _as_yaml(server: Server) -> str:
    who = f'username: "{server.username}", password: "{server.password.reveal()}"' if server.password else ""
    return f"{{host: {server.host}, port: {server.port}, security: none, {who}}}"


def _copy(world: World, plan: Plan, folder: Path) -> str:
    model = world.models[plan.database, plan.outdated]
    if world.cluster and plan.database == "postgresql":
        return world.cluster.create(model)
    shutil.copy(model, folder / "mail.db")
    return f"sqlite:///{folder}/mail.db"


def _warm(world: World) -> None:
    """Have a desk do in this process what others will do, so that these find in memory what takes time to make."""
    log.configure("error")
    folder = world.folder / "warm"
    folder.mkdir()
    path = write_config(folder)
    path.write_text(path.read_text().replace(f"{ROOT}/", f"{world.shipped.folder}/"))
    database = Database.open(f"sqlite:///{folder}/mail.db")
    desk = DeskDriver(Runtime(load_config(path, environ={}), database, world.shipped.behaviour))
    play = Play(desk)
    play.complain()
    play.answer("We are sorry.\n")
    play.answer("#resolve\n\nThe fee goes back today.\n")
    desk.wait(timedelta(days=8))
    database.close()


def _models(kinds: tuple[Kind, ...], folder: Path, cluster: Cluster | None) -> dict[tuple[Kind, bool], str]:
    models: dict[tuple[Kind, bool], str] = {}
    for kind in kinds:
        for outdated in (False, True):
            file = folder / f"model{outdated}.db"
            url = f"sqlite:///{file}" if kind == "sqlite" else cast(Cluster, cluster).create()
            _bring_to(url, FIRST_VERSION) if outdated else Database.open(url).close()
            models[kind, outdated] = str(file) if kind == "sqlite" else url
    return models


def _bring_to(url: str, revision: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        config = Alembic(attributes={"connection": connection})
        config.set_main_option("script_location", str(schema._MIGRATIONS))
        command.upgrade(config, revision)
    engine.dispose()


def _shipped(folder: Path) -> Rules:
    """A copy of what ships, so that nobody's edit disturbs a run."""
    for name in ("rules", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    return Rules(folder, _loaded(folder, like=None))


def _few(folder: Path, shipped: Rules) -> Rules:
    """Rules that are quickly tried, with the shipped vocabularies and templates: they are edited."""
    shutil.copytree(shipped.folder / "rules/vocabulary", folder / "rules/vocabulary")
    shutil.copytree(shipped.folder / "templates", folder / "templates")
    (folder / "rules/routing.yaml").write_text(_FEW)
    return Rules(folder, _loaded(folder, like=shipped.behaviour))


def _loaded(folder: Path, like: Behaviour | None) -> Behaviour:
    path = write_config(folder)
    path.write_text(path.read_text().replace(f"{ROOT}/", f"{folder}/"))
    config = load_config(path, environ={})
    behaviour = load_behaviour(config, like=like)
    if like:
        return behaviour
    vocabularies, languages = MappingProxyType(dict(behaviour.rule_book.vocabularies)), config.organisation.languages
    reader = Reader(vocabularies, languages)
    return replace(behaviour, readers=cast(Readers, ReadersHere(reader)))
