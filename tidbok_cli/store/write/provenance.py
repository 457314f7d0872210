"""Provenance of what is recorded: who, when, and in which import."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who records, when (seconds UTC), and in which import."""

    recorded_at: int
    actor: str
    batch_id: int | None = None
