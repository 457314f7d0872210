"""The record of who looked at whom, when, how and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.store.tables import Audit
from tidbok_cli.store.write.ids import resident_ids

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlmodel import Session


def record_reveal(
    session: Session, residents: Iterable[str], *, recorded_at: int, actor: str, purpose: str | None, command: str
) -> None:
    """Record person numbers about to be printed in full.

    An entry for each resident, or one for a whole list.
    """
    numbers: list[int | None] = list(resident_ids(session, residents).values())
    session.add_all(
        Audit(recorded_at=recorded_at, actor=actor, purpose=purpose, command=command, resident_id=number)
        for number in numbers or [None]
    )
