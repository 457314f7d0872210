"""Which logical addresses a snapshot of TAK tells of, where it does not tell of all."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("tak_snapshot", sa.Column("whole", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_table(
        "tak_address",
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("asked_from", sa.BigInteger(), nullable=False),
        sa.Column("asked_until", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("asked_from <= asked_until", name="ck_tak_address_asked_in_order"),
        sa.PrimaryKeyConstraint("address_key", "asked_from", name="pk_tak_address"),
    )
