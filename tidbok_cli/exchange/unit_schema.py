"""Schema of a unit file (contract, section 2) in pydantic.

Importing pydantic takes longer than most commands: only what reads and writes unit files imports this module.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic_core import PydanticCustomError

from tidbok_cli.domain.cells import NAME_LONGEST
from tidbok_cli.domain.identity import is_alias
from tidbok_cli.domain.text import has_control, has_space_around, other_space, unseen
from tidbok_cli.domain.times import FIRST, midnight
from tidbok_cli.domain.unit import DEADLINE_LONGEST, CareService, FileOrigin, Services
from tidbok_cli.errors import Problem
from tidbok_cli.exchange.toml_file import FLAG, TEXT, WHOLE_NUMBER, missing_key, not_allowed, unknown_key, wrong_type

KeyPath = tuple[str | int, ...]
"""Place of a key, as pydantic gives it: ("care_service", 0, "label")."""


def _is_word(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("toml.blank", "")
    return _is_free_text(text)


def _is_free_text(text: str) -> str:
    if has_control(text):
        raise PydanticCustomError("toml.control_character", "")
    if character := unseen(text):
        raise PydanticCustomError("toml.unseen_character", "", {"character": character})
    if has_space_around(text):
        raise PydanticCustomError("toml.space_around", "")
    return text


def _is_information(text: str) -> str:
    """A text of one or more lines; what is around it goes when it is read."""
    _is_free_text(text.replace("\r\n", " ").replace("\n", " ").strip(" "))
    return text


def _is_name(text: str) -> str:
    if len(text) > NAME_LONGEST:
        raise PydanticCustomError("toml.too_long", "", {"most": NAME_LONGEST})
    if character := other_space(text):
        raise PydanticCustomError("toml.other_space", "", {"character": character})
    return _is_word(text)


def _is_alias(text: str) -> str:
    if not is_alias(text):
        raise PydanticCustomError("unit.bad_alias", "")
    return _is_name(text)


def _is_day(value: object) -> object:
    if isinstance(value, datetime) or not isinstance(value, date) or midnight(value) < FIRST:
        raise PydanticCustomError("toml.no_date", "")
    return value


_Word = Annotated[str, AfterValidator(_is_word)]
_Name = Annotated[str, AfterValidator(_is_name)]
_FreeText = Annotated[str, AfterValidator(_is_free_text)]
_Information = Annotated[str, AfterValidator(_is_information)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


def _kind_of(default: object) -> Any:
    """Kind of a services' or mapping's key, by its default."""
    match default:
        case bool():
            return bool
        case StrEnum():
            return Annotated[type(default), Field(strict=False)]
        case int():
            return Annotated[int, Field(ge=0, le=DEADLINE_LONGEST)]
    return _FreeText | None


def _keys(of: type[Services | CareService]) -> Iterator[tuple[str, Any]]:
    """Keys with kinds and defaults for pydantic; without default, required."""
    for key in of._fields:
        default = of._field_defaults.get(key)
        kind = _Information | None if key == "information" else _kind_of(default)
        yield key, (kind, default) if key in of._field_defaults else (_Name, ...)


_Services: type[_Table] = create_model("_Services", __base__=_Table, **dict(_keys(Services)))
_CareService: type[_Table] = create_model("_CareService", __base__=_Table, **dict(_keys(CareService)))


class _AlsoCalendar(_Table):
    calendar: _Name
    until: Annotated[Any, AfterValidator(_is_day)]


class _Coupling(_Table):
    calendar: _Name | None = None
    logical_address: _Name | None = None
    also: list[_AlsoCalendar] = []


class _Unit(_Table):
    hsa_id: str
    name: _Word
    alias: Annotated[str, AfterValidator(_is_alias)] | None = None
    services: _Services = _Services()  # type: ignore[valid-type]
    coupling: _Coupling = _Coupling()
    care_service: list[_CareService] = []  # type: ignore[valid-type]


_BELOW: Final[Mapping[str | int, type[_Table]]] = {
    "services": _Services,
    "coupling": _Coupling,
    "care_service": _CareService,
}
_CHOICES: Final = {
    key: tuple(type(default)) for key, default in CareService._field_defaults.items() if isinstance(default, StrEnum)
}
_OURS: Final = (
    "toml.blank",
    "toml.control_character",
    "toml.unseen_character",
    "toml.other_space",
    "toml.space_around",
    "toml.too_long",
    "unit.bad_alias",
)
_DAY: Final = "2027-02-01"
_EXPECTED: Final = {"string_type": TEXT, "bool_type": FLAG, "int_type": WHOLE_NUMBER, "toml.no_date": _DAY}
_TABLES: Final = {"care_service": "[[care_service]]", "also": f'[{{ calendar = "OLD", until = {_DAY} }}]'}


def schema_problems(data: Mapping[str, Any], origin: FileOrigin) -> Iterator[tuple[KeyPath, Problem]]:
    """Problems of a parsed unit file, with the paths of their keys."""
    try:
        _Unit.model_validate(data)
    except ValidationError as refusal:
        for error in refusal.errors(include_input=False, include_url=False):
            yield error["loc"], _problem(error["type"], error["loc"], origin, error.get("ctx", {}))


def _problem(kind: str, path: KeyPath, origin: FileOrigin, told: Mapping[str, Any]) -> Problem:
    where = origin.at(".".join(str(step) for step in path))
    key = next(step for step in reversed(path) if isinstance(step, str))
    match kind:
        case "extra_forbidden":
            table = _AlsoCalendar if "also" in path[:-1] else _BELOW[path[0]] if len(path) > 1 else _Unit
            return unknown_key(key, table.model_fields, where)
        case "missing":
            return missing_key(key, where)
        case "enum":
            return not_allowed(key, _CHOICES[key], where)
        case "greater_than_equal" | "less_than_equal":
            return Problem("toml.out_of_range", {"key": key, "least": 0, "most": DEADLINE_LONGEST}, where)
        case _ if kind in _OURS:
            return Problem(kind, {"key": key, **told}, where)
    return wrong_type(key, _EXPECTED.get(kind) or _TABLES.get(key, f"[{key}]"), where)
