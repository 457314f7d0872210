"""`demo`: what the made-up region shows, and what to try next."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tidbok_cli.i18n import _
from tidbok_cli.render.columns import JsonObject, record
from tidbok_cli.render.lines import tell
from tidbok_cli.render.sweep import COUNTED
from tidbok_cli.render.tables import print_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.demo_region import DemoMade

DEMO_KEYS = ("folder", "hidden")


def demo_value(shown: DemoMade) -> JsonObject:
    """`tidbok.demo/1`: folder, summary of the sweep, and some hidden bookings."""
    return {
        "schema": "tidbok.demo/1",
        "folder": str(shown.folder),
        "summary": [record(COUNTED.columns, row) for row in shown.counts],
        "hidden": list(shown.hidden),
    }


def print_demo(shown: DemoMade) -> None:
    """Print the sweep's summary, and the next commands."""
    tell(_("A made-up region is in {folder}.").format(folder=shown.folder))
    tell(_("Some of it is wrong on purpose, as a clinic without a calendar: “tidbok unit validate” says what."))
    print()
    tell(_("Its coming bookings:"))
    print()
    print_table(COUNTED.table, shown.counts)
    print()
    tell(_("Try next:"))
    for line in _next_lines(shown):
        print(f"  {line}")


def _next_lines(shown: DemoMade) -> Iterator[str]:
    """The lines to type next, from the shell that called the program."""
    program = Path(sys.prefix, "bin", "tidbok")
    if program.is_file() and shutil.which("tidbok") is None:
        yield f". {_named(program.with_name('activate'))}"
    if named := [name for name in ("TIDBOK_CONFIG", "TIDBOK_STORE") if os.environ.get(name)]:
        yield f"unset {' '.join(named)}"
    yield f"cd {_named(shown.folder)}"
    for booking in shown.hidden:
        yield f"tidbok why {booking}"
    yield from ("tidbok sweep --summary", "tidbok unit validate", "tidbok unit list", "tidbok help")


def _named(path: Path) -> str:
    """A path as the shell takes it, from where it is."""
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))
