"""Who recorded, when, and in which import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tidbok_cli.store.tables import ImportBatch

if TYPE_CHECKING:
    from sqlmodel import Session


def add_batch(session: Session, kind: str, source: str, happened_at: int, recorded_at: int, actor: str) -> ImportBatch:
    """Opens the record of an import; its counts are filled in at the end."""
    batch = ImportBatch(
        kind=kind, source=source, happened_at=happened_at, recorded_at=recorded_at, actor=actor,
        created=0, updated=0, unchanged=0, rejected=0, events=0,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who records, when (seconds UTC), and in which import."""

    recorded_at: int
    actor: str
    batch_id: int | None = None
