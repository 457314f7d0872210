"""Bookings, published times, booking bases, and what residents were sent."""

from typing import Final

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.domain.region import ClinicBookingMessage
from tidbok_cli.domain.relation import Relation
from tidbok_cli.domain.times import FIRST
from tidbok_cli.store.tables.columns import instant, one_of


class Slot(SQLModel, table=True):
    """A published time (S4); `slot_id` is unique in its unit.

    It is taken while a booking that names it is live. Withdrawn, it stays so. `batch_id` is the import that made it,
    `changed_in` the latest that changed it.
    """

    __table_args__ = (
        UniqueConstraint("unit_id", "slot_id"),
        CheckConstraint("ends_at >= starts_at", name="in_order"),
        CheckConstraint("withdrawn_at >= published_at", name="withdrawn_after_it_was_published"),
        Index("ix_slot_slot_id", "slot_id"),
        Index("ix_slot_unit_id_starts_at", "unit_id", "starts_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    slot_id: str
    code: str
    starts_at: int = instant()
    ends_at: int | None = instant()
    calendar: str | None
    published_at: int = instant()
    withdrawn_at: int | None = instant(default=None)
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id")
    changed_in: int | None = Field(default=None, foreign_key="import_batch.id")


class BookingBasis(SQLModel, table=True):
    """A basis for a restricted time (S5), known from `added_at`.

    `basis_id` is unique in its unit. Valid from `valid_from` until before `valid_until`, midnights in Stockholm. Used
    while a booking that names it is live, and for good where that was cancelled after the validity.
    """

    __tablename__ = "booking_basis"
    __table_args__ = (
        UniqueConstraint("unit_id", "basis_id"),
        CheckConstraint("valid_from < valid_until", name="in_order"),
        CheckConstraint("withdrawn_at >= added_at", name="withdrawn_after_it_was_added"),
        Index("ix_booking_basis_basis_id", "basis_id"),
        Index("ix_booking_basis_resident_id", "resident_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    basis_id: str
    resident_id: int = Field(foreign_key="resident.id")
    code: str
    valid_from: int = instant()
    valid_until: int = instant()
    added_at: int = instant()
    withdrawn_at: int | None = instant(default=None)
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id")
    changed_in: int | None = Field(default=None, foreign_key="import_batch.id")


def one_live(column: str) -> Index:
    """Allow one live booking at most for each value of the column."""
    condition = text(f"ended_at IS NULL AND {column} IS NOT NULL")
    return Index(f"uq_booking_live_{column}", column, unique=True, sqlite_where=condition, postgresql_where=condition)


def where_there_is(column: str, *, unique: bool = False) -> Index:
    """Index the few bookings that have something in the column."""
    condition = text(f"{column} IS NOT NULL")
    name = f"{'uq' if unique else 'ix'}_booking_{column}"
    return Index(name, column, unique=unique, sqlite_where=condition, postgresql_where=condition)


FACTS: Final = (
    "unit_id", "starts_at", "booking_id", "resident_id", "code", "care_type", "created_at", "ended_at", "ended_as",
    "calendar", "relation_since", "relation",
)  # fmt: skip
"""The columns that store/read/facts.py reads, in order: one index covers its query."""


ABSENT_IS_CANCELLED: Final = "absent_from IS NULL OR ended_as = 'cancelled'"


class Booking(SQLModel, table=True):
    """A booked time; `booking_id` is the journal's, unique in its unit.

    An `imported` one is a copy. Made here, it has `slot_id`, the published time taken, `basis_id`, the basis used, and
    `ended_by`, who ended it. `absent_from` is the import of a whole file that no longer had the copy, and so cancelled
    it; `batch_id` the one that made it, `changed_in` the latest whose row changed it.

    `relation` is the pair's since its last change, `relation_since` (store/relation_now.py).
    """

    __table_args__ = (
        CheckConstraint("ended_at >= created_at", name="ends_after_it_was_made"),
        CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ended_as_something"),
        CheckConstraint("ends_at >= starts_at", name="in_order"),
        CheckConstraint(ABSENT_IS_CANCELLED, name="absent_is_cancelled"),
        one_of("ended_as", (BookingStatus.CANCELLED, BookingStatus.REBOOKED)),
        one_of("ended_by", ("clinic", "resident")),
        one_of("origin", ("clinic", "resident")),
        one_of("relation", Relation),
        Index("uq_booking_booking_id_unit_id", "booking_id", "unit_id", unique=True),
        Index("ix_booking_resident_id_unit_id", "resident_id", "unit_id"),
        Index("ix_booking_facts", *FACTS),
        one_live("slot_id"),
        one_live("basis_id"),
        where_there_is("slot_id"),
        where_there_is("basis_id"),
        where_there_is("replaces", unique=True),
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
    ended_by: str | None = None
    absent_from: int | None = Field(default=None, foreign_key="import_batch.id")
    replaces: int | None = Field(default=None, foreign_key="booking.id")
    origin: str | None
    calendar: str | None
    imported: bool
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id")
    changed_in: int | None = Field(default=None, foreign_key="import_batch.id")
    slot_id: int | None = Field(default=None, foreign_key="slot.id")
    basis_id: int | None = Field(default=None, foreign_key="booking_basis.id")
    relation: str | None = None
    relation_since: int = instant(default=FIRST, sa_column_kwargs={"server_default": str(FIRST)})
    information: str | None = None
    meeting_link: str | None = None


class BookingRevival(SQLModel, table=True):
    """An ended booking that came back, ended from `ended_at` until before `revived_at`.

    `absent_from` as of a booking. No foreign key leads to the booking, which may lie on another server: `store check`
    finds an end without one.
    """

    __tablename__ = "booking_revival"
    __table_args__ = (
        CheckConstraint("ended_at < revived_at", name="in_order"),
        CheckConstraint(ABSENT_IS_CANCELLED, name="absent_is_cancelled"),
        one_of("ended_as", (BookingStatus.CANCELLED, BookingStatus.REBOOKED)),
        Index("ix_booking_revival_then", "revived_at", "ended_at", "booking_id", "ended_as"),
    )
    booking_id: int = Field(primary_key=True)
    ended_at: int = instant(primary_key=True)
    ended_as: str
    revived_at: int = instant()
    absent_from: int | None = Field(default=None, foreign_key="import_batch.id")


class Summons(SQLModel, table=True):
    """An open summons from the journal (S14), without a time."""

    __table_args__ = (UniqueConstraint("unit_id", "summons_id"),)
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    summons_id: str
    resident_id: int = Field(foreign_key="resident.id")
    received_at: int = instant()
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id")


class Message(SQLModel, table=True):
    """A message in the resident's inbox (S14, S26), by its label.

    Never the journal's name. An open summons is about no booking; `code` says what for, where known.
    """

    __table_args__ = (
        one_of("kind", (each for each in ClinicBookingMessage if each is not ClinicBookingMessage.NONE)),
        Index("ix_message_resident_id", "resident_id"),
        Index("ix_message_booking_id", "booking_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    resident_id: int = Field(foreign_key="resident.id")
    booking_id: int | None = Field(default=None, foreign_key="booking.id")
    kind: str
    label: str | None
    code: str | None = None
    sent_at: int = instant()
