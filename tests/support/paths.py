"""Places in the project and beside it."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PACKAGE = ROOT / "tidbok_cli"
CONFIG = ROOT / "config"
"""The sample region."""
GOLDEN = ROOT / "tests" / "golden"
REFERENCE = ROOT.parent / "shared" / "reference"


def _temporary() -> Path:
    """A folder in memory, where there is room: on a disk, half the time is SQLite's waiting for it."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK):
        runs_programs = not os.statvfs(memory).f_flag & os.ST_NOEXEC
        if runs_programs and shutil.disk_usage(memory).free > 2 << 30:
            return memory
    return Path(tempfile.gettempdir())


TEMPORARY = _temporary()
"""The folder for the folders of tests."""


def reference(name: str) -> Path:
    """Path of a file of the reference material; skips the test where it is not beside the project."""
    path = REFERENCE / name
    if not path.exists():
        pytest.skip(f"the reference material is not beside the project: {name}")
    return path
