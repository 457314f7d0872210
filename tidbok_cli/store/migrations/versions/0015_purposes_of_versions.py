"""Why each version of a clinic was put in force."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("unit_version", sa.Column("purpose", sa.String()))
