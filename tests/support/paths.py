"""Places in the project and beside it."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PACKAGE = ROOT / "tidbok_cli"
CONFIG = ROOT / "config"
"""The sample region."""
GOLDEN = ROOT / "tests" / "golden"
REFERENCE = ROOT.parent / "shared" / "reference"


def reference(name: str) -> Path:
    """Path of a file of the reference material; skips the test where it is not beside the project."""
    path = REFERENCE / name
    if not path.exists():
        pytest.skip(f"the reference material is not beside the project: {name}")
    return path
