"""Summonses that a clinic sends (S14): an open one is about no booking, and nothing need be mapped; and who ended a
booking (S30)."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0003"


def upgrade() -> None:
    known = sa.CheckConstraint("kind IN ('summons', 'notice')", name="ck_message_kind_known")
    with op.batch_alter_table("message", table_args=(known,)) as message:  # SQLite does not tell of its CHECKs
        message.alter_column("booking_id", existing_type=sa.Integer(), nullable=True)
        message.alter_column("label", existing_type=sa.String(), nullable=True)
        message.add_column(sa.Column("code", sa.String(), nullable=True))
    _add_ended_by()


def _add_ended_by() -> None:
    """In place: other tables refer to this one, so that it cannot be made anew beside itself."""
    op.execute(
        "ALTER TABLE booking ADD COLUMN ended_by VARCHAR "
        "CONSTRAINT ck_booking_ended_by_known CHECK (ended_by IN ('clinic', 'resident'))"
    )
