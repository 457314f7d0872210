"""Runs of imports, as they were recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.store import RecordedRun

if TYPE_CHECKING:
    from tidbok_cli.store.reader import Reader

_COLUMNS: Final = ", ".join(RecordedRun._fields)
_LATEST: Final = f"""
SELECT {_COLUMNS} FROM (
    SELECT i.*, row_number() OVER (PARTITION BY kind ORDER BY recorded_at DESC, id DESC) AS place,
           row_number() OVER (PARTITION BY kind, outcome ORDER BY recorded_at DESC, id DESC) AS place_so
    FROM import_batch i
) AS placed
WHERE place <= :runs OR (outcome = 'done' AND place_so = 1) ORDER BY kind, recorded_at DESC, id DESC
"""


def latest_runs(reader: Reader, runs: int) -> list[RecordedRun]:
    """List the latest runs of each kind by their real start, and the latest one that was carried out."""
    return [RecordedRun(*row) for row in reader.rows(_LATEST, runs=runs)]


def import_run(reader: Reader, batch: int) -> RecordedRun | None:
    """Return a run by its number."""
    row = reader.row(f"SELECT {_COLUMNS} FROM import_batch WHERE id = :batch", batch=batch)
    return RecordedRun(*row) if row else None
