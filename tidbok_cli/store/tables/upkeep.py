"""Imports, jobs, and who looked at whom."""

from sqlalchemy import BigInteger, Index, false, true
from sqlmodel import Field, SQLModel

from tidbok_cli.domain.imports import ImportOutcome
from tidbok_cli.store.tables.columns import instant, one_of


class ImportBatch(SQLModel, table=True):
    """One run of an import, carried out or not (`outcome`; `reason`: its error's code).

    `recorded_at` is its real start, `happened_at` its moment (`--at`), `file_at` the file's own time. `ended` are
    bookings that a `whole` file ended by lacking them. What it made is gone from `purged_at` on.
    """

    __tablename__ = "import_batch"
    __table_args__ = (
        one_of("outcome", ImportOutcome),
        Index("ix_import_batch_sha256", "sha256"),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    source: str
    happened_at: int = instant()
    recorded_at: int = instant()
    actor: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    events: int = 0
    outcome: str = Field(default=ImportOutcome.DONE, sa_column_kwargs={"server_default": ImportOutcome.DONE.value})
    reason: str | None = None
    sha256: str | None = None
    size: int | None = Field(default=None, sa_type=BigInteger)
    file_at: int | None = instant(default=None)
    milliseconds: int | None = None
    whole: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    ended: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    purged_at: int | None = instant(default=None)
    purged_by: str | None = None


class ImportBatchUnit(SQLModel, table=True):
    """A clinic of an import, and how many of its live bookings that ended.

    `ended`: since a whole file lacks them; `cancelled`: since their rows say so.
    """

    __tablename__ = "import_batch_unit"
    batch_id: int = Field(foreign_key="import_batch.id", primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", primary_key=True, index=True)
    ended: int = 0
    cancelled: int = 0


class Audit(SQLModel, table=True):
    """A look at residents' data, or a change of them; its columns as domain/audit.py has them.

    `residents`: those that a list showed, packed. Each row's `hash` is over its content and the row's before.
    """

    id: int | None = Field(default=None, primary_key=True)
    recorded_at: int = instant()
    actor: str
    purpose: str | None
    command: str
    resident_id: int | None = Field(default=None, foreign_key="resident.id", index=True)
    os_user: str | None = None
    uid: int | None = Field(default=None, sa_type=BigInteger)
    host: str | None = None
    asked_at: int | None = instant(default=None)
    decided_by: str | None = None
    units: str | None = None
    selection: str | None = None
    shown: int | None = None
    residents: bytes | None = None
    revealed: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    outcome: str | None = None
    previous: str = Field(default="", sa_column_kwargs={"server_default": ""})
    hash: str = Field(default="", sa_column_kwargs={"server_default": ""})


class StorePolicy(SQLModel, table=True):
    """What protects residents here, whatever a configuration says: the last row holds."""

    __tablename__ = "store_policy"
    id: int | None = Field(default=None, primary_key=True)
    recorded_at: int = instant()
    actor: str
    purpose: str | None
    require_purpose: bool


class JobRun(SQLModel, table=True):
    """One run of a job, from its beginning; `ended_at` is null while it runs, and where it was killed.

    `arguments` and `counts` are JSON. `error`: the code of what ended it. `is_done`: it did what it was for.
    """

    __tablename__ = "job_run"
    __table_args__ = (Index("ix_job_run_command", "command", "started_at"),)
    id: int | None = Field(default=None, primary_key=True)
    run_id: str
    command: str
    arguments: str
    actor: str
    pid: int
    started_at: int = instant()
    ended_at: int | None = instant(default=None)
    milliseconds: int | None = Field(default=None, sa_type=BigInteger)
    exit_status: int | None = None
    error: str | None = None
    is_done: bool = False
    counts: str | None = None
