"""The demo: a made-up region, built as a coordinator would build one."""

from __future__ import annotations

import csv
import json
import shutil
from contextlib import ExitStack
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli import __version__
from tidbok_cli.domain.demo_region import DemoBooking, DemoEvent, DemoMade, DemoRegion
from tidbok_cli.domain.imports import Source
from tidbok_cli.domain.times import local
from tidbok_cli.domain.verdict import Answer
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.workflows.import_bookings import import_bookings
from tidbok_cli.workflows.import_relations import import_events
from tidbok_cli.workflows.store import init
from tidbok_cli.workflows.sweep import SweepExtent, summary, sweep
from tidbok_cli.workflows.unit_apply import apply, prepare
from tidbok_cli.workflows.unit_files import FOLDER, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.workflows.context import Context

_MARK: Final = "demo.json"
_TOLD: Final = 3
"""So many bookings are named, to ask `why` about."""


def demo(context: Context, folder: str, bookings: int, seed: int, region_text: str) -> DemoMade:
    """Make the region, unless today's is there already, and sweep it.

    `region_text`: of its tidbok.toml. Only a folder that is empty or that `demo` made is written to; raises BadInput
    for any other.
    """
    there = context.folder / Path(folder).expanduser()
    asked = {
        "bookings": bookings, "seed": seed, "date": local(context.at).date().isoformat(), "version": __version__,
    }  # fmt: skip
    inside = _inside(context, there)
    if _made_with(there) != asked:
        _clear(there)
        _make(inside, there, DemoRegion(seed, bookings, context.at), region_text)
        write_text(there / _MARK, json.dumps(asked))
    counts = summary(inside, SweepExtent())
    hidden = (booking for _, _, booking, *_, judged in sweep(inside, SweepExtent()) if judged.verdict is Answer.HIDDEN)
    return DemoMade(there, counts, tuple(booking for booking, _ in zip(hidden, range(_TOLD), strict=False)))


def _inside(context: Context, folder: Path) -> Context:
    """A context in the demo's folder, with configuration and store there."""
    return replace(context, folder=folder, config_option=str(folder / "config"), store_option=str(folder / "tidbok.db"))


def _made_with(folder: Path) -> Any:
    mark = folder / _MARK
    return json.loads(mark.read_text()) if mark.is_file() else None


def _clear(folder: Path) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / _MARK).is_file():
        raise BadInput("demo.not_its_own", where=Where(str(folder)))
    shutil.rmtree(folder)


def _make(context: Context, folder: Path, region: DemoRegion, region_text: str) -> None:
    from tidbok_cli.exchange.unit_file import unit_text

    folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    init(context, region_text)
    _write_files(folder, region)
    for at, units in ((region.configured_at, region.units_before), (region.changed_at, region.units)):
        for unit in units:
            write_text(context.config / "units" / f"{unit.alias}.toml", unit_text(unit))
        then = _inside(replace(context, at_option=str(local(at))), folder)
        apply(then, prepare(then, []))
    import_events(context, Source(str(folder / "relations.csv")))
    import_bookings(context, Source(str(folder / "bookings.csv")))


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
