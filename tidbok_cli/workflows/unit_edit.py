"""Edits of units' files: tried out on their texts, then written, all or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tidbok_cli.domain.unit_edit import FileEdited
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.unit_file import parse_unit
from tidbok_cli.workflows.unit_beside import FilesBeside
from tidbok_cli.workflows.unit_files import name_of, path_of, put_all, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.workflows.context import Context


class UnitEdit(NamedTuple):
    """New text of a unit's file; None leaves it as it is, for it lacks a code or says so already.

    `before`, `was`: the unit and the text that the file has; None of a new file.
    """

    path: Path
    before: UnitConfig | None
    text: str | None
    lacks: str | None = None
    was: str | None = None


def edited(context: Context, unit: UnitConfig, change: Callable[[str], str] | None) -> UnitEdit:
    """Edit of a unit's file by a change of its text; None for none."""
    path = path_of(context, unit)
    if change is None:
        return UnitEdit(path, unit, None)
    was = text_of(path)
    return UnitEdit(path, unit, change(was), was=was)


def lacking(context: Context, unit: UnitConfig, code: str) -> UnitEdit:
    """No edit of a unit's file: it does not have the code."""
    return UnitEdit(path_of(context, unit), unit, None, code)


def carry_out(
    context: Context, edits: Iterable[UnitEdit], *, dry_run: bool = False, doubts: bool = True
) -> tuple[FileEdited, ...]:
    """Write the edited files, all or none, unless dry; warn of what is doubtful in them.

    Raises BadInput where one would not be valid, or have another's alias, or cannot be written, or was changed by
    somebody else meanwhile. `doubts`: whether they are told.
    """
    planned = list(edits)
    judged = [(each, *parse_unit(each.text, name_of(each.path))) for each in planned if each.text is not None]
    if wrong := [each for each, unit, _ in judged if unit is None]:
        problems = [problem for _, unit, found in judged if unit is None for problem in found]
        raise BadInput("unit.mistaken", problems=problems, unit=", ".join(name_of(each.path) for each in wrong))
    after = {each.path: unit for each, unit, _ in judged if unit is not None}
    _expect_own_aliases(context, planned, after)
    for problem in (problem for _, _, found in judged for problem in found if doubts):
        context.warn(problem)
    done = tuple(_done(each, after) for each in planned)
    if not dry_run:
        changed = {each.path for each in done if each.changed}
        writing = [each for each in planned if each.path in changed]
        _expect_as_read(writing)
        put_all(context, {each.path: each.text or "" for each in writing})
    return done


def _expect_as_read(edits: Iterable[UnitEdit]) -> None:
    """Raise BadInput where another has written to a file since it was read."""
    for edit in edits:
        if (text_of(edit.path) if edit.path.exists() else None) != edit.was:
            raise BadInput("unit.changed_meanwhile", where=Where(name_of(edit.path)))


def _done(edit: UnitEdit, after: dict[Path, UnitConfig]) -> FileEdited:
    unit = after.get(edit.path, edit.before)
    assert unit is not None, "a new file has a text"
    return FileEdited(edit.path, edit.before, unit, edit.lacks)


def _expect_own_aliases(context: Context, edits: list[UnitEdit], after: dict[Path, UnitConfig]) -> None:
    """Raise BadInput where an edited unit would have the alias of another."""
    new = [
        after[each.path] for each in edits if each.path in after and _alias_of(each.before) != after[each.path].alias
    ]
    if not any(unit.alias for unit in new):
        return
    beside = FilesBeside(context)
    beside.hold_aliases({unit.key: unit for unit in after.values()})
    for unit in new:
        if problem := beside.alias_taken(unit):
            raise BadInput(problem.code, where=problem.where, problems=(), **problem.params)
        beside.add(unit)


def _alias_of(unit: UnitConfig | None) -> str | None:
    return unit.alias if unit else None
