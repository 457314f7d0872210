"""The units' configuration: from files to what is in force (contract, section 3)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tidbok_cli.domain.identity import hsa_key, is_alias, parse_hsa_id
from tidbok_cli.domain.outcomes import Edited
from tidbok_cli.domain.units import UnitConfig
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.unit_file import read_units
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


def new_unit(place: Workplace, unit: UnitConfig) -> Edited:
    """Writes a new unit's file; saying again what a file says changes nothing.

    Raises BadInput for mistakes in the unit, and where a file has the unit, or its alias, otherwise.
    """
    from tidbok_cli.exchange.unit_file import unit_text

    parse_hsa_id(unit.hsa_id).required(Where(column="HSA_ID"))
    if unit.alias is not None and not is_alias(unit.alias):
        raise BadInput("unit.bad_alias", where=Where(column="--alias"))
    there, _ = read_units(place.config)
    for other in there:
        if other.key == unit.key:
            if other.same_as(replace(unit, hsa_id=other.hsa_id)):
                return Edited(place.config / other.origin.file, changed=False)
            raise BadInput("unit.file_exists", where=Where(other.origin.file), unit=unit.hsa_id)
        if unit.alias and other.alias == unit.alias:
            raise BadInput("unit.alias_taken", where=other.origin.at("alias"), alias=unit.alias, other=other.hsa_id)
    path = place.config / "units" / f"{unit.alias or unit.hsa_id.lower()}.toml"
    if path.exists():
        raise BadInput("unit.file_exists", where=Where(str(path)), unit=unit.hsa_id)
    return _put(place, path, unit_text(unit))


def map_service(place: Workplace, unit: str, code: str, changes: Mapping[str, str | int | bool]) -> Edited:
    """Sets keys of a care service in the unit's file, or adds it; comments and order are kept.

    Raises BadInput where the file, so changed, would not be valid: then it is left as it was.
    """
    from tidbok_cli.exchange.unit_edit import map_service as edited_text

    path = _file_of(place, unit)
    return _put(place, path, edited_text(path.read_bytes().decode(), code, changes))


def unmap_service(place: Workplace, unit: str, code: str) -> Edited:
    """Takes a care service out of the unit's file; raises BadInput where it has none with this code."""
    from tidbok_cli.exchange.unit_edit import unmap_service as edited_text

    path = _file_of(place, unit)
    text = edited_text(path.read_bytes().decode(), code)
    if text is None:
        raise BadInput("service.unknown", where=Where(_name(path)), code=code, unit=unit)
    return _put(place, path, text)


def _file_of(place: Workplace, text: str) -> Path:
    hsa_id = place.hsa_id(text)
    units, problems = read_units(place.config)
    for unit in units:
        if (hsa_id and unit.key == hsa_key(hsa_id)) or unit.alias == text:
            return place.config / unit.origin.file
    raise BadInput("unit.no_file", where=Where(column="UNIT"), problems=problems, unit=text)


def _put(place: Workplace, path: Path, text: str) -> Edited:
    """Puts a unit file's text in its place in one stroke, once it is known to be valid."""
    from tidbok_cli.exchange.unit_file import read_unit

    if path.exists() and path.read_bytes() == text.encode():
        return Edited(path, changed=False)
    with writable(path):
        beside = _write_beside(path, text)
        _, problems = read_unit(beside, _name(path))
        if any(not problem.warning for problem in problems):
            beside.unlink()
            raise BadInput("unit.mistaken", problems=problems, unit=_name(path))
        beside.replace(path)
    for problem in problems:
        place.warn(problem)
    return Edited(path, changed=True)


def _name(path: Path) -> str:
    return f"units/{path.name}"


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Raises BadInput where a file or folder cannot be written."""
    try:
        yield
    except OSError as error:
        raise BadInput("file.not_writable", where=Where(str(path)), detail=error.strerror or "") from error


def write_text(path: Path, text: str) -> None:
    """Writes a file so that a reader finds the old text or the new, never half of it; raises BadInput."""
    with writable(path):
        _write_beside(path, text).replace(path)


def _write_beside(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(text.encode())
    return beside
