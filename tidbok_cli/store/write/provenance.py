"""Provenance of what is recorded: who, when, and in which import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tidbok_cli.store.tables import ImportBatch

if TYPE_CHECKING:
    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who records, when (seconds UTC), and in which import."""

    recorded_at: int
    actor: str
    batch_id: int | None = None


def add_batch(session: Session, kind: str, source: str, happened_at: int, recording: Provenance) -> ImportBatch:
    """Open the record of an import; its counts come at the end."""
    batch = ImportBatch(
        kind=kind, source=source, happened_at=happened_at, recorded_at=recording.recorded_at, actor=recording.actor,
        created=0, updated=0, unchanged=0, rejected=0, events=0,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch
