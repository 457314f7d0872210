"""Routes of TAK, and the snapshots that told of them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "tak_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tak_snapshot"),
    )
    op.create_index("ix_tak_snapshot_read_at", "tak_snapshot", ["read_at"])
    op.create_table(
        "coupling_route",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("producer", sa.String(), nullable=True),
        sa.Column("profile", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.Column("seen_from", sa.BigInteger(), nullable=False),
        sa.Column("seen_until", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("seen_from <= seen_until", name="ck_coupling_route_seen_in_order"),
        sa.PrimaryKeyConstraint("id", name="pk_coupling_route"),
    )
    op.create_index("ix_coupling_route_address_key_contract", "coupling_route", ["address_key", "contract"])
