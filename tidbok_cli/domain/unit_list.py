"""Units in lists and by themselves, and their mappings."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tidbok_cli.domain.unit import CareService, UnitConfig, UnitVersionThen
    from tidbok_cli.domain.unit_now import UnitFileNow


class UnitService(NamedTuple):
    """A mapping, and the unit whose it is."""

    unit: UnitConfig
    mapping: CareService


class UnitState(StrEnum):
    """A unit by the store at a moment, and by its file; in force without one, its file is gone."""

    IN_FORCE = "in_force"
    WAITING = "waiting"
    FILE_ONLY = "file_only"
    FILE_GONE = "file_gone"


class UnitListed(NamedTuple):
    """A unit in force, or its first version that waits, or its file alone: then it begins never."""

    state: UnitState
    config: UnitConfig
    begins: int | None = None


class UnitShown(NamedTuple):
    """A unit at a moment; without version its name is unknown.

    `file`: its file now, where there is a configuration to look in.
    """

    hsa_id: str
    version: UnitVersionThen | None
    file: UnitFileNow | None = None
