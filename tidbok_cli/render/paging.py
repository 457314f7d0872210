"""What is longer than the screen goes through the user's pager."""

import os
import shlex
import shutil
import sys


def show(text: str, height: int) -> None:
    """Prints the text; where it is longer than a terminal of so many lines, through the pager.

    An interrupt in the pager is the pager's own affair; leaving it early is no error.
    """
    pager = _pager() if text.count("\n") >= height else None
    if pager is None:
        sys.stdout.write(text)
        return
    from pydoc import pipepager

    os.environ.setdefault("LESS", "-FRX")  # colours pass, and what was read stays on the screen
    sys.stdout.flush()
    pipepager(text, pager)


def _pager() -> str | None:
    """The pager's command line: `PAGER`, else less.

    None where nobody could turn the pages, or does not want to (`PAGER=cat`), and where there is no such command.
    """
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM") in (None, "", "dumb"):
        return None
    command = os.environ.get("PAGER", "less")
    words = shlex.split(command)
    return command if words and words[0] != "cat" and shutil.which(words[0]) else None
