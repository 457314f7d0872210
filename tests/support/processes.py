"""The program in processes of their own, for what only those can meet: signals, limits, lost connections."""

import subprocess
import sys
from collections.abc import Callable

from support.command_line import subprocess_environment
from support.paths import ROOT

Process = subprocess.Popen[str]


def start(*arguments: str, limit: Callable[[], None] | None = None, **environment: str) -> Process:
    """Start the program; its input is a pipe. `limit` is called in the process before it begins."""
    return subprocess.Popen(
        (sys.executable, "-m", "tidbok_cli", *arguments),
        cwd=ROOT, env=subprocess_environment(**environment), text=True, encoding="utf-8", preexec_fn=limit,  # noqa: PLW1509
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
