"""The audit's rows in lists for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tidbok_cli.domain.audit import AuditEntry


class AuditListed(NamedTuple):
    """A row for people; `place`: the store, or the file where it lies."""

    place: str
    id: int
    entry: AuditEntry

    @property
    def units(self) -> list[str] | None:
        """The HSA-ids of the clinics named; None: all, or none was."""
        found: list[str] | None = json.loads(self.entry.units) if self.entry.units else None
        return found

    @property
    def selection(self) -> dict[str, Any] | None:
        """By what a list was chosen."""
        found: dict[str, Any] | None = json.loads(self.entry.selection) if self.entry.selection else None
        return found
