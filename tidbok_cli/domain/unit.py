"""Units' configuration in files and versions (contract, section 2)."""

# Unlike elsewhere, annotations are no texts here: every question loads these tuples, and typing would compile each.

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.errors import Where

DEADLINE_LONGEST: Final = 1_000_000
"""The most hours that a mapping's deadline may be before the start."""


class ServiceKind(StrEnum):
    """The journal's kinds of codes; they play no part in matching."""

    CARE_SERVICE = "care_service"
    TIME_TYPE = "time_type"


class BookMode(StrEnum):
    """Ways to book a code: not, freely, with a booking basis (S5)."""

    NO = "no"
    OPEN = "open"
    BASIS = "basis"


class Services(NamedTuple):
    """The services that the unit offers (S6)."""

    show: bool = False
    cancel: bool = False
    rebook: bool = False
    book: bool = False


class CareService(NamedTuple):
    """A code's mapping (S23): what residents may do, its label (S25), and what they read (S20)."""

    code: str
    kind: ServiceKind = ServiceKind.CARE_SERVICE
    journal_name: str | None = None
    label: str | None = None
    show: bool = False
    cancel: bool = False
    rebook: bool = False
    book: BookMode = BookMode.NO
    cancel_deadline_hours: int = 0
    information: str | None = None
    digital: bool = False


SERVICE_KEYS: Final = Services._fields
OPTIONAL_SERVICES: Final = tuple(key for key in SERVICE_KEYS if key != "show")
"""Services that a clinic decides on one by one."""
MAPPING_KEYS: Final = CareService._fields
"""Keys of `[services]` and `[[care_service]]`, columns of the store too."""


def services_of(values: Mapping[str, Any]) -> Services:
    """Make services of plain values from a file or the store."""
    return Services(**_typed(_SERVICE_DEFAULTS, values))


def mapping_of(values: Mapping[str, Any]) -> CareService:
    """Make a mapping of plain values from a file or the store."""
    return CareService(**_typed(_MAPPING_DEFAULTS, values))


def plain(value: Services | CareService) -> dict[str, Any]:
    """Return each key's value as a file or the store has it."""
    return {key: str(each) if isinstance(each, StrEnum) else each for key, each in value._asdict().items()}


def _defaults(table: type[Services | CareService]) -> dict[str, Any]:
    return {key: table._field_defaults.get(key) for key in table._fields}


_SERVICE_DEFAULTS: Final = _defaults(Services)
_MAPPING_DEFAULTS: Final = _defaults(CareService)


def _typed(defaults: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Convert by the defaults' types; SQLite has 0 and 1 for flags."""
    return {key: value if defaults[key] is None else type(defaults[key])(value) for key, value in values.items()}


class FileOrigin(NamedTuple):
    """A configuration's file, and each key's line by path (`services.show`)."""

    file: str = ""
    lines: Mapping[str, int] = MappingProxyType({})

    def at(self, path: str) -> Where:
        """Return the place of a key, else of the table above, else the file's beginning."""
        return Where(self.file, self.line(path) or 1, path)

    def line(self, path: str) -> int | None:
        """Return the line of a key, else of the table above."""
        sought = path
        while sought and sought not in self.lines:
            sought = sought.rpartition(".")[0]
        return self.lines.get(sought)


DEFAULT_ADDRESS: Final = "*"
"""TAK's address of a route for all that have none of their own."""


class AlsoCalendar(NamedTuple):
    """A calendar in which times are found besides the coupling's, before `until` (seconds UTC).

    S22, Reading: while a unit's times are moved from one calendar to another, bookings lie in both.
    """

    calendar: str
    until: int


class UnitConfig(NamedTuple):
    """A whole unit file; equal where both say the same."""

    hsa_id: str
    name: str
    alias: str | None = None
    services: Services = Services()
    calendar: str | None = None
    logical_address: str | None = None
    care_services: tuple[CareService, ...] = ()
    also: tuple[AlsoCalendar, ...] = ()
    origin: FileOrigin = FileOrigin()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UnitConfig) and self._said == other._said

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self._said)

    @property
    def _said(self) -> tuple[object, ...]:
        """All but where it was said."""
        return self[:-1]

    @property
    def key(self) -> str:
        return hsa_key(self.hsa_id)

    @property
    def address(self) -> str:
        """The logical address at which TAK routes the unit."""
        return self.logical_address or self.hsa_id

    @property
    def carriers(self) -> tuple[str, ...]:
        """Addresses whose routes lead to the unit: the file's, else the default (domain, *TAK*)."""
        return (self.address, DEFAULT_ADDRESS)

    @property
    def receivers(self) -> tuple[str, ...]:
        """Addresses at which a permission to call the unit holds: its own, its parent's in the file, the default."""
        return tuple(dict.fromkeys((self.hsa_id, *self.carriers)))

    def has_decided(self, service: str) -> bool:
        """Tell whether its file says yes or no to a service."""
        return f"services.{service}" in self.origin.lines

    def finds(self, calendar: str, at: int) -> bool:
        """Tell whether a time in the calendar is found at the moment (S22)."""
        also = (each.calendar for each in self.also if at < each.until)
        return self.calendar is not None and calendar in (self.calendar, *also)

    def mapping(self, code: str, care_type: str | None) -> CareService | None:
        """Return the mapping for the code, else for the care type (S23)."""
        wanted = (mapping for each in (code, care_type) for mapping in self.care_services if mapping.code == each)
        return next(wanted, None)

    def alike(self, code: str) -> str | None:
        """Return another code that differs from this only in case or kinds of space."""
        key = code_key(code)
        return next(
            (each.code for each in self.care_services if each.code != code and code_key(each.code) == key), None
        )

    def coded(self, code: str) -> CareService | None:
        """Return the mapping of this very code."""
        return next((each for each in self.care_services if each.code == code), None)

    def same_as(self, other: "UnitConfig") -> bool:
        """Tell whether both say the same, in whatever order of mappings."""
        return self._sorted() == other._sorted()

    def _sorted(self) -> "UnitConfig":
        return self._replace(care_services=tuple(sorted(self.care_services, key=lambda each: each.code)))


class UnitVersionThen(NamedTuple):
    """A version in force from `begins` until before `ends`, seconds UTC."""

    id: int
    begins: int
    ends: int
    config: UnitConfig
    applied_at: int
    actor: str


def code_key(code: str) -> str:
    """Return what ids and codes share that differ only in case, kinds of space or invisible characters."""
    if code.isascii() and code.isprintable():
        return " ".join(code.lower().split()) if " " in code else code.lower()
    visible = (each for each in unicodedata.normalize("NFC", code) if unicodedata.category(each) != "Cf")
    return " ".join("".join(visible).casefold().split())
