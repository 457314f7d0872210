"""Names in unit files, read quickly, for completion."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.exchange.file_bytes import file_bytes, text_of
from tidbok_cli.exchange.toml_file import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TABLE: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)


def unit_heads(config: Path) -> Iterator[dict[str, Any]]:
    """Keys before the first table of `units/*.toml`, by file name.

    Files that are no TOML are passed over.
    """
    return (head for _, head in files_with_heads(config) if head is not None)


def files_with_heads(config: Path, naming: str = "") -> Iterator[tuple[str, dict[str, Any] | None]]:
    """The files by their names in problems, with those keys; None where a file is no TOML.

    `naming`: a text of the files sought, in any case; others are passed over.
    """
    for path in sorted((config / "units").glob("[!.]*.toml")):
        head = None
        with suppress(OSError, ValueError, RecursionError):
            text = text_of(file_bytes(path, LARGEST))
            if naming.lower() not in text.lower():
                continue
            head = tomllib.loads(_TABLE.split(text, 1)[0])
        yield f"units/{path.name}", head
