"""How far a long job has come, on a terminal: a bar with rate and time left, once it has lasted for half a second."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")

JOBS: Final[Mapping[str, str]] = {
    "reading": _m("Reading"),
    "comparing": _m("Comparing"),
    "writing": _m("Writing"),
}
_PATIENCE: Final = 0.5
_EVERY: Final = 200


class Bars:
    """A bar for each stage of a job, on standard error where that is a terminal; elsewhere nothing is drawn."""

    def __init__(self) -> None:
        self._drawn = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._began = monotonic()

    def track(
        self, items: Iterable[T], job: str, total: int | None = None, done: Callable[[], int] | None = None
    ) -> Iterator[T]:
        """Passes the items on. `total` is in what `done` tells of, or in items where that is not given."""
        if not self._drawn:
            yield from items
            return
        count = 0
        with self._bar(job) as update:
            for count, item in enumerate(items, 1):
                if count % _EVERY == 0:
                    update(count, done() if done else count, total)
                yield item

    @contextmanager
    def stage(self, job: str) -> Iterator[None]:
        """A stage of which nobody knows how long it takes."""
        if not self._drawn:
            yield
            return
        with self._bar(job) as update:
            update(0, 0, None)
            yield

    @contextmanager
    def _bar(self, job: str) -> Iterator[Callable[[int, int, int | None], None]]:
        """Draws the bar from the first update on that comes after half a second of the whole job."""
        bar: Progress | None = None

        def update(count: int, done: int, total: int | None) -> None:
            nonlocal bar
            if bar is None and monotonic() - self._began >= _PATIENCE:
                bar = _drawn()
                bar.add_task(_(JOBS[job]), total=total, rate="")
                bar.start()
            if bar is not None:
                task = bar.tasks[0]
                rate = _("{count} rows, {rate} rows/s").format(count=count, rate=_rate(count, task.elapsed))
                bar.update(task.id, completed=done, total=total, rate=rate if count else "")

        try:
            yield update
        finally:
            if bar is not None:
                bar.stop()


def _rate(count: int, seconds: float | None) -> int:
    return round(count / seconds) if seconds else 0


def _drawn() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
