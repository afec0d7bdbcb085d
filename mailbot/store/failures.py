"""What a failing database means: try again later, correct the configuration, or look at the one mail."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import exc

from mailbot.core.errors import ConfigurationError, MailbotError, PermanentError, StorageError

# What both databases say in English, or PostgreSQL in the language of its server, and what a person can do.
_TO_CORRECT = {
    "unable to open database file": "check that the file and its folder can be written by this user",
    "readonly database": "check that the file and its folder can be written by this user",
    "file is not a database": "the file is not a SQLite database: name another one under `database`, or restore it",
    "database disk image is malformed": "the file is damaged: restore it from a backup",
    "authentication failed": "check user and password in `database`",
    "no password supplied": "give a password in `database`",
    "no pg_hba.conf entry": "let this user connect from here, in the server's pg_hba.conf",
    "does not exist": "create the user and the database: createuser mailbot; createdb -O mailbot -E UTF8 mailbot",
    "permission denied": "give this user the right to create tables in the database",
}
_TO_WAIT = {
    "locked": "another program keeps it locked; it is tried again",
    "lock timeout": "another program keeps a table locked; it is tried again",
    "is full": "the disk is full: make room; it is tried again",
    "No space left": "the disk of the database server is full: make room; it is tried again",
}
_LINE_BREAKS = re.compile(r"\s*\n\s*")


@contextmanager
def when_used() -> Iterator[None]:
    """Errors of the database inside become ours: temporary, except when the database refuses what we ask."""
    try:
        yield
    except exc.TimeoutError as error:
        raise StorageError("all connections to the database are in use; it is tried again") from error
    except exc.PendingRollbackError as error:
        raise StorageError("the connection to the database broke; it is tried again") from error
    except exc.StatementError as error:
        if isinstance(error, exc.DBAPIError):
            raise _in_use(error) from error
        raise _cause(error) from error  # a value that a column type refused


@contextmanager
def when_opened(url: sa.URL) -> Iterator[None]:
    """Errors of the database inside become ours: most of them are for the admin to correct."""
    where = url.render_as_string(hide_password=True)
    try:
        yield
    except exc.DBAPIError as error:
        raise _at_opening(error, where) from error
    except OSError as error:
        text = f"the database {where} cannot be opened: {error.strerror} ({error.filename})"
        kind = StorageError if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EMFILE) else ConfigurationError
        raise kind(text) from error


def _in_use(error: exc.DBAPIError) -> MailbotError:
    if isinstance(error, exc.IntegrityError | exc.DataError | exc.ProgrammingError | exc.NotSupportedError):
        return PermanentError(f"the database refuses this: {_said(error)}")
    return StorageError(f"the database cannot be used now: {_said(error)}{_advice(_TO_WAIT, error)}")


def _at_opening(error: exc.DBAPIError, where: str) -> MailbotError:
    advice = _advice(_TO_CORRECT, error)
    if advice or isinstance(error, exc.ProgrammingError):
        return ConfigurationError(f"the database {where} cannot be used: {_said(error)}{advice}")
    return StorageError(f"the database {where} cannot be used now: {_said(error)}{_advice(_TO_WAIT, error)}")


def _said(error: exc.DBAPIError) -> str:
    return _LINE_BREAKS.sub("; ", str(error.orig).strip())


def _advice(advice: dict[str, str], error: exc.DBAPIError) -> str:
    said = str(error.orig)
    return next((f" ({what})" for words, what in advice.items() if words in said), "")


def _cause(error: exc.StatementError) -> BaseException:
    return error.orig or error
