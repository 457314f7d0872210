"""Which bookings were ended because a file that is the whole truth (`--complete`) no longer had them; saved sweeps."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    for table in ("booking", "booking_revival"):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN absent_from INTEGER"
            f" CONSTRAINT fk_{table}_absent_from REFERENCES import_batch (id)"
            f" CONSTRAINT ck_{table}_absent_is_cancelled CHECK (absent_from IS NULL OR ended_as = 'cancelled')"
        )
    op.create_table(
        "saved_sweep",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("extent", sa.String(), nullable=False),
        sa.Column("verdicts", sa.String(), nullable=False),
        sa.Column("bookings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_saved_sweep"),
    )
    op.create_table(
        "saved_sweep_unit",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("judged", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["name"], ["saved_sweep.name"], name="fk_saved_sweep_unit_name"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_saved_sweep_unit_unit_id"),
        sa.PrimaryKeyConstraint("name", "unit_id", name="pk_saved_sweep_unit"),
    )
