"""Units and mappings: lists, one unit, edits, plans, and what is wrong with the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidbok_cli.domain.times import iso
from tidbok_cli.domain.unit import BookMode, CareService, FileEdited, UnitConfig, UnitShown, UnitVersionThen
from tidbok_cli.i18n import _, ngettext
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import values, words
from tidbok_cli.render.columns import Column, Rank, RowValues
from tidbok_cli.render.lines import visible
from tidbok_cli.render.problems import line, sentence
from tidbok_cli.render.tables import print_facts, print_table
from tidbok_cli.render.words import clock, moment, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tidbok_cli.errors import Problem

UNITS = (
    Column("unit", _m("Unit")),
    Column("alias", _m("Alias")),
    Column("name", _m("Name")),
    Column("show", _m("Show")),
    Column("cancel", _m("Cancel")),
    Column("rebook", _m("Rebook")),
    Column("book", _m("Book")),
    Column("calendar", _m("Calendar")),
    Column("codes", _m("Codes")),
    Column("since", _m("In force since")),
)
SERVICES = (
    Column("code", _m("Code")),
    Column("kind", _m("Kind")),
    Column("journal_name", _m("Name in the journal")),
    Column("label", _m("Label")),
    Column("show", _m("Show")),
    Column("cancel", _m("Cancel")),
    Column("rebook", _m("Rebook")),
    Column("book", _m("Book")),
    Column("cancel_deadline_hours", _m("Deadline, hours")),
)
_OFFERS = Column(
    "offers", _m("Offers"), told=lambda row: [_(words.SERVICES[each]) for each in words.SERVICES if row[each]]
)
_ALLOWS = Column("allows", _m("Allows"), told=lambda row: list(_allowed(row)))
UNIT_TABLE = (
    Column("unit", _m("Unit"), Rank.NAME),
    Column("alias", _m("Alias"), Rank.NAME),
    Column("name", _m("Name")),
    _OFFERS,
    Column("calendar", _m("Calendar"), Rank.LEAST, whole=True),
    Column("since", _m("In force since"), Rank.LEAST, moment("since"), whole=True),
    Column("codes", _m("Codes"), Rank.LEAST),
)
SERVICE_TABLE = (
    Column("code", _m("Code"), Rank.NAME),
    Column("label", _m("Label")),
    _ALLOWS,
    Column("cancel_deadline_hours", _m("Deadline, hours"), Rank.LEAST),
    Column("journal_name", _m("Name in the journal"), Rank.LEAST),
    Column("kind", _m("Kind"), Rank.LEAST, word("kind", words.KINDS)),
)
EDITED = (Column("file", _m("File")), Column("changed", _m("Changed")))
PROBLEMS = (
    Column("file", _m("File")),
    Column("line", _m("Line")),
    Column("key", _m("Key")),
    Column("severity", _m("Severity")),
    Column("code", _m("Code")),
    Column("message", _m("Message")),
)


def _allowed(mapping: RowValues) -> Iterator[str]:
    """What a mapping lets residents do, in words."""
    for service in ("show", "cancel", "rebook"):
        if mapping[service]:
            yield _(words.SERVICES[service])
    if mapping["book"] != BookMode.NO:
        yield _(words.BOOK_MODES[mapping["book"]])


def unit_row(version: UnitVersionThen) -> dict[str, Any]:
    """A unit in a list."""
    unit = version.config
    return {
        "unit": unit.hsa_id,
        "alias": unit.alias,
        "name": unit.name,
        "show": unit.services.show,
        "cancel": unit.services.cancel,
        "rebook": unit.services.rebook,
        "book": unit.services.book,
        "calendar": unit.calendar,
        "codes": len(unit.care_services),
        "since": iso(version.begins),
    }


def service_value(mapping: CareService) -> dict[str, Any]:
    """A mapping, by the names of the unit's file."""
    return {
        "code": mapping.code,
        "kind": str(mapping.kind),
        "journal_name": mapping.journal_name,
        "label": mapping.label,
        "show": mapping.show,
        "cancel": mapping.cancel,
        "rebook": mapping.rebook,
        "book": str(mapping.book),
        "cancel_deadline_hours": mapping.cancel_deadline_hours,
    }


def unit_value(shown: UnitShown) -> dict[str, Any]:
    """`tidbok.unit/1`: a unit as it is in force, or `"in_force": false`."""
    head = {"schema": "tidbok.unit/1", "unit": shown.hsa_id, "in_force": shown.version is not None}
    if shown.version is None:
        return head
    unit = shown.version.config
    return (
        head
        | unit_row(shown.version)
        | {
            "logical_address": unit.logical_address,
            "until": values.instant(shown.version.ends),
            "file": unit.origin.file,
            "care_services": [service_value(mapping) for mapping in unit.care_services],
        }
    )


def print_unit(shown: UnitShown) -> None:
    """A unit for people: what it is and offers, a line a thing, then its mappings."""
    if shown.version is None:
        print(visible(_("{unit} is not configured at that moment.").format(unit=shown.hsa_id)))
        return
    version, unit = shown.version, shown.version.config
    print_facts(
        {
            _("Unit"): unit.hsa_id,
            _("Name"): unit.name,
            _("Alias"): unit.alias,
            _("Offers"): _OFFERS.told_of(unit_row(version)),
            _("Calendar"): unit.calendar,
            _("Logical address"): unit.logical_address,
            _("In force since"): clock(version.begins),
            _("Ends"): clock(version.ends),
            _("File"): unit.origin.file,
        }
    )
    if not unit.care_services:
        return
    print()
    print_table(SERVICE_TABLE, map(service_value, unit.care_services), elsewhere="-o json")


def edited_value(edited: FileEdited) -> dict[str, Any]:
    """`tidbok.file/1`: a file that was to be written."""
    return {"schema": "tidbok.file/1", "file": str(edited.path), "changed": edited.changed}


def print_edited(edited: FileEdited) -> None:
    """What was done to a file, and how it takes effect."""
    said = _("{file} is written. “tidbok unit apply” puts it in force.") if edited.changed else _("{file}: unchanged.")
    print(said.format(file=edited.path))


def problem_value(problem: Problem) -> dict[str, Any]:
    """A problem of a file."""
    return {
        "file": problem.where.file,
        "line": problem.where.line,
        "key": problem.where.column,
        "severity": "warning" if problem.warning else "error",
        "code": problem.code,
        "message": sentence(problem.code, problem.params),
    }


def print_validation(units: Sequence[UnitConfig], problems: Sequence[Problem]) -> None:
    """Every problem with its place, and how many clinics' files are right."""
    for problem in problems:
        print(line(problem))
    print(
        ngettext("{count} clinic's file is right.", "{count} clinics' files are right.", len(units)).format(
            count=len(units)
        )
    )
