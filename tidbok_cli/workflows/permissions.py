"""Files that others may change are not trusted: a configuration, a store (contract, section 6)."""

from __future__ import annotations

import os
import shlex
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from tidbok_cli.domain.found import Way
from tidbok_cli.errors import BadInput, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tidbok_cli.domain.found import Found
    from tidbok_cli.store.address import Address


def expect_own_config(found: Found[Path], region_file: str) -> None:
    """Raise BadInput for a configuration that others may change, or that another user has put here."""
    folder, way = found
    _refuse(folder, _loose([folder, folder / region_file, folder / "units", *_unit_files(folder / "units")]))
    if way is Way.HERE:
        owner = _stat(folder / region_file)
        if owner is not None and owner.st_uid not in (0, os.geteuid()):
            raise BadInput(
                "permissions.of_another", where=Where(str(folder)), owner=_name(owner.st_uid), folder=str(folder)
            )


def expect_own_store(address: Address) -> None:
    """Raise BadInput for a store in a file that others may change or replace."""
    if address.path is not None:
        with suppress(OSError):
            file, *beside = address.files
            folder = () if _is_sticky(file.parent) else (file.parent,)
            _refuse(file, _loose([file, *beside, *folder]))


def expect_own_secret(path: Path) -> None:
    """Raise BadInput for a password, key or certificate that others may change."""
    _refuse(path, _loose([path]))


def _refuse(place: Path, loose: Iterable[Path | str]) -> None:
    files = list(map(str, loose))
    if files:
        mend = shlex.join(["chmod", "go-w", *files[:5]]) + (" …" if len(files) > 5 else "")
        raise BadInput("permissions.others", where=Where(str(place)), file=files[0], mend=mend)


def _loose(paths: Iterable[Path | str]) -> Iterator[Path | str]:
    for path in paths:
        found = _stat(path)
        if found is not None and _others_may_write(found):
            yield path


def _unit_files(units: Path) -> list[str]:
    """Paths in order; as texts, since a region has hundreds, and every command waits for this."""
    with suppress(OSError), os.scandir(units) as files:
        return sorted(file.path for file in files if os.path.splitext(file.name)[1] == ".toml")  # noqa: PTH122
    return []


def _stat(path: Path | str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116
    except OSError:
        return None


def _is_sticky(folder: Path) -> bool:
    """Whether only its owner may replace a file there, as in /tmp."""
    return bool(folder.stat().st_mode & stat.S_ISVTX)


def _others_may_write(found: os.stat_result) -> bool:
    """Whether anybody may, or a group that is not one user's own.

    With umask 002 what a user makes is its own group's too, and nobody else is in it.
    """
    if found.st_mode & stat.S_IWOTH:
        return True
    return bool(found.st_mode & stat.S_IWGRP) and not _is_private(found.st_gid, {found.st_uid, os.geteuid()})


def _is_private(group: int, users: Iterable[int]) -> bool:
    """Whether the group is the first one of a user of the same number or name, and has no other members."""
    import grp
    import pwd

    for user in users:
        with suppress(KeyError):
            own, entry = pwd.getpwuid(user), None
            with suppress(KeyError):
                entry = grp.getgrgid(group)
            alike = group == user or (entry is not None and entry.gr_name == own.pw_name)
            if own.pw_gid == group and alike and not (entry and set(entry.gr_mem) - {own.pw_name}):
                return True
    return False


def _name(user: int) -> str:
    import pwd

    with suppress(KeyError):
        return pwd.getpwuid(user).pw_name
    return str(user)
