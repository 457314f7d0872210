"""A timeline, with a bar while a relation or display holds."""

from __future__ import annotations

import shutil
import sys
from itertools import chain, groupby
from textwrap import wrap
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from tidbok_cli.render.lines import Line, Span, visible
from tidbok_cli.render.moments import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")

_BAR: Final = {True: "┃", False: " "}
_SIGNS: Final = {(False, True): "┏", (True, False): "┗", (True, True): "┣", (False, False): "·"}
_HELD: Final = "bold green"
_ASKED: Final = "▶ "


_REPEATED: Final = 3
"""So many events alike, one after the other, are told as one."""


def runs(items: Iterable[T], alike: Callable[[T], object]) -> Iterator[list[T]]:
    """Cut a history into pieces: many alike together, others one by one."""
    for _key, found in groupby(items, alike):
        run = list(found)
        yield from [run] if len(run) >= _REPEATED else ([each] for each in run)


class TimelineEntry(NamedTuple):
    """Texts at a moment (seconds UTC), and whether the bar goes on.

    The first text stands beside the moment, the others below it; `sign` is drawn in place of the bar's own.
    """

    at: int
    said: tuple[str, ...]
    holds: bool
    sign: str = ""


def timeline(entries: Iterable[TimelineEntry], asked_at: int, asked: str) -> Iterator[Line]:
    """Lines of the entries by moment, the moment asked about among them."""
    listed = list(entries)
    earlier = [entry for entry in listed if entry.at <= asked_at]
    holds = earlier[-1].holds if earlier else False
    question = TimelineEntry(asked_at, (asked,), holds, _BAR[holds])
    width = max(len(moment(entry.at)) for entry in (*listed, question))
    held = False
    for entry in (*earlier, question, *listed[len(earlier) :]):
        yield from _told(entry, held, width, _ASKED if entry is question else "  ")
        held = entry.holds


def _told(entry: TimelineEntry, held: bool, width: int, lead: str) -> Iterator[Line]:
    sign = entry.sign or _SIGNS[held, entry.holds]
    style = "bold" if lead == _ASKED else ""
    room = _room(len(lead) + width + 4)
    first, *below = chain.from_iterable(_folded(text, room) for text in entry.said)
    drawn = _HELD if held or entry.holds else "dim"
    yield Span(f"{lead}{moment(entry.at):<{width}}  ", style), Span(sign, drawn), Span(f" {first}".rstrip(), style)
    for text in below:
        bar = Span(_BAR[entry.holds], _HELD)
        yield Span(" " * (len(lead) + width + 2)), bar, Span(f" {text}", "dim")


def _room(taken: int) -> int | None:
    """Width for a text on a terminal; None, never folded, off one."""
    return max(20, shutil.get_terminal_size().columns - taken) if sys.stdout.isatty() else None


def _folded(text: str, room: int | None) -> list[str]:
    shown = visible(text)
    return wrap(shown, room) if room and len(shown) > room else [shown]
