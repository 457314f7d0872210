"""The last run of each job, and the store in numbers for those who watch it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.job import RecordedJob, StoreGauge
from tidbok_cli.store.read.coupling import snapshot_at
from tidbok_cli.store.read.store import size_of
from tidbok_cli.store.reader import SCHEMA

if TYPE_CHECKING:
    from tidbok_cli.store.address import Address
    from tidbok_cli.store.reader import Reader

_LAST: Final = """
SELECT command, run_id, started_at, ended_at, milliseconds, exit_status, error, actor, pid,
       (SELECT max(d.ended_at) FROM job_run d WHERE d.command = j.command AND d.is_done)
FROM job_run j WHERE id = (SELECT max(id) FROM job_run WHERE command = j.command) ORDER BY command
"""


def last_jobs(reader: Reader) -> list[RecordedJob]:
    """List the last run of each job, by its command."""
    return [RecordedJob(*row) for row in reader.rows(_LAST)]


def gauge(reader: Reader, address: Address, at: int) -> StoreGauge:
    """Measure the store."""
    taken = snapshot_at(reader, at)
    size = address.path.stat().st_size if address.path else size_of(reader)
    return StoreGauge(size, SCHEMA, taken.taken_at if taken else None)
