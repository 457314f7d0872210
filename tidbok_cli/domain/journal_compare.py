"""A journal's answers held against the store's copies and the units' files (contract, section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.facts import SHOWN_AFTER_START, BookingStatus
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.journal import JournalResult
from tidbok_cli.domain.journal_booking import JournalBooking, JournalFinding
from tidbok_cli.domain.journal_slot import (
    breaches_of,
    is_apart,
    is_of_another,
    is_open_summons,
    is_over,
    says_what_is_offered,
    unit_of,
)
from tidbok_cli.domain.text import composed
from tidbok_cli.domain.times import FOREVER, HOUR
from tidbok_cli.domain.unit import CareService

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tidbok_cli.domain.case import BookingThen
    from tidbok_cli.domain.journal import Breach, JournalAnswer, JournalSlot
    from tidbok_cli.domain.unit import UnitConfig


@dataclass(frozen=True, slots=True)
class Known:
    """A resident's copies at a moment, ended ones too, and the configuration.

    `units` by the key of the HSA-id. `named`: keys of the units to which the question was confined; None: to none.
    """

    at: int
    copies: Sequence[BookingThen]
    units: Mapping[str, UnitConfig]
    named: frozenset[str] | None = None

    def covers(self, unit: str) -> bool:
        return self.named is None or hsa_key(unit) in self.named

    def has_coming(self, copy: BookingThen) -> bool:
        """Tell whether the copy is booked, and not over for two hours (S20)."""
        return copy.status is BookingStatus.BOOKED and self.at < copy.starts_at + SHOWN_AFTER_START


def compare(
    known: Known, answers: Sequence[JournalAnswer], everywhere: JournalAnswer | None = None
) -> tuple[JournalBooking, ...]:
    """Find what differs, time by time, by start, unit and id.

    `answers`: of the units, each to GetSubjectOfCareSchedule; `everywhere`: the aggregator's. Open summonses are left
    out, and what is over but for what the copy has coming. A copy at a unit that did not answer has no finding.
    """
    comparison = _Comparison(known, answers, everywhere)
    found = [*comparison.of_slots(), *comparison.of_copies()]
    return tuple(sorted(found, key=lambda each: each.order))


class _Comparison:
    """Pairs slots with copies; `of_copies` tells of those that `of_slots` has left."""

    def __init__(self, known: Known, answers: Sequence[JournalAnswer], everywhere: JournalAnswer | None) -> None:
        self._known, self._everywhere = known, everywhere
        self._telling = [answer for answer in answers if says_what_is_offered(answer)]
        self._told = {hsa_key(answer.question.address) for answer in self._telling}
        self._index = _Index.of(everywhere, {hsa_key(answer.question.address) for answer in answers})
        self._copies = {(hsa_key(each.unit), each.booking_id): each for each in known.copies}
        self._left = {key: each for key, each in self._copies.items() if known.has_coming(each)}

    def of_slots(self) -> Iterator[JournalBooking]:
        """Yield the times offered; those with ids first, so that one without takes no other's copy."""
        met = set()
        for answer, slot in sorted(self._offered(), key=lambda each: each[1].booking_id is None):
            key = (hsa_key(unit_of(answer, slot)), slot.booking_id)
            if is_of_another(answer, slot) or (slot.booking_id is not None and key in met):
                yield self._broken(answer, slot)
                continue
            met.add(key)
            copy = self._copy_of(answer, slot)
            if is_over(slot, self._known.at) and (copy is None or not self._known.has_coming(copy)):
                continue
            if copy:
                self._left.pop((key[0], copy.booking_id), None)
            yield self._compared(answer, slot, copy)

    def of_copies(self) -> Iterator[JournalBooking]:
        """Yield the coming copies that no slot is of."""
        for (unit, booking_id), copy in self._left.items():
            if self._known.covers(unit):
                found = (JournalFinding.COPY_ONLY,) if unit in self._told else ()
                yield JournalBooking(copy.unit, self._known.units.get(unit), copy, None, booking_id, found)

    def _offered(self) -> Iterator[tuple[JournalAnswer, JournalSlot]]:
        """Yield what units tell, and from everywhere what units were not asked of, or did not tell."""
        answers = [*self._telling, *([self._everywhere] if self._everywhere else [])]
        for answer, slot in ((each, slot) for each in answers for slot in each.slots):
            unit = hsa_key(unit_of(answer, slot))
            beside = answer is self._everywhere and (unit in self._told or not self._known.covers(unit))
            if not beside and not is_open_summons(slot):
                yield answer, slot

    def _copy_of(self, answer: JournalAnswer, slot: JournalSlot) -> BookingThen | None:
        """Return the copy by its id; of a slot without one, a coming copy with the same start that is left."""
        unit = hsa_key(unit_of(answer, slot))
        if slot.booking_id is not None:
            return self._copies.get((unit, slot.booking_id))
        alike = (copy for (at, _), copy in self._left.items() if at == unit and copy.starts_at == slot.start)
        return min(alike, key=lambda copy: copy.booking_id, default=None)

    def _broken(self, answer: JournalAnswer, slot: JournalSlot) -> JournalBooking:
        """Tell of a slot that is another's, or there twice, only that it breaks the contract."""
        unit, config = self._unit(answer, slot)
        another = is_of_another(answer, slot)
        shown = None if another else slot
        found, breaches = (JournalFinding.BREACH,), self._breaches(answer, slot)
        return JournalBooking(unit, config, None, shown, slot.booking_id, found, breaches, is_of_another=another)

    def _compared(self, answer: JournalAnswer, slot: JournalSlot, copy: BookingThen | None) -> JournalBooking:
        unit, config = self._unit(answer, slot)
        breaches = self._breaches(answer, slot)
        found = {*_against_copy(self._known, slot, copy), *_against_file(self._known.at, config, slot, copy)}
        if answer is not self._everywhere and self._index and not self._index.has(unit, slot):
            found.add(JournalFinding.NOT_IN_INDEX)
        if breaches:
            found.add(JournalFinding.BREACH)
        booking_id = slot.booking_id or (copy.booking_id if copy else None)
        ordered = tuple(finding for finding in JournalFinding if finding in found)
        return JournalBooking(unit, config, copy, slot, booking_id, ordered, breaches)

    def _unit(self, answer: JournalAnswer, slot: JournalSlot) -> tuple[str, UnitConfig | None]:
        """Return a slot's HSA-id and configuration."""
        written = unit_of(answer, slot)
        config = self._known.units.get(hsa_key(written))
        return config.hsa_id if config else written, config

    def _breaches(self, answer: JournalAnswer, slot: JournalSlot) -> tuple[Breach, ...]:
        return breaches_of(answer, slot, aggregated=answer is self._everywhere)


@dataclass(frozen=True, slots=True)
class _Index:
    """Times in an aggregated answer, and the units whose producers it says were silent."""

    slots: frozenset[tuple[str, str | int | None]]
    silent: frozenset[str]

    @classmethod
    def of(cls, answer: JournalAnswer | None, asked: set[str]) -> _Index | None:
        """Read the aggregator's answer; None where it tells nothing: a silent producer's units may not be known."""
        if answer is None or answer.result is not JournalResult.ANSWERED:
            return None
        silent = frozenset(map(hsa_key, answer.failed))
        if silent - asked:
            return None
        return cls(frozenset(cls._key(unit_of(answer, slot), slot) for slot in answer.slots), silent)

    def has(self, unit: str, slot: JournalSlot) -> bool:
        return hsa_key(unit) in self.silent or self._key(unit, slot) in self.slots

    @staticmethod
    def _key(unit: str, slot: JournalSlot) -> tuple[str, str | int | None]:
        return hsa_key(unit), slot.start if slot.booking_id is None else slot.booking_id


def _against_copy(known: Known, slot: JournalSlot, copy: BookingThen | None) -> Iterator[JournalFinding]:
    if copy is None or not known.has_coming(copy):
        yield JournalFinding.JOURNAL_ONLY
    if copy is None:
        return
    if is_apart(slot.start, copy.starts_at) or is_apart(slot.end, copy.ends_at):
        yield JournalFinding.MOVED
    codes = _codes(slot)
    if codes and copy.code not in codes:
        yield JournalFinding.CODE_DIFFERS


_NOTHING: Final = CareService("")
"""Mapping of what is not mapped, or too late: it allows nothing."""


def _against_file(
    at: int, config: UnitConfig | None, slot: JournalSlot, copy: BookingThen | None
) -> Iterator[JournalFinding]:
    """Hold a slot against its mapping; whether the unit offers to cancel and rebook (S6) is another level."""
    mapping = config.mapping(slot.code or "", slot.care_type) if config else None
    if _codes(slot) and mapping is None:
        yield JournalFinding.NOT_MAPPED
    if not slot.code:
        yield JournalFinding.NO_CODE
    if slot.name and mapping and mapping.label and _plain(slot.name) != _plain(mapping.label):
        yield JournalFinding.NAME_DIFFERS
    starts_at = slot.start if slot.start is not None else copy.starts_at if copy else FOREVER
    may = mapping if mapping and at < starts_at - mapping.cancel_deadline_hours * HOUR else _NOTHING
    if slot.cancel != may.cancel:
        yield JournalFinding.CANCEL_DIFFERS
    if slot.rebook != may.rebook:
        yield JournalFinding.REBOOK_DIFFERS


def _codes(slot: JournalSlot) -> tuple[str, ...]:
    return tuple(code for code in (slot.code, slot.care_type) if code)


def _plain(text: str) -> str:
    return " ".join(composed(text).split())
