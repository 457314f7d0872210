"""Units' files that were edited: what changed, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tidbok_cli.domain.unit import OPTIONAL_SERVICES
from tidbok_cli.domain.unit_plan import (
    Difference,
    Differences,
    MappingDifference,
    mapping_differences,
    unit_differences,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidbok_cli.domain.unit import UnitConfig


@dataclass(frozen=True, slots=True)
class FileEdited:
    """A unit's file before (None: there was none) and after.

    `lacks`: a code that it does not have, and that was only to be changed or taken away.
    """

    path: Path
    before: UnitConfig | None
    after: UnitConfig
    lacks: str | None = None

    @property
    def changed(self) -> bool:
        return self.before != self.after or bool(self.fields)

    @property
    def fields(self) -> tuple[Difference, ...]:
        return (*unit_differences(self.before, self.after), *self._decided())

    def _decided(self) -> Iterator[Difference]:
        """Yield the services that are refused in so many words, of which nothing was said before."""
        for key in OPTIONAL_SERVICES:
            said = self.before and self.after.has_decided(key) and not self.before.has_decided(key)
            if said and not getattr(self.after.services, key):
                yield Difference(f"services.{key}", None, False)

    @property
    def mappings(self) -> tuple[MappingDifference, ...]:
        return mapping_differences(self.before, self.after)

    @property
    def differences(self) -> Differences:
        return Differences(self.fields, self.mappings, self.before is None)
