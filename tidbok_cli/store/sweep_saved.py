"""Saved sweeps: verdicts in bytes, without anything of residents.

Each unit has one piece: its bookings' numbers in order, as differences, then the places of their verdicts among the
sweep's; compressed. It is unpacked while the unit is swept.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from itertools import accumulate
from operator import sub
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.sweep import CancelledCount, SavedSweepShown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tidbok_cli.store.reader import Reader, Writer

_NUMBER: Final = "I"
_PLACE: Final = "H"
_A_BOOKING: Final = array(_NUMBER).itemsize + array(_PLACE).itemsize

_HEADS: Final = "SELECT name, at, saved_at, actor, extent, verdicts, bookings, last_batch FROM saved_sweep"
_PIECES: Final = """
SELECT u.hsa_id, s.judged FROM saved_sweep_unit s JOIN unit u ON u.id = s.unit_id WHERE s.name = :name
"""
_SAVE: Final = """
INSERT INTO saved_sweep (name, at, saved_at, actor, extent, verdicts, bookings, last_batch)
VALUES (:name, :at, :saved_at, :actor, :extent, :verdicts, :bookings, :last_batch)
"""
_CANCELLED: Final = """
SELECT u.hsa_id, sum(x.ended + x.cancelled), sum(x.ended) FROM import_batch i
JOIN import_batch_unit x ON x.batch_id = i.id JOIN unit u ON u.id = x.unit_id
WHERE i.id > :last_batch AND i.outcome = 'done' AND i.purged_at IS NULL
GROUP BY u.hsa_id, u.hsa_key HAVING sum(x.ended + x.cancelled) > 0 ORDER BY 2 DESC, u.hsa_key
"""


def pack(judged: Iterable[tuple[int, int]]) -> bytes:
    """Pack a unit's bookings by number, each with its verdict's place."""
    in_order = sorted(judged)
    numbers = [number for number, _ in in_order]
    return zlib.compress(
        _bytes(_NUMBER, map(sub, numbers, [0, *numbers])) + _bytes(_PLACE, (place for _, place in in_order))
    )


def unpacked(piece: bytes) -> dict[int, int]:
    """Unpack what `pack` packed."""
    whole = zlib.decompress(piece)
    split = len(whole) // _A_BOOKING * array(_NUMBER).itemsize
    numbers = accumulate(_array(_NUMBER, whole[:split]))
    return dict(zip(numbers, _array(_PLACE, whole[split:]), strict=True))


def _bytes(kind: str, values: Iterable[int]) -> bytes:
    return _in_order(array(kind, values)).tobytes()


def _array(kind: str, content: bytes) -> array[int]:
    values: array[int] = array(kind)
    values.frombytes(content)
    return _in_order(values)


def _in_order(values: array[int]) -> array[int]:
    """Put the least byte first, since several machines share a store."""
    if sys.byteorder == "big":
        values.byteswap()
    return values


def saved_sweeps(reader: Reader) -> list[SavedSweepShown]:
    """List the saved sweeps, by name."""
    return [_saved(*row) for row in reader.rows(f"{_HEADS} ORDER BY name")]


def _saved(name: str, at: int, saved_at: int, actor: str, extent: str, verdicts: str, *counts: int) -> SavedSweepShown:
    return SavedSweepShown(name, at, saved_at, actor, json.loads(extent), json.loads(verdicts), *counts)


def last_batch(reader: Reader) -> int:
    """Return the number of the latest import, 0 before the first."""
    return int(reader.value("SELECT COALESCE(max(id), 0) FROM import_batch"))


def cancelled_since(reader: Reader, saved: SavedSweepShown) -> list[CancelledCount]:
    """Count the bookings of the sweep's units that imports have cancelled since, most first."""
    units = saved.extent["units"]
    rows = reader.rows(_CANCELLED, last_batch=saved.last_batch)
    return [CancelledCount(unit, *map(int, counts)) for unit, *counts in rows if not units or unit in units]


def pieces(reader: Reader, name: str) -> dict[str, bytes]:
    """Return a saved sweep's packed piece of each unit, by HSA-id."""
    return {unit: bytes(piece) for unit, piece in reader.rows(_PIECES, name=name)}


def replace(writer: Writer, saved: SavedSweepShown, packed: Mapping[str, bytes]) -> None:
    """Save a sweep, in place of one with its name."""
    forget(writer, saved.name)
    writer.execute(
        _SAVE, name=saved.name, at=saved.at, saved_at=saved.saved_at, actor=saved.actor,
        extent=json.dumps(saved.extent), verdicts=json.dumps(saved.verdicts), bookings=saved.bookings,
        last_batch=saved.last_batch,
    )  # fmt: skip
    writer.insert("saved_sweep_unit", _rows(writer, saved.name, packed))


def _rows(writer: Writer, name: str, packed: Mapping[str, bytes]) -> Iterator[tuple[object, ...]]:
    numbers: dict[str, int] = dict(writer.rows("SELECT hsa_id, id FROM unit"))
    return ((name, numbers[unit], piece) for unit, piece in packed.items())


def forget(writer: Writer, name: str) -> bool:
    """Delete a saved sweep; tell whether there was one."""
    writer.execute("DELETE FROM saved_sweep_unit WHERE name = :name", name=name)
    return bool(writer.execute("DELETE FROM saved_sweep WHERE name = :name", name=name))
