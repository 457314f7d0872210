"""Which bookings were ended because a file that is the whole truth (`--complete`) no longer had them."""

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
