"""Who looked at whom, in full: the real user, the host, what was asked; each row chained to the one before."""

import sqlalchemy as sa
from alembic import op

from tidbok_cli.domain.audit import BEGINNING, AuditEntry, digest

revision = "0013"
down_revision = "0012"

_OLD = """
SELECT a.id, a.recorded_at, a.actor, a.command, a.purpose, r.number
FROM audit a LEFT JOIN resident r ON r.id = a.resident_id ORDER BY a.id
"""


def upgrade() -> None:
    for column in (
        sa.Column("os_user", sa.String()),
        sa.Column("uid", sa.BigInteger()),
        sa.Column("host", sa.String()),
        sa.Column("asked_at", sa.BigInteger()),
        sa.Column("decided_by", sa.String()),
        sa.Column("units", sa.String()),
        sa.Column("selection", sa.String()),
        sa.Column("shown", sa.Integer()),
        sa.Column("residents", sa.LargeBinary()),
        sa.Column("revealed", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("outcome", sa.String()),
        sa.Column("previous", sa.String(), server_default="", nullable=False),
        sa.Column("hash", sa.String(), server_default="", nullable=False),
    ):
        op.add_column("audit", column)
    op.create_index("ix_audit_resident_id", "audit", ["resident_id"])
    _chain_old_rows()


def _chain_old_rows() -> None:
    """Chain the rows of before, all of numbers that were revealed."""
    connection, previous = op.get_bind(), BEGINNING
    for number, recorded_at, actor, command, purpose, resident in connection.execute(sa.text(_OLD)).all():
        entry = AuditEntry(
            recorded_at, actor, None, None, None, command, purpose, None, None, resident, None, None, None, None,
            revealed=True, outcome=None,
        )  # fmt: skip
        own = digest(number, entry, previous)
        connection.execute(
            sa.text("UPDATE audit SET previous = :previous, hash = :own WHERE id = :number"),
            {"previous": previous, "own": own, "number": number},
        )
        previous = own
