"""The audit in the store: its rows, written one after the other and read back.

Only this module writes them, and nothing changes them: in PostgreSQL the everyday role may not.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.domain.audit import PURGE, AuditEntry, AuditHead, AuditRow, Residents, chained, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.store.reader import Reader, Writer

CHAIN_LOCK: Final = 1177_0002
"""PostgreSQL's advisory lock of whoever writes the next row: taken last, it keeps nobody waiting for an import."""

_OWN: Final = [name for name in AuditEntry._fields if name != "resident"]
_COLUMNS: Final = ", ".join("r.number" if name == "resident" else f"a.{name}" for name in AuditEntry._fields)
_ROWS: Final = f"""
SELECT a.id, a.previous, a.hash, {_COLUMNS} FROM audit a LEFT JOIN resident r ON r.id = a.resident_id
WHERE {{condition}} ORDER BY a.id
"""
_WRITE: Final = f"""
INSERT INTO audit (id, previous, hash, resident_id, {", ".join(_OWN)})
VALUES (:id, :previous, :hash, :resident_id, {", ".join(f":{name}" for name in _OWN)})
"""
_ABOUT: Final = "(a.resident_id = :resident OR a.residents IS NOT NULL OR a.command LIKE '%import')"
_BATCHES: Final = """
SELECT batch_id FROM booking WHERE resident_id = :resident
UNION SELECT changed_in FROM booking WHERE resident_id = :resident
UNION SELECT batch_id FROM relation_event WHERE resident_id = :resident
UNION SELECT batch_id FROM summons WHERE resident_id = :resident
UNION SELECT batch_id FROM booking_basis WHERE resident_id = :resident
UNION SELECT changed_in FROM booking_basis WHERE resident_id = :resident
"""


def append(writer: Writer, entry: AuditEntry) -> AuditHead:
    """Write the next row, in the writer's transaction; a resident who is unknown becomes known by it."""
    if not writer.is_sqlite:
        writer.value(f"SELECT pg_advisory_xact_lock({CHAIN_LOCK})::text")
    last = head(writer)
    row = chained(last.id + 1, entry, last.hash)
    own = entry._asdict()
    number = own.pop("resident")
    resident = None if number is None else _resident(writer, number)
    writer.execute(_WRITE, id=row.id, previous=row.previous, hash=row.hash, resident_id=resident, **own)
    return AuditHead(row.id, row.hash)


def _resident(writer: Writer, number: str) -> int:
    sql = "SELECT id FROM resident WHERE number = :number"
    found = writer.value(sql, number=number)
    if found is None:
        writer.execute("INSERT INTO resident (number) VALUES (:number) ON CONFLICT DO NOTHING", number=number)
        found = writer.value(sql, number=number)
    return int(found)


def head(reader: Reader) -> AuditHead:
    """Return the chain's last row, number 0 of an empty one: what a log elsewhere keeps."""
    return AuditHead(*(reader.row("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1") or (0, "")))


def head_before(reader: Reader, moment: int) -> AuditHead:
    """Return the last row of the chain's beginning that is all from before a moment, number 0 of none."""
    sql = """SELECT id, hash FROM audit WHERE id < COALESCE((SELECT min(id) FROM audit WHERE recorded_at >= :moment),
                                                            (SELECT max(id) + 1 FROM audit)) ORDER BY id DESC LIMIT 1"""
    return AuditHead(*(reader.row(sql, moment=moment) or (0, "")))


def chain(reader: Reader) -> Iterator[AuditRow]:
    """Yield all rows, in order."""
    return _rows(reader, "1 = 1")


def _rows(reader: Reader, condition: str, **parameters: object) -> Iterator[AuditRow]:
    for number, previous, own, *content in reader.rows(_ROWS.format(condition=condition), **parameters):
        yield AuditRow(number, AuditEntry(*content), previous, own)


def purged(reader: Reader) -> frozenset[str]:
    """Return the hashes after which the chain may begin: those that purges say they took away last."""
    rows = reader.rows("SELECT selection FROM audit WHERE command = :purge AND selection IS NOT NULL", purge=PURGE)
    said = (json.loads(selection).get("audit_before") for (selection,) in rows)
    return frozenset(each["hash"] for each in said if each)


def rows_between(reader: Reader, begins: int, ends: int, resident: int | None) -> Iterator[AuditRow]:
    """Yield the rows from `begins` until before `ends`, of all, or that are about a resident.

    About them are also lists that showed them, and imports that made or changed what is theirs.
    """
    when: dict[str, Any] = {"begins": begins, "ends": ends}
    between = "a.recorded_at >= :begins AND a.recorded_at < :ends"
    if resident is None:
        yield from _rows(reader, between, **when)
        return
    batches = {batch for (batch,) in reader.rows(_BATCHES, resident=resident)}
    named = {each for (each,) in reader.rows("SELECT id FROM audit WHERE resident_id = :resident", resident=resident)}
    for row in _rows(reader, f"{between} AND {_ABOUT}", resident=resident, **when):
        if row.id in named or _is_about(row.entry, resident, batches):
            yield row


def _is_about(entry: AuditEntry, resident: int, batches: set[int | None]) -> bool:
    if entry.residents is not None and resident in unpacked(bytes(entry.residents)):
        return True
    batch = json.loads(entry.selection).get("batch") if entry.selection else None
    return batch is not None and batch in batches


def residents_named(reader: Reader) -> Residents:
    """Return all whom lists of the audit name: they keep their numbers in the store, whatever is purged."""
    found = Residents()
    for (content,) in reader.rows("SELECT residents FROM audit WHERE residents IS NOT NULL"):
        found |= unpacked(bytes(content))
    return found


def everybody(reader: Reader) -> Residents:
    """Return all whom the store knows."""
    return Residents(number for (number,) in reader.rows("SELECT id FROM resident"))


def numbered(reader: Reader, numbers: set[str]) -> Residents:
    """Return those of the residents, by person number, whom the store knows."""
    sql = "SELECT id FROM resident WHERE number = :number"
    found = (reader.value(sql, number=number) for number in numbers)
    return Residents(each for each in found if each is not None)
