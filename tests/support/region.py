"""Regions in folders: HSA-ids and files of clinics, and how they are put in force."""

import shutil
from collections.abc import Callable
from pathlib import Path

from support.command_line import Run, done
from support.paths import CONFIG

OGON = "SE2321000024-1A2B"
"""The eye clinic, `ogon` in the sample region and in the files below."""
FLOGSTA = "SE2321000024-2C3D"
"""The health centre, `flogsta` in the sample region."""
NO_FILE = "SE2321000024-9X9X"
"""A clinic that bookings name and that no file configures."""

REGION = """
[region]
name = "Testregionen"
[contacts]
coordinator = "samordnaren"
"""

OGON_FILE = """\
hsa_id = "SE2321000024-1A2B"
name   = "Ögonmottagningen"
alias  = "ogon"
[services]
show = true
[coupling]
calendar = "OGON-TB1"
[[care_service]]
code  = "UPPF30"
label = "Besök"
show = true
"""
"""A clinic's file, as short as one can be that shows something."""

BOOKABLE = """\
hsa_id = "SE2321000024-1A2B"
name   = "Ögonmottagningen"
alias  = "ogon"
[services]
show   = true
cancel = true
rebook = true
book   = true
[coupling]
calendar = "OGON-TB1"
[[care_service]]
code   = "UPPF30"
label  = "Besök"
show   = true
cancel = true
rebook = true
book   = "open"
cancel_deadline_hours = 24
[[care_service]]
code   = "OP60"
label  = "Operation"
show   = true
cancel = true
rebook = true
book   = "basis"
[[care_service]]
code   = "TYST"
label  = "Tyst"
book   = "open"
"""
"""A clinic where residents book: one code freely, one with a booking basis, and one that is not shown."""

RegionAt = Callable[[Path], Run]


def write_unit(folder: Path, text: str, name: str = "ogon") -> None:
    """Write the file of a clinic of the region in a folder."""
    (folder / "config" / "units" / f"{name}.toml").write_text(text, encoding="utf-8")


def apply_units(run: Run, at: str) -> None:
    """Put the region's files in force."""
    done(run("unit", "apply", "--yes", "--at", at))


def put_in_force(run: Run, folder: Path, text: str, at: str = "2026-01-01") -> None:
    """Write the eye clinic's file and put the region's files in force."""
    write_unit(folder, text)
    apply_units(run, at)


def sample_in_force(region_at: RegionAt, folder: Path, at: str = "2026-01-01") -> Run:
    """A copy of the sample region in a folder, in force."""
    shutil.copytree(CONFIG, folder / "config")
    run = region_at(folder)
    apply_units(run, at)
    return run
