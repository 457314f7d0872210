"""Routes (*vägval*) in TAK's export, in both its forms.

Its own form refers by numbers, the TAK-API's import form by names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.domain.coupling import Route, TakContent, address_key
from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.domain.times import FOREVER
from tidbok_cli.errors import Problem, Where
from tidbok_cli.exchange.tak_json import Wrong, a_list, an_object, instant, optional_text, read_json, short, text

if TYPE_CHECKING:
    from collections.abc import Mapping

_AT_MOST: Final = 100
_SHOWN: Final = 60  # letters of a reference

_NAMED_BY: Final = {
    "logiskadress": "hsaId",
    "tjanstekontrakt": "namnrymd",
    "anropsadress": "adress",
    "rivtaprofil": "namn",
    "tjanstekomponent": "hsaId",
    "tjansteproducent": "hsaId",
}
"""Lists that routes lead to, with the keys that name their entities."""


def read_tak(content: bytes, file: str) -> Parsed[TakContent]:
    """Read the snapshot in an export, or a hundred problems at most."""
    found, problems = read_json(content, file)
    if found is None:
        return Parsed(None, problems)
    try:
        export = _TakExport(found[0])
    except Wrong as wrong:
        return Parsed(None, (_placed(wrong.problem, file),))
    routes, wrong_ones = export.routes()
    if wrong_ones:
        return Parsed(None, tuple(_placed(problem, file) for problem in wrong_ones[:_AT_MOST]))
    return Parsed(TakContent(export.taken_at, frozenset(routes), len(routes)))


def _placed(problem: Problem, file: str) -> Problem:
    return Problem(problem.code, problem.params, Where(file))


class _TakExport:
    """One export; raises Wrong where its moment or its lists are missing."""

    def __init__(self, export: Any) -> None:
        self.taken_at = instant(an_object(export, "export"), "tidpunkt", "export")
        data = an_object(export.get("data"), "data")
        if "vagval" not in data:
            raise Wrong("tak.no_routes")
        self._routes = a_list(data["vagval"], "vagval")
        lists = {kind: a_list(data[kind], kind) for kind in _NAMED_BY if kind in data}
        self._by_id = {
            (kind, entity["id"]): entity
            for kind, entities in lists.items()
            for entity in entities
            if isinstance(entity.get("id"), int)
        }
        self._names = {
            kind: {address_key(str(entity.get(_NAMED_BY[kind]))) for entity in entities}
            for kind, entities in lists.items()
        }

    def routes(self) -> tuple[list[Route], list[Problem]]:
        """Routes, and the problems of those that cannot be read."""
        routes, problems = [], []
        for number, entity in enumerate(self._routes, 1):
            try:
                routes.append(self._route(entity, f"vagval {entity.get('id', number)}"))
            except Wrong as wrong:
                problems.append(wrong.problem)
        return routes, problems

    def _route(self, entity: Mapping[str, Any], name: str) -> Route:
        refers = _relationships(entity, name)
        begins = instant(entity, "fromTidpunkt", name)
        ends = FOREVER if entity.get("tomTidpunkt") is None else instant(entity, "tomTidpunkt", name)
        called = self._called(refers, name)
        address, contract = (
            short(self._name(refers, kind, name), kind, name) for kind in ("logiskadress", "tjanstekontrakt")
        )
        return Route(address, contract, *called, begins, ends)

    def _called(self, refers: Mapping[str, Any], name: str) -> tuple[str | None, str | None, str | None]:
        """Producer that answers the calls, its profile and URL."""
        reference = refers.get("anropsadress")
        if isinstance(reference, str):
            producer, profile = (
                self._name(refers, kind, name) if refers.get(kind) is not None else None
                for kind in ("tjansteproducent", "rivtaprofil")
            )
            return producer, profile, self._name(refers, "anropsadress", name)
        address, place = self._entity("anropsadress", reference, name), f"anropsadress {reference}"
        leads = _relationships(address, place)
        producer, profile = (self._name(leads, kind, place) for kind in ("tjanstekomponent", "rivtaprofil"))
        return producer, profile, optional_text(address, "adress", place)

    def _name(self, refers: Mapping[str, Any], kind: str, name: str) -> str:
        """Name of an entity referred to by number or name; raises Wrong."""
        reference = refers.get(kind)
        if not isinstance(reference, str):
            return text(self._entity(kind, reference, name), _NAMED_BY[kind], f"{kind} {reference}")
        if kind in self._names and address_key(reference) not in self._names[kind]:
            raise _dangling(name, kind, reference)
        return text(refers, kind, name)

    def _entity(self, kind: str, reference: Any, name: str) -> dict[str, Any]:
        found = self._by_id.get((kind, reference)) if isinstance(reference, int) else None
        if found is None:
            raise _dangling(name, kind, reference)
        return found


def _relationships(entity: Mapping[str, Any], name: str) -> dict[str, Any]:
    """References of an entity, by key in small letters."""
    # the writers of the export do not agree on capitals in these keys
    refers = an_object(entity.get("relationships"), f"{name}, relationships")
    return {key.lower(): reference for key, reference in refers.items()}


def _dangling(name: str, kind: str, reference: Any) -> Wrong:
    return Wrong("tak.refers_to_nothing", name=name, kind=kind, reference=str(reference)[:_SHOWN])
