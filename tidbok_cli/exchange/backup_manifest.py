"""The manifest beside a backup, as JSON."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.domain.store_backup import Manifest
from tidbok_cli.domain.times import iso, plain_instant
from tidbok_cli.exchange.private_files import private_file

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMA: Final = "tidbok.manifest/1"
_AT_MOST: Final = 1 << 20
"""So many bytes are read: more is no manifest of this program."""


def manifest_of(backup: Path) -> Path:
    """Where a backup's manifest is."""
    return backup.with_name(f"{backup.name}.json")


def write_manifest(backup: Path, manifest: Manifest) -> None:
    """Write a manifest, mode 0600, through to the disk; raises BadInput where it cannot be written."""
    value = {"schema": _SCHEMA, **manifest._asdict(), "taken_at": iso(manifest.taken_at), "rows": dict(manifest.rows)}
    with private_file(manifest_of(backup)) as file:
        file.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_manifest(backup: Path) -> Manifest | None:
    """Read a backup's manifest; None where it has none that this program wrote."""
    path = manifest_of(backup)
    try:
        if not path.is_file() or path.stat().st_size > _AT_MOST:
            return None
        value = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return _manifest(value) if isinstance(value, dict) and value.pop("schema", None) == _SCHEMA else None


def _manifest(value: dict[str, Any]) -> Manifest | None:
    texts = ("program", "database", "store", "version", "taken_at", "sha256")
    if set(value) != set(Manifest._fields) or not all(isinstance(value[name], str) for name in texts):
        return None
    taken_at, size, rows = plain_instant(value["taken_at"]), value["size"], value["rows"]
    if taken_at is None or type(size) is not int or not isinstance(rows, dict):
        return None
    if not all(type(count) is int for count in rows.values()):
        return None
    return Manifest(**value | {"taken_at": taken_at})
