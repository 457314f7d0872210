"""`store backup`: a whole copy of the store, checked before it counts, and what was made earlier."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tidbok_cli import __version__
from tidbok_cli.domain.store import summed_up
from tidbok_cli.domain.store_backup import POSTGRESQL, SQLITE, Backup, Keep, Manifest, is_name, kept, name_of
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.backup_manifest import manifest_of, read_manifest, write_manifest
from tidbok_cli.store.address import Address, path_below
from tidbok_cli.store.read.backup import faults, known_version, rows_of
from tidbok_cli.store.reader import reading_any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tidbok_cli.workflows.context import Context


def back_up(context: Context, to: str | None, keep: Keep) -> Backup:
    """Back the store up, to a file or under a dated name in a folder; older ones go that need not be kept.

    Raises BadInput where the backup would not be whole, or cannot be made; then nothing is left of it.
    """
    from tidbok_cli.store.write.backup import made_whole, remove_left

    file, folder = _place(context, to)
    if keep.is_asked and folder is None:
        raise BadInput("backup.keep_in_folder", where=Where(column="--keep-daily"))
    if folder:
        remove_left(folder, is_name)
    with made_whole(file) as partial:
        manifest = _filled(context, partial)
        write_manifest(file, manifest)
    context.has_changed = True
    removed = _forget(folder, manifest.store, keep) if folder and keep.is_asked else ()
    return Backup(str(file), manifest, tuple(removed))


def _place(context: Context, to: str | None) -> tuple[Path, Path | None]:
    """Where the backup goes, and the folder where it has a name of its own there.

    Raises BadInput for a file that is there already, or that the store needs.
    """
    if to == "-":
        raise BadInput("backup.to_stdout", where=Where(column="FILE"))
    path = context.address.path
    kind = SQLITE if path else POSTGRESQL
    usual = (path.parent if path else context.folder) / "backups"
    given = usual if to is None else path_below(context.folder, to)
    folder = given if to is None or to.endswith("/") or given.is_dir() else None
    file = given if folder is None else folder / name_of(context.now, kind)
    make_folder(file.parent)
    if os.path.lexists(file) or file.resolve() in context.address.files_beside:
        raise BadInput("backup.exists", where=Where(str(file)))
    return file, folder


def make_folder(folder: Path) -> None:
    """Make a folder, its owner's alone, where it is missing; raises BadInput."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput("file.not_writable", where=Where(str(folder)), detail=error.strerror or "") from error


def _filled(context: Context, partial: Path) -> Manifest:
    """Fill the file, check it, and give its manifest."""
    from tidbok_cli.store.write.backup import copy_pages, digest_of
    from tidbok_cli.store.write.dump import dump

    address = context.address
    with context.reading_any() as reader:
        version = known_version(reader, address)
        if reader.is_sqlite:
            kind, rows = SQLITE, None
            copy_pages(reader, partial)
        else:
            kind, rows = POSTGRESQL, rows_of(reader)
            dump(reader, address, version, partial)
    if rows is None:
        rows = _checked(context, partial)
    store = str(address.files[0] if address.path else address)  # by whatever way it was found
    size, digest = partial.stat().st_size, digest_of(partial)
    return Manifest(__version__, kind, store, version, context.now, size, digest, rows)


def _checked(context: Context, partial: Path) -> dict[str, int]:
    """Count the rows of a backup; raises BadInput where it is not whole, and so neither is the store."""
    if problems := damages_of(context, partial):
        raise BadInput("backup.not_whole", store=str(context.address), problems=problems)
    with reading_any(Address(path=partial), context.caller) as copy:
        return rows_of(copy)


def damages_of(context: Context, file: Path) -> list[Problem]:
    """Find what is wrong with a SQLite file; raises BadInput where it is of a newer version."""
    from tidbok_cli.store.write.shape import SHAPES

    address = Address(path=file)
    with reading_any(address, context.caller) as copy:
        found = summed_up(faults(copy, address, SHAPES))
    return [Problem("copy.damage", {"check": each.check, "detail": each.detail}) for each in found]


# ------------------------------------------------------------------------------------------- which are kept


def _forget(folder: Path, store: str, keep: Keep) -> Iterator[str]:
    """Remove the store's backups in a folder that need not be kept; yield their files.

    Only those that have a name and a manifest of this program, of this store.
    """
    own = {path: manifest.taken_at for path, manifest in _backups(folder) if manifest.store == store}
    keeping = kept(own.values(), keep)
    for path, taken_at in sorted(own.items()):
        if taken_at not in keeping:
            path.unlink()
            manifest_of(path).unlink()
            yield str(path)


def _backups(folder: Path) -> Iterator[tuple[Path, Manifest]]:
    for path in folder.iterdir():
        manifest = read_manifest(path) if is_name(path.name) and not path.is_symlink() and path.is_file() else None
        if manifest is None or path.name != name_of(manifest.taken_at, manifest.database):
            continue
        if manifest.size == path.stat().st_size:
            yield path, manifest


# ------------------------------------------------------------------------------------------- what was made earlier


def verify(context: Context, name: str) -> Backup:
    """Hold a backup against its manifest; raises BadInput where either is missing."""
    file = path_below(context.folder, name)
    if not file.is_file():
        raise BadInput("file.missing", where=Where(str(file)))
    manifest = read_manifest(file)
    if manifest is None:
        raise BadInput("backup.no_manifest", where=Where(str(file)), manifest=str(manifest_of(file)))
    return Backup(str(file), manifest, problems=tuple(differences(context, file, manifest)))


def differences(context: Context, file: Path, manifest: Manifest) -> Iterator[Problem]:
    """Find where a backup is not as it was made: in its bytes, and in what it holds."""
    yield from in_bytes(file, manifest)
    try:
        yield from _in_contents(context, file, manifest)
    except BadInput as error:
        yield Problem(error.code, error.params)


def in_bytes(file: Path, manifest: Manifest) -> Iterator[Problem]:
    """Find where a file has not the bytes that were written."""
    from tidbok_cli.store.write.backup import digest_of

    size = file.stat().st_size
    if size != manifest.size:
        yield Problem("backup.size", {"size": manifest.size, "found": size})
    elif digest_of(file) != manifest.sha256:
        yield Problem("backup.sha256")


def _in_contents(context: Context, file: Path, manifest: Manifest) -> Iterator[Problem]:
    from tidbok_cli.store.write.dump import expect_dump

    if manifest.database == POSTGRESQL:
        expect_dump(file)
    elif damaged := damages_of(context, file):
        yield from damaged
    else:
        with reading_any(Address(path=file), context.caller) as copy:
            version, rows = known_version(copy, Address(path=file)), rows_of(copy)
        yield from in_counts(manifest, version, rows)


def in_counts(manifest: Manifest, version: str, rows: Mapping[str, int]) -> Iterator[Problem]:
    """Find where a backup's version and rows are not those that were written."""
    if version != manifest.version:
        yield Problem("backup.version", {"version": manifest.version, "found": version})
    for table in sorted(rows.keys() | manifest.rows):
        found, count = rows.get(table, 0), manifest.rows.get(table, 0)
        if found != count:
            yield Problem("copy.rows", {"table": table, "found": found, "count": count})
