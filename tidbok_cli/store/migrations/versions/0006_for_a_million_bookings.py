"""Indices for a million bookings, and the relation's present state beside each of them."""

from alembic import op

from tidbok_cli.domain.relation import Relation
from tidbok_cli.domain.times import FIRST
from tidbok_cli.store.relation_now import KEEP

revision = "0006"
down_revision = "0005"

_RELATIONS = ", ".join(f"'{relation}'" for relation in Relation)
_FACTS = [
    "unit_id", "starts_at", "booking_id", "resident_id", "code", "care_type", "created_at", "ended_at", "ended_as",
    "calendar", "relation_since", "relation",
]  # fmt: skip


def upgrade() -> None:
    op.execute(
        f"ALTER TABLE booking ADD COLUMN relation VARCHAR"
        f" CONSTRAINT ck_booking_relation_known CHECK (relation IN ({_RELATIONS}))"
    )
    op.execute(f"ALTER TABLE booking ADD COLUMN relation_since BIGINT DEFAULT '{FIRST}' NOT NULL")
    op.execute(f"{KEEP} TRUE")
    op.drop_index("ix_booking_resident_id", "booking")
    op.create_index("ix_booking_resident_id_unit_id", "booking", ["resident_id", "unit_id"])
    op.create_index("ix_booking_facts", "booking", _FACTS)
    op.create_index("ix_booking_revival_then", "booking_revival", ["revived_at", "ended_at", "booking_id", "ended_as"])
    op.create_index("ix_message_booking_id", "message", ["booking_id"])
