"""Alembic runs this file; the connection, with its transaction, comes from `mailbot.store.schema`."""

from alembic import context

from mailbot.faults import Point, here
from mailbot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
    on_version_apply=lambda **_: here(Point.MIGRATION_STEP),
)
with context.begin_transaction():
    context.run_migrations()
