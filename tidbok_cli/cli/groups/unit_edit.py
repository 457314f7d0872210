"""`unit`: the clinics' files written and edited, one by one or from a table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, command, context_of, group
from tidbok_cli.cli.base.edit import (
    FILES,
    AliasFromName,
    AllUnits,
    DryEdit,
    Like,
    UnitFilesArgument,
    answer_edited,
    chosen,
)
from tidbok_cli.cli.base.table import IMPORT, run_import
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping


app = group(_("Clinics: their configuration in files, and what is in force."))

_Alias = Annotated[
    str | None, typer.Option("--alias", metavar="ALIAS", help=_("A short name for commands: a-z, 0-9 and -."))
]
_Calendar = Annotated[
    str | None, typer.Option("--calendar", metavar="NAME", help=_("The clinic's calendar in the journal (S22)."))
]


@command(
    app,
    _(
        "Write a new clinic's file, or with --from one for each row of a table. They take effect with “tidbok unit "
        "apply”."
    )
    + "\n\n"
    + _(
        "The table is CSV or a workbook with the columns hsa_id, name, alias, calendar, show, cancel, rebook, book, of "
        "which the first two are required; yes and no are written true/false, yes/no, ja/nej, sant/falskt or 1/0. All "
        "files are written or none. A clinic whose file says what its row says is left as it is, and nothing is copied "
        "into it; one whose file says something else, and an alias that is another clinic's, is a bad row."
    ),
    "tidbok unit new SE2321000024-1A2B --name Ögonmottagningen --alias ogon --calendar OGON-TB1 --show",
    "tidbok unit new SE2321000024-4E5F --name 'Ögonmottagningen Enköping' --like ogon",
    "tidbok unit new --from clinics.xlsx --like ogon --alias-from-name",
    answer=_(
        "an object, tidbok.file/1: the file, whether it was changed, the unit, and what changed, field by field "
        "(fields) and code by code (mappings); with --from an object, tidbok.import/1, as the imports have it: how "
        "many clinics were created, unchanged and rejected."
    ),
)
def new(
    ctx: typer.Context,
    hsa_id: Annotated[
        str | None, typer.Argument(metavar="[HSA_ID]", help=_("The clinic's HSA-id; required without --from."))
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help=_("The clinic's name; required without --from."))
    ] = None,
    alias: _Alias = None,
    calendar: _Calendar = None,
    show: Annotated[bool, typer.Option("--show", help=_("Offer: show booked times (S1)."))] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help=_("Offer: cancel (S2)."))] = False,
    rebook: Annotated[bool, typer.Option("--rebook", help=_("Offer: rebook (S3)."))] = False,
    book: Annotated[bool, typer.Option("--book", help=_("Offer: book (S4)."))] = False,
    like: Like = None,
    alias_from_name: AliasFromName = False,
    table: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE", help=_("A table with a clinic a row; “-” reads standard input.")),
    ] = None,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    skip_bad: options.SkipBad = False,
    rejected: options.Rejected = None,
    dry_run: options.DryRun = False,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.domain.unit import Services, UnitConfig
    from tidbok_cli.workflows.unit_import import new_units
    from tidbok_cli.workflows.unit_new import new_unit

    context = context_of(ctx, at=at)
    of_one = {"HSA_ID": hsa_id, "--name": name, "--alias": alias, "--calendar": calendar, "--show": show,
              "--cancel": cancel, "--rebook": rebook, "--book": book}  # fmt: skip
    if table is not None:
        _refuse("unit.from_alone", of_one)
        return run_import(
            context, partial(new_units, like=like, alias_from_name=alias_from_name), table, output, encoding=encoding,
            sheet=sheet, skip_bad=skip_bad, rejected=rejected, dry_run=dry_run,
        )  # fmt: skip
    _refuse("unit.needs_from", {"--encoding": encoding, "--sheet": sheet, "--skip-bad": skip_bad,
                                "--rejected": rejected})  # fmt: skip
    if hsa_id is None or name is None:
        missing = "HSA_ID" if hsa_id is None else "--name"
        raise BadInput("usage.missing", name=missing, command=ctx.command_path)
    unit = UnitConfig(hsa_id, name, alias, Services(show, cancel, rebook, book), calendar)
    edited = new_unit(context, unit, like, alias_from_name=alias_from_name, dry_run=dry_run)
    return answer_edited([edited], output, single=True, dry_run=dry_run)


def _refuse(code: str, options_of: Mapping[str, object]) -> None:
    """Refuse the call where any of the options was given."""
    given = [name for name, value in options_of.items() if value not in (None, False)]
    if given:
        raise BadInput(code, where=Where(column="--from"), given=", ".join(given))


@command(
    app,
    _(
        "Make new clinics' files from a table, and change those that are there: all rows or none. Comments and order "
        "are kept. It takes effect with “tidbok unit apply”."
    )
    + "\n\n"
    + _(
        "The table is CSV or a workbook with the columns hsa_id, name, alias, calendar, show, cancel, rebook, book, of "
        "which the first is required, and the second of new clinics; yes and no are written true/false, yes/no, "
        "ja/nej, sant/falskt or 1/0. Clinics that are not in the table are left as they are, and so is what a missing "
        "column does not say. An empty cell says that there is none: no alias, no calendar, not offered."
    ),
    "tidbok unit import clinics.xlsx --dry-run",
    "tidbok unit import clinics.csv --like ogon --alias-from-name",
    name="import",
    answer=IMPORT,
)
def import_file(
    ctx: typer.Context,
    file: options.FileArgument,
    like: Like = None,
    alias_from_name: AliasFromName = False,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    skip_bad: options.SkipBad = False,
    rejected: options.Rejected = None,
    dry_run: options.DryRun = False,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.workflows.unit_import import import_units

    return run_import(
        context_of(ctx, at=at), partial(import_units, like=like, alias_from_name=alias_from_name), file, output,
        encoding=encoding, sheet=sheet, skip_bad=skip_bad, rejected=rejected, dry_run=dry_run,
    )  # fmt: skip


@command(
    app,
    _(
        "Change the files of one, several or all clinics: what is not named is left as it is. Comments and order are "
        "kept. It takes effect with “tidbok unit apply”."
    )
    + "\n\n"
    + _("An empty text ('') says that there is none: no alias, no calendar. All files are changed or none."),
    "tidbok unit set ogon --calendar OGON-TB2",
    "tidbok unit set ogon flogsta --cancel --no-rebook",
    "tidbok unit set --all --no-book --dry-run",
    name="set",
    answer=FILES,
)
def set_keys(
    ctx: typer.Context,
    units: UnitFilesArgument = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help=_("The clinic's name."))] = None,
    alias: _Alias = None,
    calendar: _Calendar = None,
    show: Annotated[bool | None, typer.Option("--show/--no-show", help=_("Offer: show booked times (S1)."))] = None,
    cancel: Annotated[bool | None, typer.Option("--cancel/--no-cancel", help=_("Offer: cancel (S2)."))] = None,
    rebook: Annotated[bool | None, typer.Option("--rebook/--no-rebook", help=_("Offer: rebook (S3)."))] = None,
    book: Annotated[bool | None, typer.Option("--book/--no-book", help=_("Offer: book (S4)."))] = None,
    every: AllUnits = False,
    dry_run: DryEdit = False,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.workflows.unit_set import set_units

    texts = {"alias": alias, "calendar": calendar}
    others = {"name": name, "show": show, "cancel": cancel, "rebook": rebook, "book": book}
    says: dict[str, str | bool | None] = {key: value or None for key, value in texts.items() if value is not None}
    says |= {key: value for key, value in others.items() if value is not None}
    context, found = chosen(ctx, units, every=every, at=at)
    if not says:
        raise BadInput("unit.nothing_to_set", where=Where(column="UNIT"))
    edited = set_units(context, found, says, dry_run=dry_run)
    return answer_edited(edited, output, single=len(units or ()) == 1, dry_run=dry_run)
