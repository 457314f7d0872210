"""Runs of imports, recorded: of which file, of which clinics, how they ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import insert, update
from sqlmodel import col

from tidbok_cli.store.tables import ImportBatch, ImportBatchUnit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlmodel import Session

    from tidbok_cli.domain.imports import FileStamp, ImportOutcome, ImportReport
    from tidbok_cli.store.reader import Reader

_SAME_FILE: Final = """
SELECT id, source, recorded_at FROM import_batch
WHERE sha256 = :sha256 AND kind = :kind AND outcome = 'done' AND purged_at IS NULL ORDER BY id DESC LIMIT 1
"""
_LATEST: Final = """
SELECT u.hsa_key, u.hsa_id, max(i.happened_at) FROM import_batch_unit x
JOIN import_batch i ON i.id = x.batch_id JOIN unit u ON u.id = x.unit_id
WHERE i.kind = :kind AND i.outcome = 'done' AND i.purged_at IS NULL AND i.happened_at > :at
GROUP BY u.hsa_key, u.hsa_id ORDER BY 3 DESC, 1
"""


class ImportRun(NamedTuple):
    """A run as it began: kind, source, moment, and who runs it since when."""

    kind: str
    source: str
    happened_at: int
    recorded_at: int
    actor: str
    whole: bool


class SameFile(NamedTuple):
    """The latest import of a file, and its real start."""

    id: int
    source: str
    recorded_at: int


class LaterImport(NamedTuple):
    """A clinic, and the moment of its latest import."""

    unit: str
    happened_at: int


def same_file(reader: Reader, kind: str, stamp: FileStamp) -> SameFile | None:
    """Find the latest import of the very file."""
    row = reader.row(_SAME_FILE, sha256=stamp.sha256, kind=kind) if stamp.sha256 else None
    return SameFile(*row) if row else None


def later_import(reader: Reader, kind: str, keys: Iterable[str], at: int) -> LaterImport | None:
    """Find the latest import after the moment that told of one of the clinics, by their keys."""
    wanted = set(keys)
    rows = reader.rows(_LATEST, kind=kind, at=at)
    return next((LaterImport(*row) for key, *row in rows if key in wanted), None)


def add_batch(session: Session, run: ImportRun, stamp: FileStamp, unit_ids: Iterable[int]) -> ImportBatch:
    """Open the record of an import, and of the clinics that it tells of; its counts come at the end."""
    batch = ImportBatch(**run._asdict(), **stamp._asdict())
    session.add(batch)
    session.flush()
    units = [{"batch_id": batch.id, "unit_id": unit, "ended": 0, "cancelled": 0} for unit in sorted(unit_ids)]
    if units:
        session.connection().execute(insert(ImportBatchUnit), units)
    return batch


def close_batch(session: Session, batch: ImportBatch, report: ImportReport, milliseconds: int) -> None:
    """Record an import's counts."""
    batch.created, batch.updated, batch.unchanged = report.created, report.updated, report.unchanged
    batch.rejected, batch.events, batch.ended = report.rejected, report.events, report.ended or 0
    batch.milliseconds = milliseconds
    for unit_id, cancelled in report.cancelled.items():
        of_unit = col(ImportBatchUnit.batch_id) == batch.id, col(ImportBatchUnit.unit_id) == unit_id
        session.connection().execute(update(ImportBatchUnit).where(*of_unit).values(cancelled=cancelled))


def add_failed(
    session: Session,
    run: ImportRun,
    stamp: FileStamp | None,
    outcome: ImportOutcome,
    reason: str | None,
    counts: Mapping[str, Any],
) -> None:
    """Record a run that changed nothing."""
    of_file: dict[str, Any] = stamp._asdict() if stamp else {}
    session.add(ImportBatch(**run._asdict(), **of_file, **counts, outcome=outcome, reason=reason))
