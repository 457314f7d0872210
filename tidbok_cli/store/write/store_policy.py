"""What protects residents, kept with their data (contract, section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.store.tables import StorePolicy

if TYPE_CHECKING:
    from sqlmodel import Session

    from tidbok_cli.store.write.provenance import Provenance


def keep_policy(session: Session, recording: Provenance, purpose: str | None, *, require_purpose: bool) -> None:
    """Have the store ask for a purpose from now on, or no longer."""
    session.add(
        StorePolicy(
            recorded_at=recording.recorded_at, actor=recording.actor, purpose=purpose, require_purpose=require_purpose
        )
    )
