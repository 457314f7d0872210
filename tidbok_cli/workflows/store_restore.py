"""`store restore`: a backup becomes the store, and the old store is kept."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.store_backup import Restored
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.backup_manifest import read_manifest
from tidbok_cli.store.access import expect_writable
from tidbok_cli.store.address import Address, path_below
from tidbok_cli.store.read.backup import known_version, rows_of
from tidbok_cli.store.reader import SCHEMA, reading_any
from tidbok_cli.workflows.store_backup import damages_of, in_bytes, in_counts, make_folder

if TYPE_CHECKING:
    from pathlib import Path

    from tidbok_cli.workflows.context import Context

_DUMP: Final = b"PGDMP"
"""Beginning of what pg_dump writes."""


def restore(context: Context, name: str, *, replace: bool) -> Restored:
    """Put a backup in the store's place, checked before and after; with `replace` where a store is there.

    Interrupted anywhere, either the old or the new store opens. Raises BadInput, or Busy where others have the store
    open; then the store is as it was.
    """
    from tidbok_cli.store.write.backup import copy_pages, made_whole
    from tidbok_cli.store.write.restore import become_store, retired

    address, file = context.address, path_below(context.folder, name)
    _expect_file(address, file)
    store = address.files[0]
    make_folder(store.parent)
    expect_writable(address)
    if store.exists() and not replace:
        raise BadInput("restore.there", store=str(address))
    with ExitStack() as held, made_whole(store) as partial:
        with reading_any(Address(path=file), context.caller) as backup:
            version = known_version(backup, Address(path=file))
            copy_pages(backup, partial)
        rows = _checked(context, file, partial, version)
        become_store(partial, store)
        kept = held.enter_context(retired(address, context.caller, context.now))
        if kept and not replace:  # made meanwhile
            raise BadInput("restore.there", store=str(address))
    context.has_changed = True
    _look_again(context, version, rows)
    return Restored(str(file), str(address), version, rows, str(kept) if kept else None, version < SCHEMA)


def _expect_file(address: Address, file: Path) -> None:
    """Raise BadInput where the file is missing, the store itself, or of the other database, with the line for that."""
    if not file.is_file():
        raise BadInput("file.missing", where=Where(str(file)))
    if file.resolve() in address.files_beside:
        raise BadInput("restore.itself", where=Where(str(file)))
    quoted = shlex.quote(str(file))
    with file.open("rb") as opened:
        is_dump = opened.read(len(_DUMP)) == _DUMP
    if is_dump:
        url = "postgresql://…" if address.path else address.plain_url
        line = f"pg_restore --no-owner --exit-on-error --single-transaction --dbname={url} {quoted}"
        raise BadInput("restore.dump", where=Where(str(file)), line=line)
    if address.path is None:
        line = f"tidbok --store {quoted} store copy --to {address.plain_url}"
        raise BadInput("restore.to_server", where=Where(str(file)), line=line)


def _checked(context: Context, file: Path, copied: Path, version: str) -> dict[str, int]:
    """Count what was copied; raises BadInput where the backup is damaged, or not as its manifest says."""
    manifest, problems = read_manifest(file), damages_of(context, copied)
    rows: dict[str, int] = {}
    if not problems:
        with reading_any(Address(path=copied), context.caller) as copy:
            rows = rows_of(copy)
    if manifest and not problems:
        problems = [*in_bytes(file, manifest), *in_counts(manifest, version, rows)]
    if problems:
        raise BadInput("restore.not_whole", where=Where(str(file)), problems=problems)
    return rows


def _look_again(context: Context, version: str, rows: dict[str, int]) -> None:
    """Open the store at its place; raises BadInput where it is not what was put there."""
    with context.reading_any() as reader:
        if (known_version(reader, context.address), rows_of(reader)) != (version, rows):
            raise BadInput("restore.changed", store=str(context.address))
