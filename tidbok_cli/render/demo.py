"""`demo`: what the made-up region shows, and what to try next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.i18n import _
from tidbok_cli.render.columns import JsonObject, record
from tidbok_cli.render.sweep import COUNTED
from tidbok_cli.render.tables import print_table

if TYPE_CHECKING:
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
    print(_("A made-up region is in {folder}. Its coming bookings:").format(folder=shown.folder))
    print()
    print_table(COUNTED.table, shown.counts)
    print()
    print(_("Try next:"))
    print(f"  cd {shown.folder}")
    print("  export TIDBOK_STORE=tidbok.db")
    for booking in shown.hidden:
        print(f"  tidbok why {booking}")
    print("  tidbok sweep --summary")
    print("  tidbok unit list")
