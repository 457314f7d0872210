"""`unit set`: keys of units' files beside their mappings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tidbok_cli.domain.identity import is_alias
from tidbok_cli.domain.unit_rows import unit_changes
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.unit_edit_keys import set_keys
from tidbok_cli.workflows.unit_edit import carry_out, edited

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.domain.unit_edit import FileEdited
    from tidbok_cli.domain.unit_rows import CellValue
    from tidbok_cli.workflows.context import Context


def set_units(
    context: Context, units: Sequence[UnitConfig], says: Mapping[str, CellValue], *, dry_run: bool = False
) -> tuple[FileEdited, ...]:
    """Set what is said of the units in their files; None takes a key away.

    Comments and order are kept. Raises BadInput where a file, so changed, would not be valid, and where several units
    would be given one alias or name; then all are left as they were.
    """
    alias = says.get("alias")
    if alias is not None and not is_alias(str(alias)):
        raise BadInput("unit.bad_alias", where=Where(column="--alias"))
    for key in ("alias", "name"):
        if says.get(key) is not None and len(units) > 1:
            raise BadInput("unit.one_of_its_own", where=Where(column=f"--{key}"), count=len(units))
    edits = []
    for unit in units:
        changes = unit_changes(unit, says)
        edits.append(edited(context, unit, partial(set_keys, changes=changes) if changes else None))
    return carry_out(context, edits, dry_run=dry_run)
