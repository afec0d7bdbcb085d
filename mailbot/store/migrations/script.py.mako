"""${message}"""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
oldest = ${repr(down_revision)}  # or older, if this only adds: see docs/decisions/27


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
