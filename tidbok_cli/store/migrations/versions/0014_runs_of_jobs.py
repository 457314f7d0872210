"""Runs of jobs: when, how long, with which exit status and which numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("arguments", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("milliseconds", sa.BigInteger()),
        sa.Column("exit_status", sa.Integer()),
        sa.Column("error", sa.String()),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_job_run"),
    )
    op.create_index("ix_job_run_command", "job_run", ["command", "started_at"])
