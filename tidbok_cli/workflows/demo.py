"""The demo: a made-up region, built as a coordinator would build one."""

from __future__ import annotations

import csv
import json
from contextlib import ExitStack, suppress
from dataclasses import asdict, fields, replace
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli import __version__
from tidbok_cli.domain.demo_region import DemoBooking, DemoEvent, DemoMade, DemoRegion
from tidbok_cli.domain.imports import Source
from tidbok_cli.domain.times import local
from tidbok_cli.domain.verdict import Answer
from tidbok_cli.errors import BadInput, Problem, TidbokError, Where
from tidbok_cli.exchange.file_bytes import LARGEST_KEPT, file_bytes
from tidbok_cli.store.address import path_below
from tidbok_cli.store.read.store import counts
from tidbok_cli.workflows.import_bookings import import_bookings
from tidbok_cli.workflows.import_relations import import_events
from tidbok_cli.workflows.store import init
from tidbok_cli.workflows.sweep import SweepExtent, summary, sweep
from tidbok_cli.workflows.unit_apply import apply, prepare
from tidbok_cli.workflows.unit_files import FOLDER, writable, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tidbok_cli.workflows.context import Context

_MARK: Final = "demo.json"
_STORE: Final = "tidbok.db"
_BESIDE: Final = (f"{_STORE}-wal", f"{_STORE}-shm", f"{_STORE}.lock")
_TOLD: Final = 3
"""So many bookings are named, to ask `why` about."""


def demo(context: Context, folder: str, bookings: int, seed: int, region_text: str) -> DemoMade:
    """Make the region, unless today's is there already, and sweep it.

    `region_text`: of its tidbok.toml. Only files that `demo` wrote are replaced, as long as nobody has changed them;
    raises BadInput for a folder that holds anything else.
    """
    there = path_below(context.folder, folder)
    asked = {
        "bookings": bookings, "seed": seed, "date": local(context.at).date().isoformat(), "version": __version__,
    }  # fmt: skip
    inside = _inside(context, there)
    mark = _mark(there)
    if mark is None or mark["asked"] != asked:
        _clear(inside, there, mark)
        _make(inside, there, DemoRegion(seed, bookings, context.at), region_text)
        write_text(there / _MARK, json.dumps({"asked": asked, "files": _written(inside, there)}))
        context.has_changed = True
    return DemoMade(there, summary(inside, SweepExtent()), tuple(_told(inside)))


def _told(context: Context) -> list[str]:
    """Bookings that lie ahead and are hidden for one reason each, no two for the same check's."""
    found: dict[str, str] = {}
    rows = chain.from_iterable(lot.rows for lot in sweep(context, SweepExtent()))
    for _, _, booking, _, _, start, judged in rows:
        if start > context.at and judged.verdict is Answer.HIDDEN and len(judged.reasons) == 1:
            found.setdefault(judged.reasons[0].partition(".")[0], booking)
    return list(found.values())[:_TOLD]


def _inside(context: Context, folder: Path) -> Context:
    """A context in the demo's folder, with configuration and store there."""
    return replace(context, folder=folder, config_option=str(folder / "config"), store_option=str(folder / _STORE))


def _mark(folder: Path) -> Any:
    """What was asked for when the demo was made, and its files; None where there is none."""
    with suppress(OSError, ValueError, RecursionError):
        mark = json.loads(file_bytes(folder / _MARK, 1))
        if isinstance(mark, dict) and isinstance(mark.get("files"), dict) and "asked" in mark:
            return mark
    return None


def _written(context: Context, folder: Path) -> dict[str, str]:
    """The demo's files by their names in the folder, each with a hash of what is in it."""
    return {name: _hash(context, folder / name) for name in _names(folder) if name != _MARK}


def _names(folder: Path) -> list[str]:
    """All that lies in the folder, at any depth, except folders, and what is beside a store in use."""
    names = (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(name for name in names if name not in _BESIDE)


def _hash(context: Context, path: Path) -> str:
    """SHA-256 of a file; of the store, which every look may write to, of how much it holds."""
    if path.is_symlink():
        return ""
    if path.name != _STORE:
        return sha256(file_bytes(path, LARGEST_KEPT)).hexdigest()
    with context.reading_any() as reader:
        return sha256(json.dumps(counts(reader)).encode()).hexdigest()


def _clear(context: Context, folder: Path, mark: Any) -> None:
    """Remove an older demo; raises BadInput, and removes nothing, where the folder holds anything else."""
    with writable(folder):
        there = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
        others = there if mark is None else list(_others(context, folder, mark["files"]))
        if others:
            raise BadInput("demo.not_its_own", where=Where(str(folder)), names=", ".join(others[:_TOLD]))
        for name in (*_names(folder), *_BESIDE) if there else ():
            (folder / name).unlink(missing_ok=True)


def _others(context: Context, folder: Path, files: Mapping[str, str]) -> Iterator[str]:
    """Names of what `demo` did not write, or not so."""
    for name in _names(folder):
        try:
            known = name == _MARK or files.get(name) == _hash(context, folder / name)
        except (OSError, TidbokError):
            known = False
        if not known:
            yield name


def _make(context: Context, folder: Path, region: DemoRegion, region_text: str) -> None:
    from tidbok_cli.exchange.unit_file import unit_text

    folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    init(context, region_text)
    _write_files(folder, region)
    for at, units in ((region.configured_at, region.units_before), (region.changed_at, region.units)):
        for unit in units:
            write_text(context.config / "units" / f"{unit.alias}.toml", unit_text(unit))
        then = _inside(replace(context, at_option=str(local(at)), warn=_meant), folder)
        apply(then, prepare(then, []))
    import_events(context, Source(str(folder / "relations.csv")))
    import_bookings(context, Source(str(folder / "bookings.csv")))


def _meant(problem: Problem) -> None:
    """Take a doubt about the region's clinics: what is wrong there is wrong on purpose, and `print_demo` says so."""


def _write_files(folder: Path, region: DemoRegion) -> None:
    with ExitStack() as files:
        bookings, events = (
            files.enter_context((folder / name).open("w", encoding="utf-8", newline=""))
            for name in ("bookings.csv", "relations.csv")
        )
        booking_rows, event_rows = csv.writer(bookings), csv.writer(events)
        booking_rows.writerow(_header(DemoBooking))
        event_rows.writerow(_header(DemoEvent))
        for booking, followed in region.rows():
            booking_rows.writerow(asdict(booking).values())
            event_rows.writerows(asdict(event).values() for event in followed)


def _header(row: Any) -> Iterator[str]:
    return (field.name for field in fields(row))
