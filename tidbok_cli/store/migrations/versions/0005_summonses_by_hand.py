"""Summonses that a clinic sends (S14): an open one is about no booking, and nothing need be mapped."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    known = sa.CheckConstraint("kind IN ('summons', 'notice')", name="ck_message_kind_known")
    with op.batch_alter_table("message", table_args=(known,)) as message:  # SQLite does not tell of its CHECKs
        message.alter_column("booking_id", existing_type=sa.Integer(), nullable=True)
        message.alter_column("label", existing_type=sa.String(), nullable=True)
        message.add_column(sa.Column("code", sa.String(), nullable=True))
