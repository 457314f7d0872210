"""The units' configuration: from files to what is in force (contract, section 3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from tidbok_cli.domain.outcomes.upkeep import Edited
from tidbok_cli.domain.units import UnitConfig
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.unit_file import read_units
from tidbok_cli.workflows.unit_files import name_of, path_of, put, unit_in_file
from tidbok_cli.workflows.workplace import REGION_FILE, Workplace


@dataclass(frozen=True, slots=True)
class Validation:
    """What the files say: the units without errors, and all problems and warnings."""

    units: tuple[UnitConfig, ...]
    problems: tuple[Problem, ...]

    @property
    def valid(self) -> bool:
        return all(problem.warning for problem in self.problems)


def validate(place: Workplace) -> Validation:
    """Reads tidbok.toml and every unit file, and reports all that is wrong with them."""
    from tidbok_cli.exchange.region_file import read_region

    _, of_region = read_region(place.region_file, REGION_FILE)
    units, of_units = read_units(place.config)
    return Validation(units, (*of_region, *of_units))


def files(place: Workplace) -> Mapping[str, UnitConfig]:
    """The units' files by key; raises BadInput, with every problem, where any is wrong."""
    found = validate(place)
    if not found.valid:
        raise BadInput("units.invalid", problems=found.problems)
    for problem in found.problems:
        place.warn(problem)
    return {unit.key: unit for unit in found.units}


# ------------------------------------------------------------------------------------------- the files


def map_service(place: Workplace, unit: str, code: str, changes: Mapping[str, str | int | bool]) -> Edited:
    """Sets keys of a care service in the unit's file, or adds it; comments and order are kept.

    Raises BadInput where the file, so changed, would not be valid: then it is left as it was.
    """
    from tidbok_cli.exchange.unit_edit import map_service as edited_text

    path = path_of(place, unit_in_file(place, unit))
    return put(place, path, edited_text(path.read_bytes().decode(), code, changes))


def unmap_service(place: Workplace, unit: str, code: str) -> Edited:
    """Takes a care service out of the unit's file; raises BadInput where it has none with this code."""
    from tidbok_cli.exchange.unit_edit import unmap_service as edited_text

    path = path_of(place, unit_in_file(place, unit))
    text = edited_text(path.read_bytes().decode(), code)
    if text is None:
        raise BadInput("service.unknown", where=Where(name_of(path)), code=code, unit=unit)
    return put(place, path, text)
