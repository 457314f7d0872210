"""Routes (*vägval*) and permissions (*anropsbehörighet*) in TAK's export, in both its forms.

Its own form refers by numbers, the TAK-API's import form by names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from tidbok_cli.domain.coupling import Route, address_key
from tidbok_cli.domain.coupling_snapshot import Permission, TakContent
from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.domain.times import FOREVER
from tidbok_cli.errors import Problem, Where
from tidbok_cli.exchange.tak_json import Wrong, a_list, an_object, instant, optional_text, read_json, short, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_Read = TypeVar("_Read", Route, Permission)
_AT_MOST: Final = 100
_SHOWN: Final = 60  # letters of a reference

_NAMED_BY: Final = {
    "logiskadress": "hsaId",
    "tjanstekontrakt": "namnrymd",
    "anropsadress": "adress",
    "rivtaprofil": "namn",
    "tjanstekomponent": "hsaId",
    "tjansteproducent": "hsaId",
    "tjanstekonsument": "hsaId",
}
"""Lists that routes and permissions lead to, with the keys that name their entities."""


def read_tak(content: bytes, file: str) -> Parsed[TakContent]:
    """Read the snapshot in an export, or a hundred problems at most."""
    found, problems = read_json(content, file)
    if found is None:
        return Parsed(None, problems)
    try:
        export = _TakExport(found[0])
    except Wrong as wrong:
        return Parsed(None, (_placed(wrong.problem, file),))
    routes, wrong_routes = export.routes()
    permissions, wrong_permissions = export.permissions()
    if wrong_ones := [*wrong_routes, *wrong_permissions]:
        return Parsed(None, tuple(_placed(problem, file) for problem in wrong_ones[:_AT_MOST]))
    told = None if permissions is None else frozenset(permissions)
    return Parsed(TakContent(export.taken_at, frozenset(routes), len(routes), told))


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
        self._permissions = a_list(data["anropsbehorighet"], "anropsbehorighet") if "anropsbehorighet" in data else None
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
        return _read_each(self._routes, "vagval", self._route)

    def permissions(self) -> tuple[list[Permission] | None, list[Problem]]:
        """Permissions, None where the export has no list of them, and the problems of those that cannot be read."""
        if self._permissions is None:
            return None, []
        return _read_each(self._permissions, "anropsbehorighet", self._permission)

    def _permission(self, entity: Mapping[str, Any], name: str) -> Permission:
        refers = _relationships(entity, name)
        address, contract = (
            short(self._name(refers, kind, name), kind, name) for kind in ("logiskadress", "tjanstekontrakt")
        )
        return Permission(address, contract, self._consumer(refers, name), *_validity(entity, name))

    def _consumer(self, refers: Mapping[str, Any], name: str) -> str:
        """HSA-id of a consumer, which the export's own form lists among all components."""
        reference = refers.get("tjanstekonsument")
        if isinstance(reference, int) and ("tjanstekonsument", reference) not in self._by_id:
            consumer = text(self._entity("tjanstekomponent", reference, name), "hsaId", f"tjanstekomponent {reference}")
        else:
            consumer = self._name(refers, "tjanstekonsument", name)
        return short(consumer, "tjanstekonsument", name)

    def _route(self, entity: Mapping[str, Any], name: str) -> Route:
        refers = _relationships(entity, name)
        begins, ends = _validity(entity, name)
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


def _read_each(
    entities: Iterable[Mapping[str, Any]], kind: str, read: Callable[[Mapping[str, Any], str], _Read]
) -> tuple[list[_Read], list[Problem]]:
    found, problems = [], []
    for number, entity in enumerate(entities, 1):
        try:
            found.append(read(entity, f"{kind} {entity.get('id', number)}"))
        except Wrong as wrong:
            problems.append(wrong.problem)
    return found, problems


def _validity(entity: Mapping[str, Any], name: str) -> tuple[int, int]:
    begins = instant(entity, "fromTidpunkt", name)
    return begins, FOREVER if entity.get("tomTidpunkt") is None else instant(entity, "tomTidpunkt", name)


def _relationships(entity: Mapping[str, Any], name: str) -> dict[str, Any]:
    """References of an entity, by key in small letters."""
    # the writers of the export do not agree on capitals in these keys
    refers = an_object(entity.get("relationships"), f"{name}, relationships")
    return {key.lower(): reference for key, reference in refers.items()}


def _dangling(name: str, kind: str, reference: Any) -> Wrong:
    return Wrong("tak.refers_to_nothing", name=name, kind=kind, reference=str(reference)[:_SHOWN])
