"""Many clinics' journals asked at fifty a second: none is left out, and memory stays flat.

`make clinics` asks five hundred, in half a minute and 100 MB.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.command_line import Run, done, place_of, subprocess_environment
from support.journal import asks
from support.journal_server import Journal, Slot, platform, serving
from support.people import ANNA
from support.stores import rows_of

FEW = 12
SECONDS, MEGABYTES = 30, 100
MEASURED = """
import sys
from tidbok_cli import app
status = app.run(sys.argv[1:])
with open("/proc/self/status") as told:
    print(next(line.split()[1] for line in told if line.startswith("VmHWM:")), file=sys.stderr)
sys.exit(status)
"""
"""The program, with the most kilobytes that it took on standard error."""


@pytest.mark.files
def test_many_clinics(region: Run, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    asked_for = request.config.getoption("--clinics")
    units = [f"SE2321000024-K{number:04}" for number in range(asked_for or FEW)]
    for unit in units:
        path = tmp_path / f"config/units/{unit}.toml"
        path.write_text(f'hsa_id = "{unit}"\nname = "Mottagning {unit}"\n', encoding="utf-8")
    slots = [Slot(unit, booking_id=f"J-{number}", resident=ANNA) for unit in units for number in range(20)]
    files = platform(tmp_path / "platform")
    with serving(Journal(slots), files) as journal:
        asks(tmp_path, journal, files, calls_per_second=50.0)
        command = [sys.executable, "-c", MEASURED, *place_of(tmp_path), "journal", "ping", "-o", "json"]
        began = time.monotonic()
        ran = subprocess.run(command, capture_output=True, text=True, env=subprocess_environment())
        seconds = time.monotonic() - began
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)["answers"]
    assert [(each["unit"], each["result"], each["slots"]) for each in told] == [
        (unit, "answered", 20) for unit in units
    ]
    assert rows_of(tmp_path, "SELECT count(*) FROM audit WHERE outcome IN ('asked', 'answered')") == [(2 * len(units),)]
    done(region("audit", "verify"))
    if asked_for:
        megabytes = int(ran.stderr) / 1024
        print(f"{len(units)} clinics: {seconds:.1f} s, {megabytes:.0f} MB")
        assert (seconds < SECONDS, megabytes < MEGABYTES) == (True, True)
