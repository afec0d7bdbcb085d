"""Which rule book a desk goes by: at its start, and whenever somebody edits `rules/` or `templates/` while it runs.

What comes into force is kept in the database first. What is not good enough never does: the last good book stays.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from mailbot.core.errors import ConfigurationError, MailbotError, PermanentError, TemporaryError
from mailbot.faults import Point, here
from mailbot.log import get_logger
from mailbot.settings.config import Config
from mailbot.store.database import Database, Transaction
from mailbot.workflows.alert import alert, call
from mailbot.workflows.book_files import Signs, author_of, digest_of, read_files, sign_of, signs_of, version_of
from mailbot.workflows.runtime import (
    Behaviour,
    Rejected,
    Runtime,
    behaviour_of,
    checked,
    discard,
    learnt_file,
    with_new_model,
)

log = get_logger(__name__)

_MOST_PROBLEMS = 50
_PAUSE = timedelta(seconds=10)


def open_runtime(config: Config, database: Database, *, like: Behaviour | None = None) -> Runtime:
    """The desk by what is on disk or, where that has mistakes, by the book that was in force last.

    ConfigurationError with the mistakes where there is no such book, or it does not suit the configuration either. The
    tests of a book that is in force already have passed, and are not run again. `like` is as for `load_behaviour`.
    """
    with database.read() as tx:
        term = tx.books.in_force()
    try:
        return Runtime(config, database, checked(config, like=like, passed=term.version if term else None))
    except ConfigurationError as error:
        last = _kept(config, database, term.version, like) if term else None
        if last is None:
            raise
        return Runtime(config, database, last, Rejected(version_of(read_files(config)), _problems(error)))


def _kept(config: Config, database: Database, version: str, like: Behaviour | None) -> Behaviour | None:
    with database.read() as tx:
        files = tx.books.files(version)
    try:
        return behaviour_of(config, files, like=like) if files else None
    except ConfigurationError:
        return None


def begin_with(runtime: Runtime, now: datetime) -> None:
    """Note what a desk that starts goes by, and tell the admins if that is not what is on disk."""
    with runtime.database.begin() as tx:
        tx.books.started(str(runtime.config.path), digest_of(runtime.config.path), now)
    if runtime.rejected:
        _refuse(runtime, runtime.rejected, now)
    else:
        _enter_into_force(runtime, runtime.behaviour, now)


class Reload:
    """Looks after the files of one running desk; called again and again, it acts on what has come to rest."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._seen: Signs | None = None
        self._done: Signs | None = None
        self._again_at: datetime | None = None
        self._config = sign_of(runtime.config.path)
        self._model = sign_of(learnt_file(runtime.config))

    def look(self, now: datetime) -> bool:
        """Take up an edit that has stood still since the last look; whether one was, so that mail may be queued.

        An editor may be in the middle of what has not stood still.
        """
        self._look_at_config()
        self._look_at_model()
        signs = signs_of(self._runtime.config)
        at_rest, self._seen = signs == self._seen, signs
        if not at_rest or signs == self._done or (self._again_at and now < self._again_at):
            return False
        try:
            if not self._take_up(signs, now):
                return False
        except MailbotError as error:
            self._again_at = now + _PAUSE
            log.error("rules.unavailable", error=str(error))
            return False
        self._done, self._again_at = signs, None
        return True

    def _take_up(self, signs: Signs, now: datetime) -> bool:
        """Bring the files into force, or refuse them; False when they changed meanwhile, and nothing was done."""
        runtime = self._runtime
        version = version_of(read_files(runtime.config))
        if version == runtime.behaviour.rule_book.version:
            _enter_into_force(runtime, runtime.behaviour, now)
            return True
        try:
            behaviour = checked(runtime.config, like=runtime.behaviour)
        except TemporaryError:
            raise
        except Exception as error:
            if signs_of(runtime.config) != signs:
                return False
            _refuse(runtime, Rejected(version, _problems(error)), now)
            return True
        try:
            if signs_of(runtime.config) == signs:
                _enter_into_force(runtime, behaviour, now)
            return behaviour is runtime.behaviour
        finally:
            if behaviour is not runtime.behaviour:
                discard(behaviour, like=runtime.behaviour)

    def _look_at_config(self) -> None:
        sign = sign_of(self._runtime.config.path)
        if sign != self._config:
            self._config = sign
            log.warning("config.changed", file=str(self._runtime.config.path), takes_effect="at the next start")

    def _look_at_model(self) -> None:
        sign = sign_of(learnt_file(self._runtime.config))
        if sign == self._model:
            return
        self._model = sign
        try:
            behaviour = with_new_model(self._runtime.config, self._runtime.behaviour)
        except ConfigurationError as error:
            log.error("model.refused", error=str(error))
            return
        behaviour.readers.begin()
        self._runtime.replace_behaviour(behaviour)
        log.info("model.in_use", file=str(learnt_file(self._runtime.config)))


def _enter_into_force(runtime: Runtime, behaviour: Behaviour, now: datetime) -> None:
    """Keep the book, then go by it: a decision never names a book that is not kept."""
    version, was_refused = behaviour.rule_book.version, False
    detail = f"mailbot rules history {version}"
    with runtime.database.begin() as tx:
        author = author_of(runtime.config)
        new = tx.books.enter_into_force(version, behaviour.files, author=author, now=now)
        if tx.books.over(now):
            was_refused = True
            _tell(tx, runtime, "rules_in_force", detail, now)
        here(Point.BOOK_BEFORE_COMMIT)
    here(Point.BOOK_COMMITTED)
    runtime.rejected = None
    if behaviour is not runtime.behaviour:
        behaviour.readers.begin()
        runtime.replace_behaviour(behaviour)
    here(Point.BOOK_IN_FORCE)
    if new:
        log.info("rules.in_force", version=version, author=author)
    if was_refused:
        call(runtime, "rules_in_force", runtime.config.mailboxes[0], detail)


def _refuse(runtime: Runtime, rejected: Rejected, now: datetime) -> None:
    """Stay with the book in force, and tell the admins, once for each state of the files."""
    runtime.rejected = rejected
    detail = _shown(rejected.problems)
    with runtime.database.begin() as tx:
        new = tx.books.refuse(rejected.version, rejected.problems, now)
        if new:
            _tell(tx, runtime, "rules_rejected", detail, now)
        here(Point.REFUSAL_BEFORE_COMMIT)
    here(Point.REFUSAL_COMMITTED)
    if new:
        log.error("rules.rejected", version=rejected.version, problems=rejected.problems[:_MOST_PROBLEMS])
        call(runtime, "rules_rejected", runtime.config.mailboxes[0], detail)


def _tell(tx: Transaction, runtime: Runtime, what: str, detail: str, now: datetime) -> None:
    """Queue an alert; that it cannot be written keeps no good book from coming into force."""
    try:
        with tx.savepoint():
            alert(tx, runtime, runtime.config.mailboxes[0], what, detail, since=now, now=now)
    except PermanentError as error:
        log.error("alert.failed", error=str(error))


def _problems(error: Exception) -> tuple[str, ...]:
    if isinstance(error, ConfigurationError):
        return tuple(map(str, error.problems)) or (str(error),)
    log.error("rules.unreadable", exc_info=error)
    return (f"{type(error).__name__}: {error}",)


def _shown(problems: Iterable[str]) -> str:
    lines = tuple(problems)
    more = [f"(+ {len(lines) - _MOST_PROBLEMS})"] if len(lines) > _MOST_PROBLEMS else []
    return "\n".join([*lines[:_MOST_PROBLEMS], *more])
