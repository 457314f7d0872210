"""No foreign key from an end that was taken back to its booking, which may lie on another server."""

from alembic import op

revision = "0010"
down_revision = "0009"

_NAMED = {"fk": "fk_%(table_name)s_%(column_0_N_name)s"}  # SQLite does not tell the name of one that a column brought


def upgrade() -> None:
    with op.batch_alter_table("booking_revival", naming_convention=_NAMED) as table:
        table.drop_constraint("fk_booking_revival_booking_id", type_="foreignkey")
