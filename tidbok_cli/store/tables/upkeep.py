"""Imports, and who looked at whom."""

from sqlmodel import Field, SQLModel

from tidbok_cli.store.tables.columns import instant


class ImportBatch(SQLModel, table=True):
    """One import that was carried out."""

    __tablename__ = "import_batch"
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    source: str
    happened_at: int = instant()
    recorded_at: int = instant()
    actor: str
    created: int
    updated: int
    unchanged: int
    rejected: int
    events: int


class Audit(SQLModel, table=True):
    """A printing of person numbers in full: by whom, when and why."""

    id: int | None = Field(default=None, primary_key=True)
    recorded_at: int = instant()
    actor: str
    purpose: str | None
    command: str
    resident_id: int | None = Field(default=None, foreign_key="resident.id")
