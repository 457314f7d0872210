"""Regions that ask the stand-in journal."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from support.command_line import Ran, Run
from support.journal_server import RIVTA, Journal, Platform, Slot, journal_table, platform, serving, soap_fault
from support.people import ANNA
from support.region import FLOGSTA, OGON

CORRELATION_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CALLS_PER_SECOND = 100.0
"""As fast as a region may ask, so that no test waits."""


def asks(folder: Path, journal: Journal, platform: Platform, residents: Sequence[str] = (ANNA,), **more: Any) -> None:
    """Have the folder's region ask the journal, beside what its file says otherwise."""
    path = folder / "config" / "tidbok.toml"
    before = path.read_text(encoding="utf-8").partition("[journal]")[0]
    table = journal_table(journal, platform, residents, **{"calls_per_second": CALLS_PER_SECOND, **more})
    path.write_text(f"{before}\n{table}", encoding="utf-8")


@contextmanager
def asking(folder: Path) -> Iterator[Journal]:
    """A journal that the folder's region asks: at one clinic a time that breaks the contract, another refuses."""
    free = (datetime.now() + timedelta(days=1)).strftime(RIVTA)
    slots = [
        Slot(OGON, start="202612010900", booking_id="B1", resident=ANNA),
        Slot(OGON, start="20900301090000", end="20900301093000", booking_id="B8", resident=ANNA),
        Slot(OGON, start=free),
    ]
    faults = [soap_fault("VP007 No permission", unit=FLOGSTA, times=0)]
    files = platform(folder / "platform")
    with serving(Journal(slots, faults=faults), files) as served:
        asks(folder, served, files)
        yield served


def pinged(run: Run, *arguments: str, status: int = 0) -> dict[str, Any]:
    """What `journal ping` says, in JSON."""
    ran = run("journal", "ping", *arguments, "-o", "json")
    assert ran.status == status, ran.err + ran.out
    return dict(json.loads(ran.out))


def refused(ran: Ran) -> str:
    """The code with which a command was refused before it did anything."""
    assert (ran.status, ran.out) == (2, ""), ran.out + ran.err
    return str(json.loads(ran.err)["error"]["code"])
