"""TAK's export, in both its forms: its own, which refers by numbers, and the TAK-API's import form, which refers by
names. Only the routes (*vägval*) are read."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from tidbok_cli.domain.coupling import Route, TakSnapshot
from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.domain.times import FOREVER, parse_instant
from tidbok_cli.errors import Problem, Where

_AT_MOST: Final = 100


class _Wrong(Exception):
    """A value that is not as it must be, or a reference to nothing."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.problem = Problem(code, params)


class _Answers(NamedTuple):
    """What is known of an address that calls go to."""

    producer: str | None
    profile: str | None
    url: str | None


def read_tak(content: bytes, file: str) -> Parsed[TakSnapshot]:
    """The snapshot in an export; no value, and all that is wrong (a hundred at most), where any of it is."""
    try:
        export = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Parsed(None, (Problem("file.not_utf8_json", {}, Where(file)),))
    except json.JSONDecodeError as error:
        return Parsed(None, (Problem("json.malformed", {"column": error.colno}, Where(file, error.lineno)),))
    except RecursionError:
        return Parsed(None, (Problem("json.malformed", {"column": 1}, Where(file, 1)),))
    try:
        reader = _Reader(export)
    except _Wrong as wrong:
        return Parsed(None, (_placed(wrong.problem, file),))
    routes, problems = reader.routes()
    if problems:
        return Parsed(None, tuple(_placed(problem, file) for problem in problems))
    return Parsed(TakSnapshot(reader.taken_at, frozenset(routes), len(routes)))


def _placed(problem: Problem, file: str) -> Problem:
    return Problem(problem.code, problem.params, Where(file))


class _Reader:
    """One export; raises _Wrong where it has no moment or no lists to read."""

    def __init__(self, export: Any) -> None:
        self.taken_at = _instant(_text(_object(export, "export"), "tidpunkt", "export"), "tidpunkt")
        self._data = _object(export.get("data"), "data")
        self._by_id = {
            name: {entity.get("id"): entity for entity in self._list(name)}
            for name in ("logiskadress", "tjanstekontrakt", "anropsadress", "tjanstekomponent", "rivtaprofil")
        }
        self._by_name = {
            name: {str(entity.get(key)) for entity in self._list(name)}
            for name, key in (("logiskadress", "hsaId"), ("tjanstekontrakt", "namnrymd"))
        }

    def _list(self, name: str) -> list[dict[str, Any]]:
        entities = self._data.get(name, [])
        if not isinstance(entities, list) or not all(isinstance(entity, dict) for entity in entities):
            raise _Wrong("tak.not_a_list", name=name)
        return entities

    def routes(self) -> tuple[list[Route], list[Problem]]:
        """The routes, and what is wrong with those that cannot be read."""
        routes, problems = [], []
        for number, entity in enumerate(self._listed_routes(), 1):
            try:
                routes.append(self._route(entity, f"vagval {entity.get('id', number)}"))
            except _Wrong as wrong:
                problems.append(wrong.problem)
        return routes, problems[:_AT_MOST]

    def _listed_routes(self) -> Iterator[dict[str, Any]]:
        if "vagval" not in self._data:
            raise _Wrong("tak.no_routes")
        yield from self._list("vagval")

    def _route(self, entity: Mapping[str, Any], name: str) -> Route:
        refers = _object(entity.get("relationships"), f"{name}, relationships")
        answers = self._answers(refers, name)
        return Route(
            self._named(refers, "logiskadress", "hsaId", name),
            self._named(refers, "tjanstekontrakt", "namnrymd", name),
            answers.producer,
            answers.profile,
            answers.url,
            _instant(_text(entity, "fromTidpunkt", name), f"{name}, fromTidpunkt"),
            _instant(entity["tomTidpunkt"], f"{name}, tomTidpunkt") if entity.get("tomTidpunkt") else FOREVER,
        )

    def _named(self, refers: Mapping[str, Any], kind: str, key: str, name: str) -> str:
        """The name of what a route refers to: by its number, or already by its name."""
        reference = refers.get(kind)
        if isinstance(reference, str):
            if self._by_name[kind] and reference not in self._by_name[kind]:
                raise _Wrong("tak.refers_to_nothing", name=name, kind=kind, reference=reference)
            return reference
        return _text(self._entity(kind, reference, name), key, f"{kind} {reference}")

    def _entity(self, kind: str, reference: Any, name: str) -> dict[str, Any]:
        found = self._by_id[kind].get(reference) if isinstance(reference, int) else None
        if found is None:
            raise _Wrong("tak.refers_to_nothing", name=name, kind=kind, reference=str(reference))
        return found

    def _answers(self, refers: Mapping[str, Any], name: str) -> _Answers:
        reference = refers.get("anropsadress")
        if isinstance(reference, str):
            return _Answers(refers.get("tjansteproducent"), refers.get("rivtaProfil"), reference)
        address = self._entity("anropsadress", reference, name)
        place = f"anropsadress {reference}"
        leads = _object(address.get("relationships"), f"{place}, relationships")
        producer = self._entity("tjanstekomponent", leads.get("tjanstekomponent"), place)
        profile = self._entity("rivtaprofil", leads.get("rivtaprofil"), place)
        return _Answers(producer.get("hsaId"), profile.get("namn"), address.get("adress"))


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Wrong("tak.not_an_object", name=name)
    return value


def _text(entity: Mapping[str, Any], key: str, name: str) -> str:
    value = entity.get(key)
    if not isinstance(value, str) or not value:
        raise _Wrong("tak.missing", name=name, key=key)
    return value


def _instant(value: Any, name: str) -> int:
    instant = parse_instant(value).value if isinstance(value, str) else None
    if instant is None:
        raise _Wrong("tak.bad_time", name=name)
    return instant
