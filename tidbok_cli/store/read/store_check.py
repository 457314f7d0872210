"""The store's soundness: checks that survive what they find.

Each stands alone: one that a damage ends is a damage itself, and the others go on.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.audit_chain import chain_faults
from tidbok_cli.domain.store import StoreDamage
from tidbok_cli.errors import BadInput
from tidbok_cli.store import audit
from tidbok_cli.store.damage import NO_TABLE, damage_of
from tidbok_cli.store.read.store_check_periods import relation_damages, unit_damages
from tidbok_cli.store.read.store_references import reference_damages
from tidbok_cli.store.reader import expect_schema
from tidbok_cli.store.relation_now import DIFFERENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tidbok_cli.domain.store import TableShape
    from tidbok_cli.store.address import Address
    from tidbok_cli.store.reader import Reader

    Check = Callable[[Reader], Iterator[StoreDamage]]

_INTEGRITY: Final = "PRAGMA integrity_check(10000)"

_MAGIC: Final = b"SQLite format 3\0"
"""Beginning of every SQLite file."""

_OVERLAPPING: Final = """
SELECT DISTINCT a.booking_id FROM booking_revival a JOIN booking_revival b
    ON b.booking_id = a.booking_id AND b.ended_at > a.ended_at AND b.ended_at < a.revived_at
"""

_TAKEN_TWICE: Final = """
SELECT s.slot_id, a.booking_id, b.booking_id FROM booking a
JOIN booking b ON b.slot_id = a.slot_id AND b.id <> a.id AND b.created_at >= a.created_at
     AND (b.created_at > a.created_at OR b.id > a.id)
JOIN slot s ON s.id = a.slot_id
WHERE (a.ended_at IS NULL OR a.ended_at > b.created_at) AND (b.ended_at IS NULL OR b.ended_at > b.created_at)
"""

_OTHERS_SLOT: Final = "SELECT b.booking_id FROM booking b JOIN slot s ON s.id = b.slot_id WHERE s.unit_id <> b.unit_id"

_OTHERS_BASIS: Final = """
SELECT b.booking_id FROM booking b JOIN booking_basis d ON d.id = b.basis_id
WHERE d.unit_id <> b.unit_id OR d.resident_id <> b.resident_id
"""

_OTHERS_BOOKING: Final = """
SELECT n.booking_id FROM booking n JOIN booking b ON b.id = n.replaces
WHERE b.unit_id <> n.unit_id OR b.resident_id <> n.resident_id
"""

_QUERIES: Final = {
    "booking_revivals": (_OVERLAPPING, "booking {}"),
    "slots_taken_twice": (_TAKEN_TWICE, "slot {}, bookings {}, {}"),
    "booking_slots": (_OTHERS_SLOT, "booking {}"),
    "booking_bases": (_OTHERS_BASIS, "booking {}"),
    "rebookings": (_OTHERS_BOOKING, "booking {}"),
    "booking_relations": (DIFFERENT, "booking {}"),
}
"""Checks whose query finds the damages, and how each is told."""


def damages(reader: Reader, address: Address, shapes: Sequence[TableShape]) -> Iterator[StoreDamage]:
    """Find all that is wrong with a store of tables so shaped.

    Raises BadInput where it is no store, or of another version, and what is no damage: Busy, for one.
    """
    reader.value("SELECT 1")  # so that all checks are of one snapshot
    yield from _alone("version", partial(_version_damages, address, shapes), reader)
    if reader.is_sqlite:
        yield from file_damages(reader)
    for shape in shapes:
        yield from _alone("values", partial(_value_damages, shape), reader, f"{shape.name} ")
    yield from _alone("foreign_keys", reference_damages, reader)
    yield from _alone("relation_periods", relation_damages, reader)
    yield from _alone("unit_periods", unit_damages, reader)
    yield from _alone("audit", _audit_damages, reader)
    for name in _QUERIES:
        yield from _alone(name, partial(_query_damages, name), reader)


def file_damages(reader: Reader) -> Iterator[StoreDamage]:
    """Find what SQLite itself can tell of a file, of whatever version."""
    yield from _alone("schema", _schema_damages, reader)
    yield from _alone("integrity", _integrity_damages, reader)
    yield from _alone("foreign_keys", _key_damages, reader)


def _alone(name: str, check: Check, reader: Reader, table: str = "") -> Iterator[StoreDamage]:
    try:
        with reader.apart():
            yield from check(reader)
    except Exception as error:
        damage = damage_of(error)
        if damage is None:
            raise
        yield StoreDamage(name, f"{table}could not be read: {damage}")


def _version_damages(address: Address, shapes: Sequence[TableShape], reader: Reader) -> Iterator[StoreDamage]:
    """Tell a store whose version is damaged from what is no store.

    Raises BadInput for that, and for a store of another version.
    """
    if address.path is not None:
        _expect_sqlite(address.path)
    wrong = _version_fault(address, reader)
    there = sum(_is_there(shape.name, reader) for shape in shapes)
    if there * 2 < len(shapes) and not _is_damaged_file(reader):
        raise wrong or BadInput("store.foreign", store=str(address))
    if wrong:
        yield StoreDamage("version", "is not there")


def _version_fault(address: Address, reader: Reader) -> BadInput | None:
    """Return the version's fault, if any; raises BadInput for an older or newer one."""
    try:
        with reader.apart():
            expect_schema(reader, address)
    except BadInput as error:
        if error.code in ("store.older_schema", "store.newer_schema"):
            raise
        return error
    return None


def _expect_sqlite(path: Path) -> None:
    with path.open("rb") as file:
        begins = file.read(len(_MAGIC))
    if begins not in (b"", _MAGIC):
        raise BadInput("store.not_a_store", store=str(path))


def _is_there(table: str, reader: Reader) -> bool:
    try:
        with reader.apart():
            reader.row(f"SELECT 1 FROM {table} LIMIT 1")
    except Exception as error:
        if damage_of(error) is None:
            raise
        return damage_of(error) != NO_TABLE
    return True


def _is_damaged_file(reader: Reader) -> bool:
    return reader.is_sqlite and any(list(_alone("integrity", _integrity_damages, reader)))


def _schema_damages(reader: Reader) -> Iterator[StoreDamage]:
    """Read the tables' definitions, whose damaged words SQLite passes over."""
    for kind, name, sql in reader.rows("SELECT type, name, sql FROM sqlite_master"):
        if not isinstance(sql, str) and not str(name).startswith("sqlite_autoindex"):
            yield StoreDamage("schema", f"{kind} {name}")


def _integrity_damages(reader: Reader) -> Iterator[StoreDamage]:
    """Ask SQLite, whose answers have several lines, the first a heading."""
    for (text,) in reader.rows(_INTEGRITY):
        lines = [line for line in str(text).splitlines() if line != "ok" and not line.startswith("***")]
        yield from (StoreDamage("integrity", line) for line in lines)


def _key_damages(reader: Reader) -> Iterator[StoreDamage]:
    for table, row, parent, _ in reader.rows("PRAGMA foreign_key_check"):
        yield StoreDamage("foreign_keys", f"{table} {row} → {parent}")


def _value_damages(shape: TableShape, reader: Reader) -> Iterator[StoreDamage]:
    """Read a whole table; find values of another kind than their column's."""
    for row in reader.rows(f"SELECT {', '.join(shape.columns)} FROM {shape.name}"):
        for column in shape.misfits(row):
            yield StoreDamage("values", f"{shape.name} {shape.key_of(row)}: {column}")


def _audit_damages(reader: Reader) -> Iterator[StoreDamage]:
    for fault, first, last, _ in chain_faults(audit.chain(reader), audit.purged(reader)):
        yield StoreDamage("audit", f"{fault}: {first}" + (f" – {last}" if last > first else ""))


def _query_damages(name: str, reader: Reader) -> Iterator[StoreDamage]:
    sql, told = _QUERIES[name]
    for row in reader.rows(sql):
        yield StoreDamage(name, told.format(*row))
