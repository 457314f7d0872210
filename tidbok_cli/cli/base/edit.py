"""Commands that edit units' files: which, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tidbok_cli.cli.base import candidates
from tidbok_cli.cli.base.command import answer_thing, context_of
from tidbok_cli.errors import BadInput, Exit
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.domain.unit_edit import FileEdited
    from tidbok_cli.render.output import Format
    from tidbok_cli.workflows.context import Context

FILES: Final = _(
    "for one UNIT an object, tidbok.file/1: the file, whether it was changed, the unit, and what changed, field by "
    "field (fields) and code by code (mappings); for several, or with --all, an object, tidbok.files/1, with how many "
    "files were changed and the files, each the same."
)

Completer = Callable[[typer.Context, str], candidates.Candidates]


def _several(completed: Completer) -> Any:
    """The argument of clinics that have files, completed so."""
    told = _("The clinics: HSA-ids, aliases or names; or --all.")
    return typer.Argument(metavar="[UNIT]…", help=told, autocompletion=completed)


UnitFilesArgument = Annotated[list[str] | None, _several(candidates.unit_or_file)]
CodeFilesArgument = Annotated[list[str] | None, _several(candidates.unit_then_code)]
"""Clinics before a code."""
AllUnits = Annotated[bool, typer.Option("--all", help=_("Every clinic that has a file."))]
Like = Annotated[
    str | None,
    typer.Option(
        "--like",
        metavar="UNIT",
        help=_("Give new clinics this one's mappings: from its file, or as they are in force where it has none."),
        autocompletion=candidates.unit_or_file,
    ),
]
AliasFromName = Annotated[
    bool,
    typer.Option(
        "--alias-from-name", help=_("Make an alias of the name, where none is said: Hud Tierp becomes hud-tierp.")
    ),
]
DryEdit = Annotated[bool, typer.Option("--dry-run", help=_("Only show what would change in the files."))]


def expect_units(ctx: typer.Context, texts: Sequence[str] | None, *, every: bool) -> None:
    """Raise BadInput where units are named beside --all, or neither is said."""
    if every and texts:
        raise BadInput("usage.not_together", option="--all", other="UNIT")
    if not every and not texts:
        raise BadInput("usage.missing", name="UNIT", command=ctx.command_path)


def chosen(
    ctx: typer.Context, texts: Sequence[str] | None, *, every: bool, at: str | None
) -> tuple[Context, list[UnitConfig]]:
    """The context, and the units that are named, or every one; raises BadInput for both or neither."""
    from tidbok_cli.workflows.unit_files import units_chosen

    expect_units(ctx, texts, every=every)
    context = context_of(ctx, at=at)
    return context, units_chosen(context, texts or [], every=every)


def answer_edited(edited: Sequence[FileEdited], form: Format, *, single: bool, dry_run: bool) -> Exit:
    """Print what was done to units' files; `single`: one was named."""
    from tidbok_cli.render.unit_edit import EDITED_KEYS, edited_value, files_value, print_edited

    value = edited_value(edited[0]) if single else files_value(edited)
    if not answer_thing(value, EDITED_KEYS, form, None if single else value["files"]):
        print_edited(edited, dry_run=dry_run)
    return Exit.DONE
