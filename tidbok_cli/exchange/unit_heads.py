"""Names in unit files, read quickly, for completion."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.exchange.file_bytes import file_bytes
from tidbok_cli.exchange.toml_file import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TABLE: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)


def unit_heads(config: Path) -> Iterator[dict[str, Any]]:
    """Keys before the first table of `units/*.toml`, by file name.

    Files that are no TOML are passed over.
    """
    for path in sorted((config / "units").glob("*.toml")):
        with suppress(OSError, ValueError, RecursionError):
            yield tomllib.loads(_TABLE.split(file_bytes(path, LARGEST).decode("utf-8-sig"), 1)[0])
