"""Brings the tables up to what this mailbot expects; Alembic is loaded only when there is something to do."""

from pathlib import Path

import sqlalchemy as sa

from mailbot.core.errors import ConfigurationError

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number will do that no other program on the same server takes for its own advisory lock.
_LOCK = 7_102_454_481_153_274


def newest() -> str:
    """The revision that this version of mailbot works with: the highest number of a file in `migrations/versions`."""
    return max(file.name[1:5] for file in (_MIGRATIONS / "versions").glob("r[0-9]*.py"))


def stored(connection: sa.Connection) -> str | None:
    """The revision of the database, none for an empty one; ConfigurationError when it is newer than this mailbot."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    if revision is not None and revision > newest():
        raise ConfigurationError(
            f"the database was last used by a newer mailbot (its revision is {revision}, this one knows up to "
            f"{newest()}): install that version again, or restore the backup from before the update"
        )
    return revision


def upgrade(connection: sa.Connection) -> None:
    """Bring the database to the newest revision, in the transaction of `connection`; others who try it wait."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    if stored(connection) != newest():
        _run_migrations(connection)
    if stored(connection) != newest():
        raise ConfigurationError(f"mailbot is not installed completely: no migration leads to revision {newest()}")


def bring_to(connection: sa.Connection, revision: str) -> None:
    """Make the tables of an empty database as they were at an earlier revision."""
    _run_migrations(connection, revision)


def _run_migrations(connection: sa.Connection, revision: str = "head") -> None:
    from alembic import command  # noqa: PLC0415  (loading it takes as long as the rest of the start)
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, revision)
