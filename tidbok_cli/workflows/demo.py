"""`demo`: a made-up region in a folder of its own, built by the same commands that a coordinator uses."""

import csv
import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, Final

from tidbok_cli import __version__
from tidbok_cli.domain.checks import Answer
from tidbok_cli.domain.outcomes.upkeep import Demonstration
from tidbok_cli.domain.region_made_up import MadeUpBooking, MadeUpEvent, MadeUpRegion
from tidbok_cli.domain.times import local
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.workflows.files import Source
from tidbok_cli.workflows.import_bookings import import_bookings
from tidbok_cli.workflows.import_events import import_events
from tidbok_cli.workflows.planning import apply, prepare
from tidbok_cli.workflows.sweep import Extent, summary, sweep
from tidbok_cli.workflows.unit_files import write_text
from tidbok_cli.workflows.upkeep import init
from tidbok_cli.workflows.workplace import REGION_FILE, Workplace

_MARK: Final = "demo.json"
_REGION: Final = """\
[region]
name = "Region Exempel"

[contacts]                             # printed where a finding says who can act
coordinator = "e-tjänstesamordnarna, e-tjanster@region.example"
clinic = "mottagningens tidboksansvariga"
regional_administration = "1177etjanster@region.example"
hsa_administration = "hsa@region.example"

[store]
url = "../tidbok.db"                   # from this file's folder
"""
_TOLD: Final = 3
"""So many bookings are named, to ask `why` about."""


def demo(place: Workplace, folder: str, bookings: int, seed: int) -> Demonstration:
    """Makes the region, or takes the one that was made today with the same numbers, and sweeps it.

    Only a folder that is empty or that `demo` made is written to; raises BadInput for any other.
    """
    there = place.folder / Path(folder).expanduser()
    asked = {"bookings": bookings, "seed": seed, "date": local(place.at).date().isoformat(), "version": __version__}
    inside = _inside(place, there)
    if _made_with(there) != asked:
        _clear(there)
        _make(inside, there, MadeUpRegion(seed, bookings, place.at))
        write_text(there / _MARK, json.dumps(asked))
    counts = summary(inside, Extent())
    hidden = (booking for _, _, booking, *_, judged in sweep(inside, Extent()) if judged.verdict is Answer.HIDDEN)
    return Demonstration(there, counts, tuple(booking for booking, _ in zip(hidden, range(_TOLD), strict=False)))


def _inside(place: Workplace, folder: Path) -> Workplace:
    """The same workplace, in the demo's folder and with its own configuration and store."""
    return replace(place, folder=folder, config_option=str(folder / "config"), store_option=str(folder / "tidbok.db"))


def _made_with(folder: Path) -> Any:
    mark = folder / _MARK
    return json.loads(mark.read_text()) if mark.is_file() else None


def _clear(folder: Path) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / _MARK).is_file():
        raise BadInput("demo.not_its_own", where=Where(str(folder)))
    shutil.rmtree(folder)


def _make(place: Workplace, folder: Path, region: MadeUpRegion) -> None:
    from tidbok_cli.exchange.unit_file import unit_text

    write_text(place.config / REGION_FILE, _REGION)
    init(place)
    _write_files(folder, region)
    for at, units in ((region.configured_at, region.units_before), (region.changed_at, region.units)):
        for unit in units:
            write_text(place.config / "units" / f"{unit.alias}.toml", unit_text(unit))
        then = _inside(replace(place, at_option=str(local(at))), folder)
        apply(then, prepare(then, []))
    import_events(place, Source(str(folder / "relations.csv")))
    import_bookings(place, Source(str(folder / "bookings.csv")))


def _write_files(folder: Path, region: MadeUpRegion) -> None:
    with ExitStack() as files:
        bookings, events = (
            files.enter_context((folder / name).open("w", encoding="utf-8", newline=""))
            for name in ("bookings.csv", "relations.csv")
        )
        booking_rows, event_rows = csv.writer(bookings), csv.writer(events)
        booking_rows.writerow(_header(MadeUpBooking))
        event_rows.writerow(_header(MadeUpEvent))
        for booking, followed in region.rows():
            booking_rows.writerow(asdict(booking).values())
            event_rows.writerows(asdict(event).values() for event in followed)


def _header(row: Any) -> Iterator[str]:
    return (field.name for field in fields(row))
