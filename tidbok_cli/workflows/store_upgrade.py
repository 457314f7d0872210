"""`store upgrade`: whether it is due, and the upgrade itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.store import StoreUpgrade
from tidbok_cli.errors import BadInput, Problem
from tidbok_cli.store.reader import SCHEMA, version_of

if TYPE_CHECKING:
    from tidbok_cli.workflows.context import Context


def due(context: Context) -> StoreUpgrade:
    """Compare the store's version with the program's.

    Raises BadInput where there is no store, or a newer one.
    """
    with context.reading_any() as reader:
        found = version_of(reader, context.address)
    if found > SCHEMA:
        raise BadInput("store.newer_schema", store=str(context.address), found=found, expected=SCHEMA)
    return StoreUpgrade(str(context.address), found, SCHEMA, dump=context.address.dump_line(found))


def upgrade(context: Context) -> StoreUpgrade:
    """Bring the store to the program's version, unless it has it.

    Warns where no backup is made of a store in PostgreSQL. Raises BadInput, or Busy; then the store is as it was.
    """
    found = due(context)
    if not found.is_due:
        return found
    from tidbok_cli.store.write.upgrade import upgrade_store

    if found.dump:
        context.warn(Problem("upgrade.dump", {"line": found.dump}, warning=True))
    backup = upgrade_store(context.address, context.now, context.caller)
    context.has_changed = True
    return found._replace(backup=str(backup) if backup else None, upgraded=True)
