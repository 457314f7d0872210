"""Units, mappings, edits of their files, and problems in them."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.unit import BookMode, CareService, UnitConfig
from tidbok_cli.domain.unit_list import UnitListed, UnitState
from tidbok_cli.i18n import _, ngettext
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import words
from tidbok_cli.render.check_places import file_told
from tidbok_cli.render.columns import ALIAS, INSTANT, Column, JsonObject, Listing, Rank, coded, instant, record
from tidbok_cli.render.lines import tell, visible
from tidbok_cli.render.moments import moment
from tidbok_cli.render.problems import line, sentence
from tidbok_cli.render.tables import print_facts, print_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tidbok_cli.domain.unit_list import UnitShown
    from tidbok_cli.errors import Problem

_SEVERITIES: Final = {"warning": _m("warning"), "error": _m("error")}
_STATES: Final[Mapping[str, str]] = {
    UnitState.WAITING: _m("waits"),
    UnitState.FILE_ONLY: _m("only a file"),
    UnitState.FILE_GONE: _m("file gone"),
}


def _named(listed: UnitListed) -> str:
    """The name, and the state where that is not being in force."""
    if listed.state is UnitState.IN_FORCE:
        return listed.config.name
    return f"{listed.config.name} ({_(_STATES[listed.state])})"


UNITS = Listing(
    _m("for each clinic"),
    (
        Column("unit", _m("HSA-id"), "config.hsa_id", rank=Rank.NAME),
        Column("alias", _m("Alias"), "config.alias", ALIAS, Rank.NAME),
        Column("name", _m("Name"), "config.name"),
        Column("show", get="config.services.show"),
        Column("cancel", get="config.services.cancel"),
        Column("rebook", get="config.services.rebook"),
        Column("book", get="config.services.book"),
        Column("calendar", _m("Calendar"), "config.calendar", rank=Rank.LEAST, whole=True),
        Column(
            "codes",
            _m("Codes"),
            lambda version: len(version.config.care_services),
            rank=Rank.LEAST,
            note=_m("how many"),
        ),
        Column("since", _m("In force since"), "begins", INSTANT, Rank.LEAST),
        Column("state"),
    ),
    shown=(
        "unit",
        "alias",
        Column("name", _m("Name"), tell=_named),
        Column("offers", _m("Offers"), tell=lambda version: _offered(version.config)),
        "calendar",
        "since",
        "codes",
    ),
    none=_m("No clinic is configured at that moment, and none has a file."),
)
SERVICES = Listing(
    _m("for each code, by the keys of the clinic's file"),
    (
        Column("code", _m("Code"), rank=Rank.NAME),
        Column("kind", _m("Kind"), kind=coded(words.KINDS), rank=Rank.LEAST),
        Column("journal_name", _m("Name in the journal"), rank=Rank.LEAST),
        Column("label", _m("Label")),
        Column("show"),
        Column("cancel"),
        Column("rebook"),
        Column("book"),
        Column("cancel_deadline_hours", _m("Deadline, hours"), rank=Rank.LEAST),
        Column("information", _m("Information")),
        Column("digital"),
    ),
    shown=(
        "code",
        "label",
        Column("allows", _m("Allows"), tell=lambda mapping: list(_allowed(mapping))),
        "cancel_deadline_hours",
        "journal_name",
        "kind",
        Column("visit", _m("The visit"), tell=lambda mapping: list(_visit(mapping)), rank=Rank.LEAST),
    ),
    none=_m("The clinic has no codes at that moment."),
)
_MAPPING: Final = attrgetter("mapping")
UNITS_SERVICES = Listing(
    _m("without UNIT for each clinic and code"),
    (
        Column("unit", _m("HSA-id"), "unit.hsa_id", rank=Rank.LEAST, whole=True),
        *(column.within(_MAPPING) for column in SERVICES.columns),
    ),
    shown=(
        Column("clinic", _m("Clinic"), tell=lambda row: [row.unit.name], rank=Rank.NAME),
        *(each if isinstance(each, str) else each.within(_MAPPING) for each in SERVICES.shown),
        "unit",
    ),
    none=_m("No clinic has codes at that moment."),
)
PROBLEMS = Listing(
    _m("for each mistake"),
    (
        Column("file", _m("File"), "where.file"),
        Column("line", _m("Line"), "where.line"),
        Column("key", _m("Key"), "where.column"),
        Column(
            "severity", _m("Severity"), lambda problem: "warning" if problem.warning else "error", coded(_SEVERITIES)
        ),
        Column("code", _m("Code")),
        Column("message", _m("Message"), lambda problem: sentence(problem.code, problem.params)),
    ),
)


def _offered(unit: UnitConfig) -> list[str]:
    return [_(told) for service, told in words.SERVICES.items() if getattr(unit.services, service)]


def _allowed(mapping: CareService) -> Iterator[str]:
    """Services that a mapping allows residents, in words."""
    for service in ("show", "cancel", "rebook"):
        if getattr(mapping, service):
            yield _(words.SERVICES[service])
    if mapping.book is not BookMode.NO:
        yield _(words.BOOK_MODES[mapping.book])


def _visit(mapping: CareService) -> Iterator[str]:
    """Words on the visit: that it is digital, and its information."""
    if mapping.digital:
        yield _("Digital meeting")
    if mapping.information:
        yield " ".join(mapping.information.split())


def unit_value(shown: UnitShown) -> JsonObject:
    """`tidbok.unit/1`: a unit as it is in force, or `"in_force": false`."""
    head = {"schema": "tidbok.unit/1", "unit": shown.hsa_id, "in_force": shown.version is not None}
    if shown.version is None:
        return head
    unit = shown.version.config
    return (
        head
        | record(tuple(column for column in UNITS.columns if column.key != "state"), shown.version)
        | {
            "logical_address": unit.logical_address,
            "also": [{"calendar": each.calendar, "until": instant(each.until)} for each in unit.also],
            "until": instant(shown.version.ends),
            "file": shown.file.name if shown.file else unit.origin.file,
            "file_now": shown.file.state(unit) if shown.file else None,
            "care_services": [record(SERVICES.columns, mapping) for mapping in unit.care_services],
        }
    )


def print_unit(shown: UnitShown) -> None:
    """Print a unit for people: its facts, then its mappings."""
    if shown.version is None:
        tell(visible(_("{unit} is not configured at that moment.").format(unit=shown.hsa_id)))
        return
    version, unit = shown.version, shown.version.config
    print_facts(
        {
            _("HSA-id"): unit.hsa_id,
            _("Name"): unit.name,
            _("Alias"): unit.alias,
            _("Offers"): _offered(unit),
            _("Calendar"): unit.calendar,
            _("Besides, until"): [f"{each.calendar}, {moment(each.until)}" for each in unit.also],
            _("Logical address"): unit.logical_address,
            _("In force since"): moment(version.begins),
            _("In force until"): moment(version.ends),
            _("File"): _file(shown),
        }
    )
    if not unit.care_services:
        return
    print()
    print_table(SERVICES.table, unit.care_services, elsewhere="-o json")


def _file(shown: UnitShown) -> str:
    """The unit's file now, and where it is not what is in force, that."""
    assert shown.version is not None
    unit = shown.version.config
    return file_told(shown.file.name, shown.file.state(unit)) if shown.file else unit.origin.file


def print_exported(text: str, file: str | None) -> None:
    """Print a unit's file, or where it was written."""
    print(
        text if file is None else visible(_("{file} is written.").format(file=file)), end="" if file is None else "\n"
    )


def print_validation(units: Sequence[UnitConfig], problems: Sequence[Problem]) -> None:
    """Print every problem, and the number of files that are right."""
    for problem in problems:
        tell(line(problem))
    print(
        ngettext("{count} clinic's file is right.", "{count} clinics' files are right.", len(units)).format(
            count=len(units)
        )
    )
