"""Units as they were configured, and TAK's routes to their calendars."""

from sqlalchemy import CheckConstraint, Index, false, text, true
from sqlmodel import Field, SQLModel

from tidbok_cli.domain.unit import BookMode, ServiceKind
from tidbok_cli.store.tables.columns import instant, one_of


class Unit(SQLModel, table=True):
    """A unit named by a file, booking or relation; `hsa_key` compares HSA-ids."""

    id: int | None = Field(default=None, primary_key=True)
    hsa_key: str = Field(unique=True)
    hsa_id: str
    alias: str | None = Field(default=None, unique=True)


class UnitVersion(SQLModel, table=True):
    """A unit's configuration as applied; replaced before it began, `begins = ends`.

    From a `removed` version on the unit is not configured. `lines` is JSON, key → line of the file, and
    so is `also`: the calendars besides.
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
    purpose: str | None = None
    also: str | None = None


class ServiceVersion(SQLModel, table=True):
    """One mapping of a unit's version (S20, S23 … S25)."""

    __tablename__ = "service_version"
    __table_args__ = (
        one_of("kind", ServiceKind),
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
    information: str | None = None
    digital: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class TakSnapshot(SQLModel, table=True):
    """A snapshot of TAK's routes: when taken, when read, and from where.

    A `whole` one tells of every logical address, another of those in `tak_address` alone. `permissions`: it tells of
    those too.
    """

    __tablename__ = "tak_snapshot"
    id: int | None = Field(default=None, primary_key=True)
    taken_at: int = instant()
    read_at: int = instant(index=True)
    source: str
    recorded_at: int = instant()
    actor: str
    whole: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    permissions: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class TakAddress(SQLModel, table=True):
    """An address asked about in each partial snapshot from `asked_from` through `asked_until`."""

    __tablename__ = "tak_address"
    __table_args__ = (CheckConstraint("asked_from <= asked_until", name="asked_in_order"),)
    address_key: str = Field(primary_key=True)
    asked_from: int = instant(primary_key=True)
    asked_until: int = instant()


class CouplingRoute(SQLModel, table=True):
    """A route of TAK (S22), in force `valid_from` … `valid_until` by TAK.

    Seen in the snapshots read from `seen_from` until before `seen_until`. `address_key` compares addresses.
    """

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


class CouplingPermission(SQLModel, table=True):
    """A permission of TAK: `consumer` may call the contract at the address; in force and seen as a route is."""

    __tablename__ = "coupling_permission"
    __table_args__ = (
        CheckConstraint("seen_from <= seen_until", name="seen_in_order"),
        Index("ix_coupling_permission_consumer_address_contract", "consumer_key", "address_key", "contract"),
    )
    id: int | None = Field(default=None, primary_key=True)
    address_key: str
    address: str
    contract: str
    consumer_key: str
    consumer: str
    valid_from: int = instant()
    valid_until: int = instant()
    seen_from: int = instant()
    seen_until: int = instant()
