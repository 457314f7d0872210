"""How this program was installed, for the command that adds a library.

No name is looked up on an index: a stranger could register it.
"""

from __future__ import annotations

import json
import shlex
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tidbok_cli import __version__

_EXTRAS = "pg,excel,rivta"


def command_for(extra: str) -> str:
    """Command that installs the program again with an extra; pipx and uv take all, since they begin anew."""
    environment = Path(sys.prefix)
    if (environment / "pipx_metadata.json").is_file():
        return f"pipx install --force {_named(_EXTRAS)}"
    if (environment / "uv-receipt.toml").is_file():
        return f"uv tool install --force {_named(_EXTRAS)}"
    return f"{shlex.quote(sys.executable)} -m pip install {_named(extra)}"


def _named(extras: str) -> str:
    return shlex.quote(f"{_source()}[{extras}]")


def _source() -> str:
    """The wheel or checkout that it was installed from; its usual name where nobody has noted that."""
    with suppress(PackageNotFoundError, ValueError, KeyError, OSError):
        url = json.loads(distribution("tidbok").read_text("direct_url.json") or "")["url"]
        return unquote(urlsplit(url).path) if url.startswith("file:") else url
    return f"./tidbok-{__version__}-py3-none-any.whl"
