"""What residents read about a visit: of a mapping, and of a booking, which may have a link to a digital meeting."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("service_version", sa.Column("information", sa.String()))
    op.add_column("service_version", sa.Column("digital", sa.Boolean(), server_default=sa.false(), nullable=False))
    for column in ("information", "meeting_link"):
        op.add_column("booking", sa.Column(column, sa.String()))
