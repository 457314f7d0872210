"""An import's report, and its bad rows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from tidbok_cli.errors import Refused, Where
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render.lines import say, tell, visible
from tidbok_cli.render.output import Format, dumps
from tidbok_cli.render.problems import error_value, lines

if TYPE_CHECKING:
    from tidbok_cli.domain.imports import ImportReport
    from tidbok_cli.render.columns import JsonObject

_NAMES_AT_MOST: Final = 30

_DONE: Final = {
    "created": _m("created"),
    "updated": _m("updated"),
    "ended": _m("of which cancelled, being absent"),
    "unchanged": _m("unchanged"),
    "rejected": _m("rejected"),
    "without_effect": _m("without effect"),
    "summons": _m("open summonses"),
    "events": _m("relation events"),
}


def report_keys(report: ImportReport) -> list[str]:
    """Keys of a report; `ended` only of a whole file (`--complete`)."""
    return [key for key in _DONE if key != "ended" or report.ended is not None]


def report_value(report: ImportReport) -> JsonObject:
    """`tidbok.import/1` (contract, section 2)."""
    value: JsonObject = {"schema": "tidbok.import/1"} | {key: getattr(report, key) for key in report_keys(report)}
    if report.absent is not None:
        value["ended_by_unit"] = [
            {"unit": unit, "live": live, "ended": ended} for unit, live, ended in report.absent if ended
        ]
    return value


def print_report(report: ImportReport, *, dry_run: bool) -> None:
    """Print what changed: in files field by field, then in a line or two."""
    if report.edited:
        from tidbok_cli.render.unit_edit import print_changes

        print_changes(report.edited)
    value = report_value(report)
    told = [f"{_(_DONE[key])}: {value[key]}{_names(report, key)}" for key in report_keys(report) if value[key]]
    said = ", ".join(told) if told else _("Nothing to import.")
    tell(_("Dry run, nothing was changed. It would be: {report}").format(report=said) if dry_run else said)
    if report.fields:
        columns = ", ".join(f"{name} {count}" for name, count in report.fields.most_common())
        tell(_("New in the updated rows: {columns}").format(columns=columns))
    if any(report.named.values()) and not dry_run:
        tell(_("“tidbok unit apply” puts it in force."))


def _names(report: ImportReport, done: str) -> str:
    """Names in parentheses, where the report has them, some at most."""
    names = [visible(name) for name in report.named.get(done, ())]
    if done == "ended":
        said = _("{unit}: {ended} of {live}")
        names = [
            said.format(unit=each.unit, ended=each.absent, live=each.live)
            for each in report.absent or ()
            if each.absent
        ]
    shown = [*names[:_NAMES_AT_MOST], *(["…"] if len(names) > _NAMES_AT_MOST else [])]
    return f" ({', '.join(shown)})" if shown else ""


def print_bad_rows(report: ImportReport, file: str, form: Format, *, dry_run: bool) -> None:
    """Print each bad row on stderr, with its place and reason."""
    if not report.rejected:
        return
    where = Where(file)
    if report.rejected_file:
        error = Refused("import.left_out", where=where, problems=report.problems, rejected=report.rejected,
                        file=report.rejected_file)  # fmt: skip
    else:
        code = "import.would_reject" if dry_run else "import.rejected"
        error = Refused(code, where=where, problems=report.problems, rejected=report.rejected)
    if form is Format.JSON:
        print(dumps(error_value(error)), file=sys.stderr)
    else:
        say("\n".join(lines(error)))
