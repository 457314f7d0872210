"""Questions on a terminal, answered in Swedish or English."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager, nullcontext
from time import monotonic
from typing import TYPE_CHECKING, Final, TypeVar

from tidbok_cli.i18n import _, ngettext
from tidbok_cli.i18n import marked as _m

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_YES = frozenset({"j", "ja", "y", "yes"})


def agreed(changes: int) -> bool:
    """Ask whether to make so many changes; only yes is yes."""
    question = ngettext("Do this change? [y/N] ", "Do these {count} changes? [y/N] ", changes).format(count=changes)
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in _YES


def person_number() -> str:
    """Ask for a person number, unseen; empty at the end of input."""
    from getpass import getpass

    try:
        return getpass(_("Person number (is not shown): "), stream=sys.stderr)
    except EOFError:
        sys.stderr.write("\n")
        return ""


def show(text: str, height: int) -> None:
    """Print the text, through the pager where it exceeds so many lines.

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
    import shlex
    import shutil

    command = os.environ.get("PAGER", "less")
    words = shlex.split(command)
    return command if words and words[0] != "cat" and shutil.which(words[0]) else None


T = TypeVar("T")

JOBS: Final[Mapping[str, str]] = {
    "reading": _m("Reading"),
    "comparing": _m("Comparing"),
    "writing": _m("Writing"),
    "asking": _m("Asking TAK"),
    "asking_journals": _m("Asking journals"),
    "copying": _m("Copying"),
}

_PATIENCE: Final = 0.5

_EVERY: Final = 200

_SLOW: Final = ("asking", "asking_journals", "copying")
"""Jobs of few items, each of which takes long."""


class Bars:
    """Bars for the stages of a job, on a terminal's standard error."""

    def __init__(self) -> None:
        self._may_draw = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._is_long = False

    def track(
        self,
        items: Iterable[T],
        job: str,
        total: int | None = None,
        done: Callable[[], int] | None = None,
        size: Callable[[T], int] = lambda _: 1,
    ) -> Iterator[T]:
        """Pass items on, counted by `size`; `total` counts in units of `done`, else in items."""
        if not self._may_draw:
            yield from items
            return
        began, every = monotonic(), 1 if job in _SLOW else _EVERY
        with ExitStack() as drawn:
            update, count, told = None, 0, 0
            for item in items:
                count += size(item)
                if count // every > told:
                    told = count // every
                    if update is None and (self._is_long or monotonic() - began >= _PATIENCE):
                        update = drawn.enter_context(_bar(job, total))
                    if update:
                        update(count, done() if done else count)
                yield item
            self._is_long |= update is not None

    @contextmanager
    def stage(self, job: str) -> Iterator[None]:
        """A stage of unknown length, of a job that has proved long."""
        with _bar(job, None) if self._may_draw and self._is_long else nullcontext():
            yield


@contextmanager
def _bar(job: str, total: int | None) -> Iterator[Callable[[int, int], None]]:
    """Draw a bar; yield the function that updates its rows and progress."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        number = bar.add_task(_(JOBS[job]), total=total, rate="")
        task = bar.tasks[number]

        def update(count: int, done: int) -> None:
            rate = round(count / task.elapsed) if task.elapsed else 0
            said = str(count) if job in _SLOW else _("{count} rows, {rate} rows/s").format(count=count, rate=rate)
            bar.update(number, completed=done, rate=said)

        yield update
