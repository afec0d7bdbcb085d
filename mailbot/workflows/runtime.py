"""What every workflow needs at hand, built once: configuration, database, reader, templates and the rule book."""

import gc
import re
import secrets
from base64 import b32encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from mailbot.core.errors import ConfigurationError, Problem
from mailbot.core.letters import LetterKind
from mailbot.core.situation import Desk
from mailbot.lookups.lookups import Lookups
from mailbot.mail.templates import Templates
from mailbot.reading.meaning.classifier import SHIPPED, Classifier
from mailbot.reading.workers import Readers
from mailbot.settings.config import Config
from mailbot.settings.rulebook import RuleBook, load_rule_book
from mailbot.shelf import NO_SHELF, Shelf, name_of
from mailbot.store.database import Database
from mailbot.workflows.book_files import read_files, version_of, write_files
from mailbot.workflows.read_ahead import ReadAhead
from mailbot.workflows.rule_tests import run_tests

T = TypeVar("T")
_NO_LOOKUPS = Lookups((), folder=Path(), zone=UTC)
RANDOM_ID = r"[a-z2-7]{26}"
TOKEN_IN_ADDRESS = re.compile(rf"\+({RANDOM_ID})@", re.IGNORECASE)
"""Where `new_token` stands in an address to which a mail of ours can be answered, or comes back."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What an admin may change while the desk runs; replaced as a whole, or not at all."""

    rule_book: RuleBook
    templates: Templates
    readers: Readers
    classifier: Classifier = field(repr=False)
    files: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A state of the files that is not let into force, and why."""

    version: str
    problems: tuple[str, ...]


@dataclass(slots=True)
class Runtime:
    """One running desk. Only `behaviour` is ever replaced, with what follows from it.

    `rejected`: what is on disk, where that is not in force. `quiet`: letters of these kinds are not written, since they
    have been, or nobody knows.
    """

    config: Config
    database: Database
    behaviour: Behaviour
    rejected: Rejected | None = None
    lookups: Lookups = _NO_LOOKUPS
    quiet: frozenset[LetterKind] = frozenset()
    desk: Desk = field(init=False)
    ahead: "ReadAhead[Runtime]" = field(init=False, repr=False)
    _as_it_is: "Runtime | None" = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        self.ahead = ReadAhead(self.config.reading.workers)
        if self.lookups is _NO_LOOKUPS and self.config.lookups:
            folder, zone = self.config.data_dir / "lookups", self.config.organisation.calendar.zone
            self.lookups = Lookups(self.config.lookups, folder=folder, zone=zone)
        self.desk = desk_of(self.config, self.behaviour.rule_book)

    def as_it_is(self) -> "Runtime":
        """The desk with the behaviour of this moment: a piece of work ends by the rules by which it began."""
        own = self._as_it_is
        if own is None or own._rests_on != self._rests_on:
            own = Runtime(self.config, self.database, self.behaviour, lookups=self.lookups, quiet=self.quiet)
            self._as_it_is = own
        return own

    @property
    def _rests_on(self) -> tuple[int, ...]:
        return tuple(map(id, (self.config, self.database, self.behaviour, self.lookups, self.quiet)))

    @property
    def asks(self) -> frozenset[str]:
        """The fields of look-ups that rules, policies or letters want to know."""
        columns, asked = self.config.columns, self.behaviour.rule_book.asks
        return frozenset(c.name for c in columns if c.show or c.customer or c.name in asked)

    def replace_behaviour(self, new: Behaviour) -> None:
        """From now on, work begins with this one; what has begun goes on with the old one."""
        old, self.behaviour = self.behaviour, new
        self.desk = desk_of(self.config, new.rule_book)
        if old.readers is not new.readers:
            old.readers.retire()

    def close(self) -> None:
        """End the reading processes, and let go of the database and of all other sources."""
        self.ahead.close()
        self.behaviour.readers.close()
        self.lookups.close()
        self.database.close()


def load_behaviour(config: Config, *, like: Behaviour | None = None, shelf: Shelf = NO_SHELF) -> Behaviour:
    """Rules, vocabularies and templates as they are on disk now; ConfigurationError names every mistake.

    `like`: another one under this configuration, of which is taken over whatever rests on files that are the same.
    `shelf`: where what takes long is put by for the next time.
    """
    with _undisturbed():
        return _load(config, like, shelf)


def shelf_of(config: Config, *, writable: bool = True) -> Shelf:
    """Where a desk puts by what takes long to make out of its files: in `cache`, beside all else that it keeps.

    Commands that only look, maybe as another user, take from it and leave nothing there.
    """
    return Shelf(config.data_dir / "cache", writable=writable)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hundreds of thousands of objects are made, and all of them stay: to look for garbage takes a third of the time.

    Threads may be here at once: whoever ends first lets the collector work again.
    """
    at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if at_work:
            gc.enable()


def _load(config: Config, like: Behaviour | None, shelf: Shelf) -> Behaviour:
    files = read_files(config)
    languages, zone = config.organisation.languages, config.organisation.timezone
    problems: list[Problem] = []
    templates = like.templates if like and _templates_in(files) == _templates_in(like.files) else None
    templates = templates or _noting(
        problems,
        lambda: Templates(config.templates, languages=languages, zone=zone, columns=config.columns, shelf=shelf),
    )
    rule_book = _noting(
        problems, lambda: load_rules(config, templates, like=like.rule_book if like else None, shelf=shelf)
    )
    if rule_book is None or templates is None:
        raise ConfigurationError(problems)
    readers = like.readers if like and like.rule_book.vocabularies == rule_book.vocabularies else None
    readers = readers or Readers(rule_book.vocabularies, languages, config.reading, model=model_file(config))
    classifier = like.classifier if like else Classifier.load(model_file(config))
    return Behaviour(replace(rule_book, version=version_of(files)), templates, readers, classifier, files)


def with_new_model(config: Config, behaviour: Behaviour) -> Behaviour:
    """The same, with what has been learnt since; ConfigurationError if the file holds no model."""
    model, languages = model_file(config), config.organisation.languages
    classifier = Classifier.load(model)
    readers = Readers(behaviour.rule_book.vocabularies, languages, config.reading, model=model)
    return replace(behaviour, classifier=classifier, readers=readers)


def learnt_file(config: Config) -> Path:
    """Where a desk keeps what it has learnt from its own cases."""
    return config.data_dir / "model.npz"


def model_file(config: Config) -> Path:
    """The model to read by: the desk's own, else the one that ships."""
    learnt = learnt_file(config)
    return learnt if learnt.exists() else SHIPPED


def behaviour_of(config: Config, files: Mapping[str, str], *, like: Behaviour | None = None) -> Behaviour:
    """The same of a book that is kept; ConfigurationError if it does not suit this configuration.

    Its tests are not run: it was in force, and no later mailbot that reads a sample otherwise brings a desk to a stop.
    """
    with TemporaryDirectory(prefix="mailbot-rules-") as folder:
        elsewhere = replace(config, rules=Path(folder, "rules"), templates=Path(folder, "templates"))
        write_files(elsewhere, files)
        return sound(elsewhere, like=like, shelf=shelf_of(config, writable=False))


def rules_of(config: Config, files: Mapping[str, str], *, like: RuleBook) -> RuleBook:
    """The rules alone of a book that is kept, whatever the templates are; ConfigurationError as above.

    `like`: another book, whose vocabularies are taken over where they are the same.
    """
    with TemporaryDirectory(prefix="mailbot-rules-") as folder:
        elsewhere = replace(config, rules=Path(folder, "rules"), templates=Path(folder, "templates"))
        write_files(elsewhere, files)
        found = load_rules(elsewhere, None, like=like, shelf=shelf_of(config, writable=False))
        return replace(found, version=version_of(files))


def discard(behaviour: Behaviour, *, like: Behaviour | None) -> None:
    """Let go of one that does not come into force; what it shares with `like` stays."""
    if like is None or behaviour.readers is not like.readers:
        behaviour.readers.close()


def _templates_in(files: Mapping[str, str]) -> Mapping[str, str]:
    return {name: text for name, text in files.items() if name.startswith("templates/")}


def checked(config: Config, *, like: Behaviour | None = None, passed: str | None = None) -> Behaviour:
    """What `load_behaviour` gives, after everything was tried that can be tried before it comes into force.

    The tests of the version that has `passed` them before are not run again.
    TemporaryError where no process can be had to read the samples of the tests.
    """
    behaviour = sound(config, like=like, shelf=shelf_of(config))
    if behaviour.rule_book.version == passed:
        return behaviour
    try:
        verdicts = run_tests(config, behaviour.rule_book, behaviour.readers)
    except BaseException:
        discard(behaviour, like=like)
        raise
    if problems := [problem for verdict in verdicts for problem in verdict.problems]:
        discard(behaviour, like=like)
        raise ConfigurationError(problems)
    return behaviour


def sound(config: Config, *, like: Behaviour | None = None, shelf: Shelf = NO_SHELF) -> Behaviour:
    """What `load_behaviour` gives, after every template was tried; ConfigurationError with what is wrong with them."""
    behaviour = load_behaviour(config, like=like, shelf=shelf)
    tried = _name_of_templates(config, behaviour)
    if (like and behaviour.templates is like.templates) or shelf.get(tried) is not None:
        return behaviour
    if problems := behaviour.templates.check():
        discard(behaviour, like=like)
        raise ConfigurationError(problems)
    shelf.put(tried, b"")
    shelf.make_room()
    gc.collect()  # to make and to try them leaves much behind, and nobody may be looking for it
    return behaviour


def _name_of_templates(config: Config, behaviour: Behaviour) -> str:
    """That of the note that these templates have been tried, under what they were tried with."""
    about = (*config.organisation.languages, config.organisation.timezone, *map(repr, config.columns))
    return name_of("tried", *about, *(part for pair in _templates_in(behaviour.files).items() for part in pair))


def load_rules(
    config: Config, templates: Templates | None, *, like: RuleBook | None = None, shelf: Shelf = NO_SHELF
) -> RuleBook:
    """The rule book; names in it are compared with those of the config and, where they could be read, templates."""
    return load_rule_book(
        config.rules,
        team=config.team,
        languages=config.organisation.languages,
        acknowledgements=templates.acknowledgements if templates else None,
        details=templates.details if templates else None,
        contacts=config.contacts,
        looked_up=config.columns,
        like=like,
        shelf=shelf,
    )


def _noting(problems: list[Problem], load: Callable[[], T]) -> T | None:
    try:
        return load()
    except ConfigurationError as error:
        problems += error.problems
        return None


def desk_of(config: Config, rule_book: RuleBook) -> Desk:
    """The standing facts that decisions rest on."""
    members = frozenset(key for member in config.team.members for key in member.keys)
    return Desk(
        team=config.team,
        calendar=config.organisation.calendar,
        languages=config.organisation.languages,
        follow_up=rule_book.follow_up,
        policies=rule_book.policies,
        problems=rule_book.problems,
        not_in_copy=config.our_addresses | members,
        reopen_window=config.reopen_window,
        slas=rule_book.slas,
        stages=rule_book.stages,
        closing=rule_book.closing,
        columns=config.columns,
        assignment=config.assignment,
        confirm_above={box.name: sum_ for box in config.mailboxes if (sum_ := box.limits.confirm_above)},
        limits=rule_book.limits,
        clusters=rule_book.clusters,
        blocked=config.blocked,
    )


def new_token() -> str:
    """A random id of 128 bits, in letters and digits that survive in an address and in any case."""
    return b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=").lower()
