"""The units as they are in force at a moment: reading alone, so that lists come at once."""

from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.outcomes import UnitShown
from tidbok_cli.domain.sorting import swedish
from tidbok_cli.domain.units import CareService, Version
from tidbok_cli.store.case import version_in_force
from tidbok_cli.store.listing import versions_in_force
from tidbok_cli.workflows.lookup import unit_in_store
from tidbok_cli.workflows.workplace import Workplace


def units_in_force(place: Workplace) -> list[Version]:
    """The version of each unit that is in force at the moment, by name, then HSA-id."""
    with place.reading() as reader:
        versions = versions_in_force(reader, place.at)
    return sorted(versions, key=lambda each: (swedish(each.config.name), each.config.key))


def services_in_force(place: Workplace, text: str) -> list[CareService]:
    """A unit's mappings as they are in force at the moment, by code; raises BadInput as `show_unit` does."""
    version = show_unit(place, text).version
    return sorted(version.config.care_services, key=lambda each: swedish(each.code)) if version else []


def show_unit(place: Workplace, text: str) -> UnitShown:
    """One unit as it is in force at the moment; raises BadInput for one that the store does not know."""
    with place.reading() as reader:
        unit = unit_in_store(place, reader, text)
        return UnitShown(unit.hsa_id, version_in_force(reader, hsa_key(unit.hsa_id), place.at))
