"""The command line, called in this process or started on a terminal, in a pinned environment."""

import io
import os
import re
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pexpect
from support.stores import store_of

from tidbok_cli import app

PINNED = {"COLUMNS": "100", "NO_COLOR": "1", "TIDBOK_LANG": "en", "TIDBOK_ACTOR": "tester", "LC_ALL": "C.UTF-8"}
UNPINNED = (
    "GITHUB_ACTIONS", "FORCE_COLOR", "PY_COLORS", "TERMINAL_WIDTH", "TIDBOK_CONFIG", "TIDBOK_STORE", "TIDBOK_OUTPUT",
    "TIDBOK_PURPOSE", "TIDBOK_WAIT", "TIDBOK_DEBUG", "TIDBOK_RUN_ID", "INVOCATION_ID",
    "CONFIGURATION_DIRECTORY", "STATE_DIRECTORY",
)  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """How a command ended: its exit status, and what it wrote."""

    status: int
    out: str
    err: str


class Run(Protocol):
    """Calls the command line."""

    def __call__(self, *arguments: str, stdin: str | bytes = "") -> Ran: ...


Copied = Callable[[Path], Run]
"""Copies the region of a folder into the test's own; gives its command line."""


def run(*arguments: str, stdin: str | bytes = "") -> Ran:
    """Call the command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    given = io.TextIOWrapper(io.BytesIO(stdin.encode() if isinstance(stdin, str) else stdin))
    before, sys.stdin = sys.stdin, given
    try:
        with redirect_stdout(out), redirect_stderr(err):
            status = app.run(arguments)
    finally:
        sys.stdin = before
    return Ran(int(status), out.getvalue(), err.getvalue())


def done(ran: Ran) -> None:
    """Assert that a command ended well."""
    assert ran.status == 0, ran.err


def run_in(folder: Path) -> Run:
    """The command line of the region in a folder."""

    def bound(*arguments: str, stdin: str | bytes = "") -> Ran:
        return run(*place_of(folder), *arguments, stdin=stdin)

    return bound


def place_of(folder: Path) -> tuple[str, ...]:
    """The options that say where the region of a folder is."""
    return "--config", str(folder / "config"), "--store", store_of(folder)


def subprocess_environment(**changes: str) -> dict[str, str]:
    """The pinned environment for a process of its own."""
    return {**os.environ, **changes}


def without_waiting(err: str) -> str:
    """What a process wrote on standard error, without its waiting for others: on a slow machine it may."""
    return re.sub(r"^warning: Waiting for .*\n", "", err, flags=re.MULTILINE)


# --- On a terminal

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

Terminal = Callable[..., "pexpect.spawn[str]"]


def ended(child: "pexpect.spawn[str]") -> tuple[str, int | None]:
    """The screen until the end, with `\\n` as line end, and the exit status."""
    screen = (child.read() or "").replace("\r\n", "\n")
    child.close()
    return screen, child.exitstatus
