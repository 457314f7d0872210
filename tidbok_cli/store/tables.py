"""The tables. Instants are integer seconds UTC; HSA-ids and person numbers stand only in `unit` and `resident`.

A log (`relation_event`, `unit_version`, a booking's changes) says what happened; a period says what was true when,
and holds from `begins` until before `ends`. Constraints say all that must hold, so that a bug cannot write a lie.
"""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tidbok_cli.domain.facts import Life
from tidbok_cli.domain.policy import ClinicBookingMessage
from tidbok_cli.domain.relations import Event, Relation
from tidbok_cli.domain.times import FIRST
from tidbok_cli.domain.units import BookMode, Kind

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def instant(**options: Any) -> Any:
    """A column of seconds UTC."""
    return Field(sa_type=BigInteger, **options)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """The column holds one of the values (or null, where it may)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class Unit(SQLModel, table=True):
    """A unit that a file, a booking or a relation has named; `hsa_key` is what HSA-ids are compared by."""

    id: int | None = Field(default=None, primary_key=True)
    hsa_key: str = Field(unique=True)
    hsa_id: str
    alias: str | None = Field(default=None, unique=True)


class UnitVersion(SQLModel, table=True):
    """A unit's configuration as applied; one that was replaced before it was in force has `begins = ends`.

    `removed` versions say that from then on the unit is not configured. `lines` is JSON: key → line of the file.
    """

    __tablename__ = "unit_version"
    __table_args__ = (
        CheckConstraint("begins <= ends", name="in_order"),
        Index(
            "uq_unit_version_in_force",
            "unit_id",
            "begins",
            unique=True,
            sqlite_where=text("begins < ends"),
            postgresql_where=text("begins < ends"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    begins: int = instant()
    ends: int = instant()
    removed: bool
    name: str
    alias: str | None
    show: bool
    cancel: bool
    rebook: bool
    book: bool
    calendar: str | None
    logical_address: str | None
    source: str
    lines: str
    applied_at: int = instant()
    actor: str


class ServiceVersion(SQLModel, table=True):
    """One mapping of a unit's version (S23 … S25), in force as long as the version is."""

    __tablename__ = "service_version"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("book", BookMode),
        CheckConstraint("cancel_deadline_hours >= 0", name="deadline_not_negative"),
        {"sqlite_with_rowid": False},
    )
    version_id: int = Field(foreign_key="unit_version.id", primary_key=True)
    code: str = Field(primary_key=True)
    kind: str
    journal_name: str | None
    label: str | None
    show: bool
    cancel: bool
    rebook: bool
    book: str
    cancel_deadline_hours: int
    line: int


class Resident(SQLModel, table=True):
    """Somebody whom a booking or a relation has named, by the 12 characters of the number."""

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)


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


class RelationEvent(SQLModel, table=True):
    """The log of relations (S12 … S18), in the order of recording; `has_effect` is derived with the periods."""

    __tablename__ = "relation_event"
    __table_args__ = (
        one_of("event", Event),
        Index("ix_relation_event_pair", "unit_id", "resident_id", "occurred_at"),
        Index("ix_relation_event_resident_id", "resident_id"),
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
    """That an event had been recorded wrongly, at which moment that was said, by whom and why; the event stays."""

    __tablename__ = "relation_void"
    event_id: int = Field(foreign_key="relation_event.id", primary_key=True)
    voided_at: int = instant()
    recorded_at: int = instant()
    actor: str
    purpose: str | None


class RelationPeriod(SQLModel, table=True):
    """What `relation_event` comes to: how it was with each relation, and by which event."""

    __tablename__ = "relation_period"
    __table_args__ = (
        CheckConstraint("begins < ends", name="in_order"),
        one_of("relation", (each for each in Relation if each is not Relation.NEVER)),
        {"sqlite_with_rowid": False},
    )
    unit_id: int = Field(foreign_key="unit.id", primary_key=True)
    resident_id: int = Field(foreign_key="resident.id", primary_key=True)
    begins: int = instant(primary_key=True)
    ends: int = instant()
    relation: str
    event_id: int = Field(foreign_key="relation_event.id")


FACTS: Final = (
    "unit_id", "starts_at", "booking_id", "resident_id", "code", "care_type", "created_at", "ended_at", "ended_as",
    "calendar", "relation_since", "relation",
)  # fmt: skip
"""What store/facts.py reads of a booking, in the order in which it is told: one index that covers the query."""


class Booking(SQLModel, table=True):
    """A booked time; `booking_id` is the journal's, unique in its unit. An `imported` one is a copy.

    `relation` is that of the pair since its last change, `relation_since` (store/present.py).
    """

    __table_args__ = (
        UniqueConstraint("unit_id", "booking_id"),
        CheckConstraint("ended_at >= created_at", name="ends_after_it_was_made"),
        CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ended_as_something"),
        CheckConstraint("ends_at >= starts_at", name="in_order"),
        one_of("ended_as", (Life.CANCELLED, Life.REBOOKED)),
        one_of("origin", ("clinic", "resident")),
        one_of("relation", Relation),
        Index("ix_booking_booking_id", "booking_id"),
        Index("ix_booking_resident_id_unit_id", "resident_id", "unit_id"),
        Index("ix_booking_facts", *FACTS),
        Index(
            "ix_booking_replaces",
            "replaces",
            sqlite_where=text("replaces IS NOT NULL"),
            postgresql_where=text("replaces IS NOT NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    booking_id: str
    resident_id: int = Field(foreign_key="resident.id")
    code: str
    care_type: str | None
    starts_at: int = instant()
    ends_at: int | None = instant()
    created_at: int = instant()
    ended_at: int | None = instant(default=None)
    ended_as: str | None = None
    replaces: int | None = Field(default=None, foreign_key="booking.id")
    origin: str | None
    calendar: str | None
    imported: bool
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id")
    relation: str | None = None
    relation_since: int = instant(default=FIRST, sa_column_kwargs={"server_default": str(FIRST)})


class BookingRevival(SQLModel, table=True):
    """An ended booking that came back as booked: it was ended from `ended_at` until before `revived_at`."""

    __tablename__ = "booking_revival"
    __table_args__ = (
        CheckConstraint("ended_at < revived_at", name="in_order"),
        one_of("ended_as", (Life.CANCELLED, Life.REBOOKED)),
        Index("ix_booking_revival_then", "revived_at", "ended_at", "booking_id", "ended_as"),
    )
    booking_id: int = Field(foreign_key="booking.id", primary_key=True)
    ended_at: int = instant(primary_key=True)
    ended_as: str
    revived_at: int = instant()


class Summons(SQLModel, table=True):
    """An open summons from the journal (S14): an invitation to book, with an id and no time."""

    __table_args__ = (UniqueConstraint("unit_id", "summons_id"),)
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    summons_id: str
    resident_id: int = Field(foreign_key="resident.id")
    received_at: int = instant()
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id")


class Message(SQLModel, table=True):
    """A message in the resident's inbox (S26), with the label that the resident reads, never the journal's name."""

    __table_args__ = (
        one_of("kind", (each for each in ClinicBookingMessage if each is not ClinicBookingMessage.NONE)),
        Index("ix_message_resident_id", "resident_id"),
        Index("ix_message_booking_id", "booking_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    resident_id: int = Field(foreign_key="resident.id")
    booking_id: int = Field(foreign_key="booking.id")
    kind: str
    label: str
    sent_at: int = instant()


class TakSnapshot(SQLModel, table=True):
    """A snapshot of TAK's routes: when TAK had them, at which moment they were read here, and from where."""

    __tablename__ = "tak_snapshot"
    id: int | None = Field(default=None, primary_key=True)
    taken_at: int = instant()
    read_at: int = instant(index=True)
    source: str
    recorded_at: int = instant()
    actor: str


class CouplingRoute(SQLModel, table=True):
    """A route of TAK (S22): in force `valid_from` … `valid_until` by TAK, and seen there in the snapshots read from
    `seen_from` until before `seen_until`. `address_key` is what logical addresses are compared by."""

    __tablename__ = "coupling_route"
    __table_args__ = (
        CheckConstraint("seen_from <= seen_until", name="seen_in_order"),
        Index("ix_coupling_route_address_key_contract", "address_key", "contract"),
    )
    id: int | None = Field(default=None, primary_key=True)
    address_key: str
    address: str
    contract: str
    producer: str | None
    profile: str | None
    url: str | None
    valid_from: int = instant()
    valid_until: int = instant()
    seen_from: int = instant()
    seen_until: int = instant()


class Audit(SQLModel, table=True):
    """Who had person numbers printed in full, with which command, when and why."""

    id: int | None = Field(default=None, primary_key=True)
    recorded_at: int = instant()
    actor: str
    purpose: str | None
    command: str
    resident_id: int | None = Field(default=None, foreign_key="resident.id")
