"""Units' files as they are now, beside what is in force.

A version keeps the file and the lines that held when it was applied; since then the file may have been edited, renamed
or taken away.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidbok_cli.domain.unit import UnitConfig


class FileState(StrEnum):
    """What a unit's file says now of what is in force; unreadable, it has mistakes."""

    SAME = "same"
    DIFFERS = "differs"
    GONE = "gone"
    UNREADABLE = "unreadable"


class KeySaid(NamedTuple):
    """A key's path in a unit's file (None: it is not there), and its value."""

    path: str | None
    value: object


class PlaceNow(NamedTuple):
    """Where a key stands now, and whether it says what is in force; `line` is None where it is not there."""

    file: str
    line: int | None
    state: FileState


class UnitFileNow(NamedTuple):
    """A unit's file now, or where it was, by its name in problems.

    `path`: where it lies for who runs the program. `config`: what it says; None where it is gone or unreadable.
    """

    name: str
    path: str
    is_there: bool
    config: UnitConfig | None = None

    def state(self, in_force: UnitConfig) -> FileState:
        """Tell whether it says what a version does."""
        return self._state(same=self.config is not None and self.config.same_as(in_force))

    def place(self, in_force: UnitConfig, key: Callable[[UnitConfig], KeySaid]) -> PlaceNow:
        """Return where a key of a version stands now, else the table above it."""
        if self.config is None:
            return PlaceNow(self.name, None, self._state(same=False))
        path, value = key(self.config)
        line = None if path is None else self.config.origin.line(path)
        return PlaceNow(self.name, line, self._state(same=value == key(in_force).value))

    def _state(self, *, same: bool) -> FileState:
        if self.config is None:
            return FileState.UNREADABLE if self.is_there else FileState.GONE
        return FileState.SAME if same else FileState.DIFFERS


def service_key(name: str) -> Callable[[UnitConfig], KeySaid]:
    """Return what finds a service that a unit offers."""
    return lambda unit: KeySaid(f"services.{name}", getattr(unit.services, name))


def calendar_key(unit: UnitConfig) -> KeySaid:
    """Find the coupling's calendar."""
    return KeySaid("coupling.calendar", unit.calendar)


def mapping_key(code: str, name: str) -> Callable[[UnitConfig], KeySaid]:
    """Return what finds a key of a code's mapping."""

    def find(unit: UnitConfig) -> KeySaid:
        index = next((index for index, each in enumerate(unit.care_services) if each.code == code), None)
        if index is None:
            return KeySaid(None, None)
        return KeySaid(f"care_service.{index}.{name}", getattr(unit.care_services[index], name))

    return find


def mapped_by(code: str, care_type: str | None) -> Callable[[UnitConfig], KeySaid]:
    """Return what finds the code of the mapping for code or care type."""

    def find(unit: UnitConfig) -> KeySaid:
        mapping = unit.mapping(code, care_type)
        return mapping_key(mapping.code, "code")(unit) if mapping else KeySaid(None, None)

    return find
