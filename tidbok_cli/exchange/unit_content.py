"""What a unit's file says, out of its TOML, without judging it.

Only this much, for what must come at once: reading a file with all that is wrong in it loads the schema.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tidbok_cli.domain.text import composed
from tidbok_cli.domain.times import midnight
from tidbok_cli.domain.unit import AlsoCalendar, FileOrigin, UnitConfig, mapping_of, services_of
from tidbok_cli.exchange.toml_file import read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


_MISTAKES: Final = (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError)
"""Ways in which a content fails that the schema would refuse by name."""


class UnitAtOnce(NamedTuple):
    """What a file says, None where it cannot be read as a unit's, and whether there is one."""

    unit: UnitConfig | None
    is_there: bool


def unit_at_once(path: Path, name: str) -> UnitAtOnce:
    """Read what a file says, without what is wrong in it."""
    file, problems = read_toml(path, name)
    if file is None:
        return UnitAtOnce(None, all(each.code != "file.missing" for each in problems))
    with suppress(*_MISTAKES):
        unit = unit_of(composed_texts(file.data), file.origin)
        if all(isinstance(each, str) for each in (unit.hsa_id, *(mapping.code for mapping in unit.care_services))):
            return UnitAtOnce(unit, is_there=True)
    return UnitAtOnce(None, is_there=True)


_TRIMMED: Final = frozenset(("information",))
"""Texts of several lines, which end with one."""


def composed_texts(value: Any) -> Any:
    """The content with its texts in NFC, and nothing around what residents read."""
    if isinstance(value, dict):
        told = {key: composed_texts(each) for key, each in value.items()}
        return told | {key: told[key].strip() for key in _TRIMMED & told.keys() if isinstance(told[key], str)}
    if isinstance(value, list):
        return [composed_texts(each) for each in value]
    return composed(value) if isinstance(value, str) else value


def unit_of(data: Mapping[str, Any], origin: FileOrigin) -> UnitConfig:
    """The unit of a content whose keys and types are right."""
    coupling = data.get("coupling", {})
    return UnitConfig(
        hsa_id=data.get("hsa_id", ""),
        name=data.get("name", ""),
        alias=data.get("alias"),
        services=services_of(data.get("services", {})),
        calendar=coupling.get("calendar"),
        logical_address=coupling.get("logical_address"),
        also=tuple(AlsoCalendar(each["calendar"], midnight(each["until"])) for each in coupling.get("also", ())),
        care_services=tuple(map(mapping_of, data.get("care_service", ()))),
        origin=origin,
    )
