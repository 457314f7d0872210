"""Places of evidence in words, and what comes before a step that edits a clinic's file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.unit_now import FileState
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render.check_texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

_APPLIED: Final = "tidbok unit apply"
"""The command of a step that edits the clinic's file before it."""

FILES_NOW: Final[Mapping[str, Text]] = {
    # where a clinic's file is not what is in force: its place, and the step
    FileState.DIFFERS: Text(
        _m("{place}, which says otherwise now"),
        _m("First see what {file} says now that is not in force: “tidbok unit plan {unit}”."),
    ),
    FileState.GONE: Text(
        _m("{place}, which is not there now"),
        _m("First write what is in force as a file again: “tidbok unit export {unit} -O {typed_file}”."),
    ),
    FileState.UNREADABLE: Text(
        _m("{place}, which cannot be read now"),
        _m("First mend the mistakes in {file}: “tidbok unit validate” tells them."),
    ),
}


def place(evidence: Mapping[str, object]) -> str:
    """Tell the file and line of evidence, and where the file no longer says it, that."""
    file, line = evidence.get("file"), evidence.get("line")
    if not file:
        return _("recorded by hand")
    return file_told(f"{file}:{line}" if line else str(file), evidence.get("file_now"))


def file_told(place: str, state: object) -> str:
    """Tell a place in a clinic's file as it is now."""
    now = FILES_NOW.get(str(state))
    return _(now.message).format(place=place) if now else place


def first(evidence: Mapping[str, object], fix: str | None) -> str | None:
    """Return what comes before a step that edits the clinic's file, where that is not what is in force."""
    now = FILES_NOW.get(str(evidence.get("file_now")))
    return now.fix if now and fix and _APPLIED in fix else None
