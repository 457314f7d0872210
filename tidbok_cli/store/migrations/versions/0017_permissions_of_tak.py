"""Permissions of TAK, and which snapshots told of them."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("tak_snapshot", sa.Column("permissions", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "coupling_permission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("consumer_key", sa.String(), nullable=False),
        sa.Column("consumer", sa.String(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.Column("seen_from", sa.BigInteger(), nullable=False),
        sa.Column("seen_until", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("seen_from <= seen_until", name="ck_coupling_permission_seen_in_order"),
        sa.PrimaryKeyConstraint("id", name="pk_coupling_permission"),
    )
    op.create_index(
        "ix_coupling_permission_consumer_address_contract",
        "coupling_permission",
        ["consumer_key", "address_key", "contract"],
    )
