"""Why each version of a clinic was put in force, and calendars besides the coupling's own."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    for column in ("purpose", "also"):
        op.add_column("unit_version", sa.Column(column, sa.String()))
