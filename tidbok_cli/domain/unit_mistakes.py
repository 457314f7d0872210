"""Mistakes in a unit's configuration that the page rules out, and doubts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.unit import BookMode, code_key
from tidbok_cli.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.unit import CareService, UnitConfig


def mistakes(unit: UnitConfig) -> Iterator[Problem]:
    """Find mistakes that the page rules out (domain, *What follows*), and warnings."""
    yield from _mistakes_of_services(unit)
    seen: dict[str, list[str]] = {}
    for index, mapping in enumerate(unit.care_services):
        path = f"care_service.{index}"
        alike = seen.setdefault(code_key(mapping.code), [])
        if mapping.code in alike:
            yield Problem("unit.code_twice", {"code": mapping.code}, unit.origin.at(f"{path}.code"))
        elif alike:
            params = {"code": mapping.code, "other": alike[0]}
            yield Problem("unit.codes_alike", params, unit.origin.at(f"{path}.code"), warning=True)
        alike.append(mapping.code)
        yield from _mistakes_of_mapping(unit, mapping, path)


def _mistakes_of_services(unit: UnitConfig) -> Iterator[Problem]:
    services = unit.services
    for name in ("cancel", "rebook", "book"):
        if getattr(services, name) and not unit.calendar:
            yield Problem("unit.no_calendar", {"service": name}, unit.origin.at(f"services.{name}"))
    for name in ("cancel", "rebook"):
        if getattr(services, name) and not services.show:
            yield Problem("unit.without_show", {"service": name}, unit.origin.at(f"services.{name}"))
    if unit.also and not unit.calendar:
        yield Problem("unit.also_without_calendar", {}, unit.origin.at("coupling.also"))
    yield from _doubts_of_also(unit)
    if services.show and not unit.calendar:
        yield Problem("unit.show_without_calendar", {}, unit.origin.at("services.show"), warning=True)


def _doubts_of_also(unit: UnitConfig) -> Iterator[Problem]:
    """Find calendars named besides the coupling's for nothing."""
    where, named = unit.origin.at("coupling.also"), [each.calendar for each in unit.also]
    if unit.calendar in named:
        yield Problem("unit.also_itself", {"calendar": unit.calendar or ""}, where, warning=True)
    for calendar in sorted({each for each in named if named.count(each) > 1}):
        yield Problem("unit.also_twice", {"calendar": calendar}, where, warning=True)


def _mistakes_of_mapping(unit: UnitConfig, mapping: CareService, path: str) -> Iterator[Problem]:
    for name in ("cancel", "rebook"):
        if getattr(mapping, name) and not mapping.show:
            params = {"code": mapping.code, "service": name}
            yield Problem("mapping.without_show", params, unit.origin.at(f"{path}.{name}"))
    label = (mapping.label or "").strip()
    if (mapping.show or mapping.book is not BookMode.NO) and not label:
        yield Problem("mapping.without_label", {"code": mapping.code}, unit.origin.at(path))
    if label and not any(map(str.isalpha, label)):
        yield Problem("mapping.label_without_letters", {"code": mapping.code}, unit.origin.at(f"{path}.label"))
