"""The units' configuration: from files to what is in force (contract, section 3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.outcomes import Edited
from tidbok_cli.domain.plan import Plan, plan
from tidbok_cli.domain.units import UnitConfig
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.unit_file import read_units
from tidbok_cli.store.reading import Reader
from tidbok_cli.store.units import apply_plan, scheduled
from tidbok_cli.workflows.lookup import unit_in_store
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


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan, and what it was made from: the files by key, which units were asked for (None: all), with removal."""

    plan: Plan
    files: Mapping[str, UnitConfig]
    selected: list[str] | None
    remove: bool


def prepare(place: Workplace, units: list[str], *, remove: bool = False) -> Prepared:
    """What `apply` would do at the moment; raises BadInput as `apply` would."""
    configured = files(place)
    with place.reading() as reader:
        selected = [_key(place, reader, text, configured) for text in units] or None
        planned = plan(configured, scheduled(reader, place.at, place.now), place.at, remove=remove, selected=selected)
        return Prepared(planned, configured, selected, remove)


def apply(place: Workplace, prepared: Prepared) -> None:
    """Does what was planned, all of it or nothing; raises BadInput where the store has changed since."""
    with place.writing() as (session, reader):
        store = scheduled(reader, place.at, place.now)
        again = plan(prepared.files, store, place.at, remove=prepared.remove, selected=prepared.selected)
        if again != prepared.plan:
            raise BadInput("apply.changed_in_between")
        apply_plan(session, prepared.plan, place.now, place.actor)


def _key(place: Workplace, reader: Reader, text: str, configured: Mapping[str, UnitConfig]) -> str:
    """The key of a unit that a file or the store knows; the files' aliases come first."""
    hsa_id = place.hsa_id(text)
    named = [unit.key for unit in configured.values() if unit.alias == text]
    key = hsa_key(hsa_id) if hsa_id else named[0] if named else None
    if key in configured and key is not None:
        return key
    return hsa_key(unit_in_store(place, reader, text).hsa_id)


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
