"""Brings the tables up to what this mailbot expects, and says whether it can work with those of a newer one.

A revision first adds, and takes away one release later: so versions next to one another work side by side on one
database. Alembic is loaded only when there is something to do.
"""

import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from mailbot.core.errors import ConfigurationError
from mailbot.store.session import Session
from mailbot.store.tables import compatibility, daemons

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number will do that no other program on the same server takes for its own advisory lock.
_LOCK = 7_102_454_481_153_274
# The last version whose daemons do not say what they know.
_SILENT = "0010"
_ATTEMPTS, _PAUSE_SECONDS = 5, 0.5
_OLDEST = sa.select(compatibility.c.oldest).where(compatibility.c.revision == sa.bindparam("revision"))

LEAVING: frozenset[str] = frozenset()
"""`table.column` of what an older version needs and this one has no use for; a later revision takes it away."""


def newest() -> str:
    """The revision that this version of mailbot works with: the highest number of a file in `migrations/versions`."""
    return max(file.name[1:5] for file in (_MIGRATIONS / "versions").glob("r[0-9]*.py"))


def stored(connection: sa.Connection) -> str | None:
    """The revision of the database, none for an empty one.

    ConfigurationError when it is newer than this mailbot, and has left no room for it.
    """
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    if revision is not None and revision > newest() and _oldest(connection, revision) > newest():
        raise ConfigurationError(
            f"the database was last used by a newer mailbot (its revision is {revision}, this one knows up to "
            f"{newest()}): install that version again, or restore the backup from before the update"
        )
    return revision


def upgrade(connection: sa.Connection) -> None:
    """Bring the database to the newest revision, in the transaction of `connection`; others who try it wait.

    ConfigurationError, and nothing is done, while a daemon lives that could not go on.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    if (stored(connection) or "") < newest():
        oldest = _run_migrations(connection)
        _refuse_while_needed(connection, oldest)
        Session(connection).put_over(compatibility, {"id": 1, "revision": newest(), "oldest": oldest})
    if (stored(connection) or "") < newest():
        raise ConfigurationError(f"mailbot is not installed completely: no migration leads to revision {newest()}")


def undisturbed(work: Callable[[], None]) -> None:
    """Do it; anew, a few times, where the database ended it because it and somebody else waited for one another."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return work()
        except sa.exc.OperationalError as error:
            if attempt == _ATTEMPTS or getattr(error.orig, "sqlstate", None) != "40P01":
                raise
        time.sleep(_PAUSE_SECONDS)


def bring_to(connection: sa.Connection, revision: str) -> None:
    """Make the tables of an empty database as they were at an earlier revision."""
    _run_migrations(connection, revision)


def _oldest(connection: sa.Connection, revision: str) -> str:
    """The oldest mailbot, by its newest revision, that can work with these tables; a version may not have said."""
    if not sa.inspect(connection).has_table(compatibility.name):
        return revision
    oldest: str | None = connection.execute(_OLDEST, {"revision": revision}).scalar()
    return oldest or revision


def _refuse_while_needed(connection: sa.Connection, oldest: str) -> None:
    """ConfigurationError if a daemon lives by its own account that knows no revision as new as `oldest`."""
    knows = sa.func.coalesce(daemons.c.revision, _SILENT)
    query = sa.select(daemons.c.host, daemons.c.pid, knows).where(daemons.c.until > sa.func.now(), knows < oldest)
    if connection.dialect.name == "postgresql" and (row := connection.execute(query).first()):
        raise ConfigurationError(
            f"the daemon {row[1]} on {row[0]} is of a version that cannot work with the new tables (it knows revision "
            f"{row[2]}, they need {oldest}): stop it first, or bring it to the version in between"
        )


def _run_migrations(connection: sa.Connection, revision: str = "head") -> str:
    """Returns the oldest revision whose mailbot can work with the tables that come of it."""
    from alembic import command  # noqa: PLC0415  (loading it takes as long as the rest of the start)
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, revision)
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    return max(getattr(script.module, "oldest", script.revision) for script in scripts)
