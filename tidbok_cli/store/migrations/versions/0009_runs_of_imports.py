"""Every run of an import, of which file, which clinics it told of, and what it changed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE import_batch ADD COLUMN outcome VARCHAR DEFAULT 'done' NOT NULL CONSTRAINT"
        " ck_import_batch_outcome_known CHECK (outcome IN ('done', 'rejected', 'refused', 'failed', 'interrupted'))"
    )
    for column in (
        sa.Column("reason", sa.String()),
        sa.Column("sha256", sa.String()),
        sa.Column("size", sa.BigInteger()),
        sa.Column("file_at", sa.BigInteger()),
        sa.Column("milliseconds", sa.Integer()),
        sa.Column("whole", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("ended", sa.Integer(), server_default="0", nullable=False),
        sa.Column("purged_at", sa.BigInteger()),
        sa.Column("purged_by", sa.String()),
    ):
        op.add_column("import_batch", column)
    op.create_index("ix_import_batch_sha256", "import_batch", ["sha256"])
    for table in ("booking", "slot", "booking_basis"):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN changed_in INTEGER"
            f" CONSTRAINT fk_{table}_changed_in REFERENCES import_batch (id)"
        )
    op.create_table(
        "import_batch_unit",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name="fk_import_batch_unit_batch_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_import_batch_unit_unit_id"),
        sa.PrimaryKeyConstraint("batch_id", "unit_id", name="pk_import_batch_unit"),
    )
    op.create_index("ix_import_batch_unit_unit_id", "import_batch_unit", ["unit_id"])
    op.add_column("saved_sweep", sa.Column("last_batch", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE saved_sweep SET last_batch ="
        " (SELECT COALESCE(max(id), 0) FROM import_batch i WHERE i.recorded_at <= saved_sweep.saved_at)"
    )
    op.execute(
        "INSERT INTO import_batch_unit (batch_id, unit_id, ended, cancelled)"
        " SELECT DISTINCT batch_id, unit_id, 0, 0 FROM booking WHERE batch_id IS NOT NULL"
    )
