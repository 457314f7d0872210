"""Voided relation events: what was recorded wrongly stays in the log, and is passed over."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "relation_void",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("voided_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["relation_event.id"], name="fk_relation_void_event_id"),
        sa.PrimaryKeyConstraint("event_id", name="pk_relation_void"),
    )
