"""Whether a purpose is asked for, kept where the data are: another configuration does not undo it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "store_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("require_purpose", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_store_policy"),
    )
