"""The file where looks are recorded when the store may only be read: JSON lines, chained by themselves.

It holds person numbers, and is its owner's alone.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.audit import BEGINNING, AuditEntry, AuditHead, AuditRow, chained, plain
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.appended import add_line, appended

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_MOST_BYTES: Final = 1 << 24


def append_line(path: Path, entry: AuditEntry) -> None:
    """Append a row and flush it to the disk; raises BadInput where the file cannot be written."""
    with appended(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        add_line(file, _line(_next_row(file, entry, path)))


def _next_row(file: int, entry: AuditEntry, path: Path) -> AuditRow:
    """The row after the file's last; raises BadInput where that cannot be read."""
    size = os.fstat(file).st_size
    tail = os.pread(file, _MOST_BYTES, max(0, size - _MOST_BYTES))
    rows = [row for row in map(_row, reversed(tail.splitlines()[-3:])) if row is not None]
    if size and not rows:
        raise BadInput("audit.file_damaged", where=Where(str(path)))
    last = rows[0] if rows else None
    return chained(last.id + 1, entry, last.hash) if last else chained(1, entry, BEGINNING)


def _line(row: AuditRow) -> str:
    content = row.entry._asdict()
    shown = row.entry.residents
    content["residents"] = None if shown is None else base64.b64encode(shown).decode()
    return plain({"id": row.id, "previous": row.previous, "hash": row.hash} | content)


def rows_in(path: Path) -> Iterator[AuditRow]:
    """Yield a file's rows; a line that is none is a row of no content, so that its loss is seen."""
    try:
        with path.open("rb") as file:
            while line := file.readline(_MOST_BYTES):
                row = _row(line)
                if row is not None:
                    yield row
    except FileNotFoundError:
        return
    except OSError as error:
        raise BadInput("file.unreadable", where=Where(str(path)), detail=error.strerror or "") from error


def _row(line: bytes) -> AuditRow | None:
    try:
        content = json.loads(line)
        shown = content.pop("residents")
        entry = {"residents": None if shown is None else base64.b64decode(shown)} | content
        number, previous, own = (entry.pop(name) for name in ("id", "previous", "hash"))
        return AuditRow(int(number), AuditEntry(**entry), previous, own)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def heads_in(lines: Iterable[bytes]) -> Iterator[AuditHead]:
    """Yield the heads that a log of JSON lines names, as `audit_head`; other lines are passed over."""
    for line in lines:
        try:
            named = json.loads(line)["audit_head"]
            yield AuditHead(int(named["id"]), str(named["hash"]))
        except (ValueError, TypeError, KeyError):
            continue
