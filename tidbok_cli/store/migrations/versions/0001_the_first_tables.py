"""The first tables: units and their versions, relations, bookings, summonses, messages, imports, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_batch"),
    )
    op.create_table(
        "resident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_resident"),
        sa.UniqueConstraint("number", name="uq_resident_number"),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hsa_key", sa.String(), nullable=False),
        sa.Column("hsa_id", sa.String(), nullable=False),
        sa.Column("alias", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
        sa.UniqueConstraint("alias", name="uq_unit_alias"),
        sa.UniqueConstraint("hsa_key", name="uq_unit_hsa_key"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_audit_resident_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.String(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("care_type", sa.String(), nullable=True),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_as", sa.String(), nullable=True),
        sa.Column("replaces", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(), nullable=True),
        sa.Column("calendar", sa.String(), nullable=True),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("ended_as IN ('cancelled', 'rebooked')", name="ck_booking_ended_as_known"),
        sa.CheckConstraint("origin IN ('clinic', 'resident')", name="ck_booking_origin_known"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ck_booking_ended_as_something"),
        sa.CheckConstraint("ended_at >= created_at", name="ck_booking_ends_after_it_was_made"),
        sa.CheckConstraint("ends_at >= starts_at", name="ck_booking_in_order"),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name="fk_booking_batch_id"),
        sa.ForeignKeyConstraint(["replaces"], ["booking.id"], name="fk_booking_replaces"),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_booking_resident_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_booking_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_booking"),
        sa.UniqueConstraint("unit_id", "booking_id", name="uq_booking_unit_id_booking_id"),
    )
    op.create_index("ix_booking_booking_id", "booking", ["booking_id"], unique=False)
    op.create_index("ix_booking_resident_id", "booking", ["resident_id"], unique=False)

    op.create_table(
        "relation_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("has_effect", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "event IN ('clinic_added', 'communication_approved', 'summons_received', 'booked_by_resident', 'booking_link_login', 'clinic_removed', 'approval_withdrawn')",
            name="ck_relation_event_event_known",
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name="fk_relation_event_batch_id"),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_relation_event_resident_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_relation_event_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_relation_event"),
    )
    op.create_index("ix_relation_event_pair", "relation_event", ["unit_id", "resident_id", "occurred_at"], unique=False)
    op.create_index("ix_relation_event_resident_id", "relation_event", ["resident_id"], unique=False)

    op.create_table(
        "summons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("summons_id", sa.String(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name="fk_summons_batch_id"),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_summons_resident_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_summons_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_summons"),
        sa.UniqueConstraint("unit_id", "summons_id", name="uq_summons_unit_id_summons_id"),
    )
    op.create_table(
        "unit_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("begins", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("alias", sa.String(), nullable=True),
        sa.Column("show", sa.Boolean(), nullable=False),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        sa.Column("rebook", sa.Boolean(), nullable=False),
        sa.Column("book", sa.Boolean(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=True),
        sa.Column("logical_address", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("lines", sa.String(), nullable=False),
        sa.Column("applied_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.CheckConstraint("begins <= ends", name="ck_unit_version_in_order"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_unit_version_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_unit_version"),
    )
    op.create_index("ix_unit_version_unit_id", "unit_version", ["unit_id"], unique=False)
    op.create_index(
        "uq_unit_version_in_force",
        "unit_version",
        ["unit_id", "begins"],
        unique=True,
        sqlite_where=sa.text("begins < ends"),
        postgresql_where=sa.text("begins < ends"),
    )

    op.create_table(
        "booking_revival",
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_as", sa.String(), nullable=False),
        sa.Column("revived_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("ended_as IN ('cancelled', 'rebooked')", name="ck_booking_revival_ended_as_known"),
        sa.CheckConstraint("ended_at < revived_at", name="ck_booking_revival_in_order"),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name="fk_booking_revival_booking_id"),
        sa.PrimaryKeyConstraint("booking_id", "ended_at", name="pk_booking_revival"),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('summons', 'notice')", name="ck_message_kind_known"),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name="fk_message_booking_id"),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_message_resident_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_message_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
    )
    op.create_index("ix_message_resident_id", "message", ["resident_id"], unique=False)

    op.create_table(
        "relation_period",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("begins", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "relation IN ('held', 'removed_by_resident', 'approval_withdrawn')",
            name="ck_relation_period_relation_known",
        ),
        sa.CheckConstraint("begins < ends", name="ck_relation_period_in_order"),
        sa.ForeignKeyConstraint(["event_id"], ["relation_event.id"], name="fk_relation_period_event_id"),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_relation_period_resident_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_relation_period_unit_id"),
        sa.PrimaryKeyConstraint("unit_id", "resident_id", "begins", name="pk_relation_period"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_version",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("journal_name", sa.String(), nullable=True),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("show", sa.Boolean(), nullable=False),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        sa.Column("rebook", sa.Boolean(), nullable=False),
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("cancel_deadline_hours", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.CheckConstraint("book IN ('no', 'open', 'basis')", name="ck_service_version_book_known"),
        sa.CheckConstraint("kind IN ('care_service', 'time_type')", name="ck_service_version_kind_known"),
        sa.CheckConstraint("cancel_deadline_hours >= 0", name="ck_service_version_deadline_not_negative"),
        sa.ForeignKeyConstraint(["version_id"], ["unit_version.id"], name="fk_service_version_version_id"),
        sa.PrimaryKeyConstraint("version_id", "code", name="pk_service_version"),
        sqlite_with_rowid=False,
    )
