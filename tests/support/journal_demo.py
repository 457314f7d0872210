"""The stand-in journal beside a demo region, as a command: it serves until it is told to end.

    python tests/support/journal_demo.py tidbok-demo

It writes certificates into the region's `config` and the table `[journal]` at the end of its tidbok.toml (once, then
it is replaced), with the resident who has most times ahead as the test resident. The last clinic's journal is silent,
the one before it refuses. Of the test resident's times one lies elsewhere than in the region's copy, one is not
offered, and one is unknown to the copy. What is printed: the test resident's bookings, one a line, then an empty line
when the journal is up.
"""

import argparse
import csv
import signal
import sys
import threading
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

if __name__ == "__main__":  # as a command its folder is not where it looks for modules
    sys.path.insert(0, str(Path(__file__).parents[1]))

from support.journal_server import RIVTA, Fault, Journal, Slot, journal_table, platform, serving, soap_fault

MARK = "# What follows is the stand-in journal's, and written anew each time.\n"


def mapped(config: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """The units' mappings by address and code."""
    units = (tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted((config / "units").glob("*.toml")))
    return {(unit["hsa_id"], each["code"]): each for unit in units for each in unit["care_service"]}


def ahead(folder: Path, now: str) -> Iterator[Slot]:
    """The copy's booked times that lie ahead, as a journal would offer them."""
    mappings = mapped(folder / "config")
    with (folder / "bookings.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            start, end = (datetime.fromisoformat(row[name]).strftime(RIVTA) for name in ("start", "end"))
            if row["status"] == "booked" and start > now:
                mapping = mappings.get((row["unit"], row["code"]), {})
                cancel, rebook = (str(mapping.get(name, False)).lower() for name in ("cancel", "rebook"))
                yield Slot(
                    row["unit"], start, end, row["booking_id"], row["resident"], row["code"],
                    mapping.get("label", row["code"]), cancel, rebook,
                )  # fmt: skip


def free(units: list[str], now: datetime) -> Iterator[Slot]:
    """A published time a day at each clinic, for ten days."""
    for unit in units:
        for day in range(1, 11):
            start = (now + timedelta(days=day)).replace(hour=7, minute=15, second=0)
            yield Slot(unit, start.strftime(RIVTA), (start + timedelta(minutes=30)).strftime(RIVTA))


def later(slot: Slot) -> Slot:
    """The time, half an hour later."""
    moved = (datetime.strptime(time or "", RIVTA) + timedelta(minutes=30) for time in (slot.start, slot.end))
    start, end = (time.strftime(RIVTA) for time in moved)
    return replace(slot, start=start, end=end)


class Demo(NamedTuple):
    """The journal of a demo region, its test resident, and the resident's time that it does not offer."""

    journal: Journal
    resident: str
    gone: Slot


def demo_journal(folder: Path) -> Demo:
    now = datetime.now(UTC)
    slots = list(ahead(folder, now.strftime(RIVTA)))
    units = sorted({unit for unit, _ in mapped(folder / "config")})
    *answering, refusing, silent = units
    residents = Counter(slot.resident for slot in slots if slot.unit in answering)
    resident = residents.most_common(1)[0][0] or ""
    shown = {key for key, mapping in mapped(folder / "config").items() if mapping.get("show")}
    theirs = [slot for slot in slots if slot.resident == resident and slot.unit in answering]
    first, gone, *_ = sorted(theirs, key=lambda slot: (slot.unit, slot.code) not in shown)
    slots[slots.index(first)] = later(first)
    slots.remove(gone)
    start, end = (f"{(first.start or '')[:8]}{clock}" for clock in ("170000", "173000"))
    slots.append(replace(first, booking_id="COS-NY", start=start, end=end))
    faults = [
        Fault(waits=3600, unit=silent, times=0),
        soap_fault("VP007 Authorization missing for consumer", unit=refusing, times=0),
    ]
    return Demo(Journal([*slots, *free(answering, now)], units, faults=faults), resident, gone)


def write_table(path: Path, table: str) -> None:
    """Put the table last in the region's file, in place of one from before."""
    text = path.read_text(encoding="utf-8").partition(MARK)[0].rstrip("\n")
    path.write_text(f"{text}\n\n{MARK}{table}", encoding="utf-8")


@contextmanager
def beside(folder: Path, timeout: int = 2) -> Iterator[Demo]:
    """The journal on a free port, the region's settings for it written."""
    files, demo = platform(folder / "config" / "journal"), demo_journal(folder)
    with serving(demo.journal, files):
        more = {"timeout_seconds": timeout, "calls_per_second": 10.0}
        write_table(folder / "config" / "tidbok.toml", journal_table(demo.journal, files, [demo.resident], **more))
        yield demo


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where `tidbok demo` made its region")
    parser.add_argument("--timeout", type=int, default=2, help="seconds after which a journal is silent")
    asked = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with beside(asked.folder, asked.timeout) as demo:
        for slot in demo.journal.slots:
            if slot.resident == demo.resident:
                print(slot.booking_id, slot.unit)
        print(flush=True)
        ended.wait()


if __name__ == "__main__":
    main()
