"""Edits of units' files: what changed, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render.lines import tell, visible
from tidbok_cli.render.unit_differences import differences_value, print_differences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidbok_cli.domain.unit_edit import FileEdited
    from tidbok_cli.render.columns import JsonObject

EDITED_KEYS = ("file", "changed", "unit")

_WRITTEN: Final = {
    # dry: what is said of a file that changes
    False: _m("{file} is written:"),
    True: _m("{file} would be written:"),
}


def edited_value(edited: FileEdited) -> JsonObject:
    """`tidbok.file/1`: a unit's file that was to be written, and what changed in it."""
    return {"schema": "tidbok.file/1"} | _value(edited)


def files_value(edited: Sequence[FileEdited]) -> JsonObject:
    """`tidbok.files/1`: several units' files, as `tidbok.file/1` each."""
    return {
        "schema": "tidbok.files/1",
        "changed": sum(each.changed for each in edited),
        "files": [_value(each) for each in edited],
    }


def _value(edited: FileEdited) -> JsonObject:
    return {
        "file": str(edited.path),
        "changed": edited.changed,
        "unit": edited.after.hsa_id,
        **differences_value(edited.differences),
    }


def print_edited(edited: Sequence[FileEdited], *, dry_run: bool) -> None:
    """Print what was done to each file, field by field, and how it takes effect."""
    for each in edited:
        tell(visible(_said(each, dry_run=dry_run)))
        if each.changed:
            print_differences(each.differences)
    if not edited:
        tell(_("No clinic has a file."))
    elif dry_run:
        tell(_("Dry run, nothing was changed."))
    elif any(each.changed for each in edited):
        tell(_("“tidbok unit apply” puts it in force."))


def _said(edited: FileEdited, *, dry_run: bool) -> str:
    if edited.changed:
        return _(_WRITTEN[dry_run]).format(file=edited.path)
    if edited.lacks is not None:
        return _("{file}: unchanged, it has no code {code}.").format(file=edited.path, code=edited.lacks)
    return _("{file}: unchanged.").format(file=edited.path)


def print_changes(edited: Sequence[FileEdited]) -> None:
    """Print what changed in the files that did, for the report of an import."""
    for each in edited:
        if each.changed:
            sign = "~" if each.before else "+"
            tell(visible(f"{sign} {each.after.hsa_id} {each.after.name}"))
            print_differences(each.differences)
