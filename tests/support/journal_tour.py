"""A newcomer's tour: the stand-in journal beside a demo region, and what the program says of it.

    python tests/support/journal_tour.py [FOLDER]

Without a folder, where `tidbok demo` made its region, one is made for the tour and taken away after it. Each command is
shown before its answer, and its exit status after, where that is not 0.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

if __name__ == "__main__":  # as a command its folder is not where it looks for modules
    sys.path.insert(0, str(Path(__file__).parents[1]))

from support.journal_demo import beside
from support.journal_server import Slot

TIDBOK = Path(sys.executable).with_name("tidbok")
RESIDENT = "resident.txt"


def commands(gone: Slot) -> Iterator[str]:
    """What is shown: each clinic, the test resident, the time that is gone, a clinic's codes, a rehearsal."""
    yield "journal ping"
    yield f"journal show - < {RESIDENT}"
    yield f"why {gone.booking_id} --unit {gone.unit} --live"
    yield f"service discover {gone.unit} --live --dry-run"
    yield f"journal rehearse {gone.unit}"


def run(folder: Path, command: str) -> None:
    """Run a command in the folder, as one would type it there."""
    line = f"tidbok {command}"
    print(f"\n$ {line}\n", flush=True)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TIDBOK_STORE")}
    environ |= {"PATH": f"{TIDBOK.parent}:{environ['PATH']}", "PAGER": "cat"}
    status = subprocess.run(["sh", "-c", line], cwd=folder, env=environ, check=False).returncode
    if status:
        print(f"\n[{status}]", flush=True)


def tour(folder: Path) -> None:
    """Serve the region's journals, and ask them."""
    with beside(folder) as demo:
        (folder / RESIDENT).write_text(f"{demo.resident}\n", encoding="utf-8")
        for command in commands(demo.gone):
            run(folder, command)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="where `tidbok demo` made its region")
    asked = parser.parse_args()
    if asked.folder is not None:
        tour(asked.folder)
        return
    with tempfile.TemporaryDirectory(prefix="tidbok-") as made:
        folder = Path(made, "tidbok-demo")
        subprocess.run([TIDBOK, "demo", folder], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        tour(folder)


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:  # of `| head`; what is left to print has nowhere to go
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
