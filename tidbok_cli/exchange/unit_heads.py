"""The names in unit files, for completion: only the keys before a file's first table are read, which is quick."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TABLE: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)


def unit_heads(config: Path) -> Iterator[dict[str, Any]]:
    """What each of `units/*.toml` says before its first table, by file name; files that are no TOML are passed over."""
    for path in sorted((config / "units").glob("*.toml")):
        with suppress(OSError, ValueError):
            yield tomllib.loads(_TABLE.split(path.read_text(encoding="utf-8-sig"), 1)[0])
