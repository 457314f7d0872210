"""Published times and booking bases, and the bookings that take and use them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("calendar", sa.String(), nullable=True),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("ends_at >= starts_at", name="ck_slot_in_order"),
        sa.CheckConstraint("withdrawn_at >= published_at", name="ck_slot_withdrawn_after_it_was_published"),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name="fk_slot_batch_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_slot_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_slot"),
        sa.UniqueConstraint("unit_id", "slot_id", name="uq_slot_unit_id_slot_id"),
    )
    op.create_index("ix_slot_slot_id", "slot", ["slot_id"])
    op.create_index("ix_slot_unit_id_starts_at", "slot", ["unit_id", "starts_at"])
    op.create_table(
        "booking_basis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("basis_id", sa.String(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("valid_from < valid_until", name="ck_booking_basis_in_order"),
        sa.CheckConstraint("withdrawn_at >= added_at", name="ck_booking_basis_withdrawn_after_it_was_added"),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name="fk_booking_basis_batch_id"),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_booking_basis_resident_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_booking_basis_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_booking_basis"),
        sa.UniqueConstraint("unit_id", "basis_id", name="uq_booking_basis_unit_id_basis_id"),
    )
    op.create_index("ix_booking_basis_basis_id", "booking_basis", ["basis_id"])
    op.create_index("ix_booking_basis_resident_id", "booking_basis", ["resident_id"])

    # SQLite can add a column that refers to another table, but no constraint by itself: both at once, in both databases.
    for column, table in (("slot_id", "slot"), ("basis_id", "booking_basis")):
        op.execute(
            f"ALTER TABLE booking ADD COLUMN {column} INTEGER CONSTRAINT fk_booking_{column} REFERENCES {table} (id)"
        )
        there = f"{column} IS NOT NULL"
        for name, condition in (("uq_booking_live", f"ended_at IS NULL AND {there}"), ("ix_booking", there)):
            op.create_index(
                f"{name}_{column}", "booking", [column], unique=name.startswith("uq"),
                sqlite_where=sa.text(condition), postgresql_where=sa.text(condition),
            )  # fmt: skip
    op.execute(
        "ALTER TABLE booking ADD COLUMN ended_by VARCHAR "
        "CONSTRAINT ck_booking_ended_by_known CHECK (ended_by IN ('clinic', 'resident'))"
    )
    op.create_index(
        "uq_booking_replaces", "booking", ["replaces"], unique=True,
        sqlite_where=sa.text("replaces IS NOT NULL"), postgresql_where=sa.text("replaces IS NOT NULL"),
    )  # fmt: skip
