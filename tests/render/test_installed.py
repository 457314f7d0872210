"""The command that adds a library, by how the program was installed."""

import json
import sys
from pathlib import Path

import pytest

from tidbok_cli import __version__
from tidbok_cli.errors import BadInput
from tidbok_cli.render import installed
from tidbok_cli.render.problems import lines


class Noted:
    """A distribution whose installer noted this address, or none."""

    def __init__(self, url: str | None) -> None:
        self._noted = None if url is None else json.dumps({"url": url})

    def read_text(self, _: str) -> str | None:
        return self._noted


@pytest.mark.parametrize(
    ("mark", "url", "command"),
    [
        ("pipx_metadata.json", "file:///srv/a%20b/t.whl", "pipx install --force '/srv/a b/t.whl[pg,excel,rivta]'"),
        ("uv-receipt.toml", "https://x/t.whl", "uv tool install --force 'https://x/t.whl[pg,excel,rivta]'"),
        ("pyvenv.cfg", "file:///srv/tidbok", "/opt/python -m pip install '/srv/tidbok[excel]'"),
        ("pyvenv.cfg", None, f"/opt/python -m pip install './tidbok-{__version__}-py3-none-any.whl[excel]'"),
    ],
)
def test_how_to_add_a_library(
    mark: str, url: str | None, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / mark).touch()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "executable", "/opt/python")
    monkeypatch.setattr(installed, "distribution", lambda _: Noted(url))
    (line,) = lines(BadInput("extra.missing", extra="excel"))
    assert command in line and "install 'tidbok" not in line
