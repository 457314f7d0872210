"""The store's contents: counts, size, last imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.store import LastImport

if TYPE_CHECKING:
    from tidbok_cli.store.reader import Reader


def last_imports(reader: Reader) -> tuple[LastImport, ...]:
    """Return the latest import of each kind that was carried out."""
    sql = """SELECT kind, source, happened_at FROM import_batch i
             WHERE id = (SELECT max(id) FROM import_batch WHERE kind = i.kind AND outcome = 'done') ORDER BY kind"""
    return tuple(LastImport(*row) for row in reader.rows(sql))


COUNTED: Final = (
    "unit", "unit_version", "service_version", "resident", "relation_event", "relation_void",
    "relation_period", "booking", "slot", "booking_basis", "summons", "message", "import_batch",
)  # fmt: skip


def counts(reader: Reader) -> dict[str, int]:
    """Count the rows of each table."""
    return {table: reader.value(f"SELECT count(*) FROM {table}") for table in COUNTED}


def size_of(reader: Reader) -> int:
    """Return the bytes of a PostgreSQL database."""
    return int(reader.value("SELECT pg_database_size(current_database())"))
