"""Residents, and the log and the periods of their relations."""

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from tidbok_cli.domain.relation import Event, Relation
from tidbok_cli.store.tables.columns import instant, one_of


class Resident(SQLModel, table=True):
    """Somebody named by a booking or relation, by the number's 12 characters."""

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)


class RelationEvent(SQLModel, table=True):
    """The log of relations (S12 … S18), as recorded; `has_effect` is derived."""

    __tablename__ = "relation_event"
    __table_args__ = (
        one_of("event", Event),
        Index("ix_relation_event_log", "resident_id", "unit_id", "occurred_at", "event"),
    )
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    resident_id: int = Field(foreign_key="resident.id")
    event: str
    occurred_at: int = instant()
    has_effect: bool
    recorded_at: int = instant()
    actor: str
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id")
    line: int | None = None


class RelationVoid(SQLModel, table=True):
    """A statement that an event was recorded wrongly; the event stays."""

    __tablename__ = "relation_void"
    event_id: int = Field(foreign_key="relation_event.id", primary_key=True)
    voided_at: int = instant()
    recorded_at: int = instant()
    actor: str
    purpose: str | None


class RelationPeriod(SQLModel, table=True):
    """A relation through a time, derived from `relation_event`, and its event.

    It has no foreign keys: those of the log are enough, and `store check` holds the two against each other.
    """

    __tablename__ = "relation_period"
    __table_args__ = (
        CheckConstraint("begins < ends", name="in_order"),
        one_of("relation", (each for each in Relation if each is not Relation.NEVER)),
        {"sqlite_with_rowid": False},
    )
    unit_id: int = Field(primary_key=True)
    resident_id: int = Field(primary_key=True)
    begins: int = instant(primary_key=True)
    ends: int = instant()
    relation: str
    event_id: int


SQLModel.metadata.tables["relation_period"].add_is_dependent_on(SQLModel.metadata.tables["relation_event"])
"""Periods are copied, and told, after the log that they are derived from."""
