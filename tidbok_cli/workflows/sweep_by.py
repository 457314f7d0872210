"""`sweep --by`: a work list, what is to be mended first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.checks import Result
from tidbok_cli.domain.sweep import WorkItem
from tidbok_cli.domain.verdict import judge
from tidbok_cli.store.read.names import NamesThen
from tidbok_cli.store.read.situation import situation_of
from tidbok_cli.store.read.sweep import counted_by_resident
from tidbok_cli.workflows.sweep import selection_of
from tidbok_cli.workflows.unit_now import FilesNow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tidbok_cli.domain.facts import Facts
    from tidbok_cli.domain.verdict import Finding
    from tidbok_cli.domain.why import Diagnosis
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context
    from tidbok_cli.workflows.sweep import SweepExtent

KEYS: Final = ("unit", "code", "reason")
"""What a work list may be made by."""

_ALIKE_IN: Final[Mapping[str, tuple[str, ...]]] = {
    "unit": ("unit",),
    "coupling": ("unit",),
    "offer": ("unit",),
    "service": ("unit", "code"),
    "permission": ("unit", "code"),
}
"""Checks that one command mends for all bookings with the same of these; the others are each resident's own."""

_Key = tuple[str | None, str | None, str | None]


@dataclass(slots=True)
class _Tally:
    """Bookings counted, one of them, and the residents as bits by the store's numbers."""

    finding: Finding
    sample: int
    bookings: int = 0
    residents: bytearray = field(default_factory=bytearray)

    def add(self, resident: int, bookings: int) -> None:
        self.bookings += bookings
        place, bit = divmod(resident, 8)
        if place >= len(self.residents):
            self.residents.extend(bytes(place + 1 - len(self.residents)))
        self.residents[place] |= 1 << bit

    @property
    def people(self) -> int:
        return int.from_bytes(self.residents, "little").bit_count()


def work_list(context: Context, extent: SweepExtent, keys: tuple[str, ...]) -> Iterator[WorkItem]:
    """Count bookings and residents by what stands in the way, most bookings first.

    A booking with two reasons counts in both. With `extent.reasons` only those are listed. Counts are in memory, no
    bookings.
    """
    with context.reading() as reader:
        tallies = _tallies(context, reader, extent, keys)
        names = NamesThen(reader, context.at)
        alike: dict[tuple[str | None, ...], Diagnosis] = {}
        files = FilesNow(context)
        for key, tally in sorted(tallies.items(), key=_most_first):
            unit, code, reason = key
            actor = tally.finding.actor if reason else None
            clinic = names.clinic(unit) if unit else ""
            label = names.label(unit, code, None) if unit and code else None
            mended = _mended(context, reader, files, extent, key, tally, alike)
            yield WorkItem(unit, code, reason, tally.bookings, tally.people, actor, clinic, label, mended)


def _most_first(each: tuple[_Key, _Tally]) -> tuple[int, list[str]]:
    return -each[1].bookings, [part or "" for part in each[0]]


def _tallies(context: Context, reader: Reader, extent: SweepExtent, keys: tuple[str, ...]) -> dict[_Key, _Tally]:
    def findings(facts: Facts) -> list[tuple[str, Finding]]:
        unmet = (each for each in judge(facts, extent.action).findings if each.result is not Result.PASS)
        named = ((f"{each.check.name}.{each.reason}", each) for each in unmet)
        return [(reason, each) for reason, each in named if extent.keeps((reason,))]

    tallies: dict[_Key, _Tally] = {}
    selection, question = selection_of(context, reader, extent), context.question(extent.action)
    for unit, code, resident, sample, bookings, found in counted_by_resident(reader, selection, question, findings):
        of_row = {_key(keys, unit, code, reason): finding for reason, finding in found}
        for key, finding in of_row.items():
            tallies.setdefault(key, _Tally(finding, sample)).add(resident, bookings)
    return tallies


def _key(keys: tuple[str, ...], unit: str, code: str, reason: str) -> _Key:
    return (unit if "unit" in keys else None, code if "code" in keys else None, reason if "reason" in keys else None)


def _mended(
    context: Context,
    reader: Reader,
    files: FilesNow,
    extent: SweepExtent,
    key: _Key,
    tally: _Tally,
    alike: dict[tuple[str | None, ...], Diagnosis],
) -> Diagnosis | None:
    """What `why` says of one of the bookings, where it holds for all of them."""
    by_key = dict(zip(KEYS, key, strict=True))
    needed = _ALIKE_IN.get(tally.finding.check.name, ())
    shared = (key[2], *(by_key[name] for name in needed))
    if not needed or None in shared:
        return None
    if shared not in alike:
        situation = situation_of(reader, tally.sample, context.question(extent.action))
        alike[shared] = files.explained(situation, extent.action)
    return alike[shared]
