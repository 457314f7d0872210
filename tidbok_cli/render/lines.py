"""Text safe for a screen, moments, and lines with styles."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.times import FOREVER, HOUR, is_twice, iso, local
from tidbok_cli.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from tidbok_cli.domain.coupling import SnapshotRead

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """Show control characters in foreign text, so that no screen obeys them."""
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


def clock(instant: int | None) -> str:
    """A moment by Stockholm's clocks, with seconds where it has any."""
    if instant is None or instant >= FOREVER:
        return ""
    moment = local(instant)
    return moment.strftime("%Y-%m-%d %H:%M:%S" if moment.second else "%Y-%m-%d %H:%M") + offset(instant)


def offset(instant: int) -> str:
    """The offset, told where the autumn's clocks show a time twice."""
    return f" ({iso(instant)[-6:]})" if is_twice(instant) else ""


def aged(snapshot: SnapshotRead, at: int) -> str:
    """A snapshot of TAK with its age, told wherever it decides."""
    days = max(0, at - snapshot.taken_at) // (24 * HOUR)
    age = ngettext("{count} day old", "{count} days old", days).format(count=days)
    return _("TAK's snapshot of {taken} ({age}, from {source})").format(
        taken=clock(snapshot.taken_at), age=age, source=snapshot.source
    )


def stdout() -> Console:
    """The terminal, or a plain stream that is never cut."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


class Span(NamedTuple):
    """A piece of a line, and how it looks on a terminal."""

    text: str
    style: str = ""


Line = tuple[Span, ...]


def print_lines(lines: Iterable[Line], *, styled: bool) -> None:
    """Print lines, on a terminal styled and folded to its width."""
    if not (styled and sys.stdout.isatty()):
        for line in lines:
            print("".join(span.text for span in line))
        return
    from rich.text import Text

    console = stdout()
    for line in lines:
        console.print(Text.assemble(*line))
