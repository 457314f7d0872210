"""An import's report, and its bad rows."""

import sys
from typing import Any

from tidbok_cli.domain.outcomes import Report
from tidbok_cli.errors import Refused, Where
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render.output import Column, Format, dumps
from tidbok_cli.render.problems import error_value, lines

REPORT = (
    Column("created", _m("created")),
    Column("updated", _m("updated")),
    Column("unchanged", _m("unchanged")),
    Column("rejected", _m("rejected")),
    Column("without_effect", _m("without effect")),
    Column("summons", _m("open summonses")),
    Column("events", _m("relation events")),
)


def report_value(report: Report) -> dict[str, Any]:
    """`tidbok.import/1` (contract, section 2)."""
    return {"schema": "tidbok.import/1"} | {column.key: getattr(report, column.key) for column in REPORT}


def print_report(report: Report) -> None:
    """What changed, in one line."""
    value = report_value(report)
    told = [f"{_(column.title)}: {value[column.key]}" for column in REPORT if value[column.key]]
    print(", ".join(told) if told else _("Nothing to import."))


def print_bad_rows(report: Report, file: str, form: Format) -> None:
    """Each bad row on stderr, with its place and why it is bad."""
    if not report.rejected:
        return
    error = Refused("import.rejected", where=Where(file), problems=report.problems, rejected=report.rejected)
    if form is Format.JSON:
        print(dumps(error_value(error)), file=sys.stderr)
    else:
        print("\n".join(lines(error)), file=sys.stderr)
