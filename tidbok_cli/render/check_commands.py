"""Pieces of the commands that next steps print, to be typed as they stand."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.facts import Action, BookingStatus
from tidbok_cli.domain.times import MINUTE, is_twice, iso
from tidbok_cli.domain.unit import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tidbok_cli.domain.beside import OthersAlike
    from tidbok_cli.domain.case import Case, UnitEnded

_NEEDED: Final[Mapping[Action, tuple[str, ...]]] = {
    Action.SHOW: ("show",),
    Action.CANCEL: ("show", "cancel"),
    Action.REBOOK: ("show", "rebook"),
    Action.BOOK: ("book",),
}
"""Services that a unit must offer for an action; cancel and rebook are nothing without show (contract, section 2)."""


def commands(case: Case, action: Action) -> dict[str, str]:
    """Fields of render/check_texts.py that stand in commands, quoted for a shell."""
    mapping, booked, slot = case.mapping, case.booked, case.slot
    return {
        "flag": "--book open" if action is Action.BOOK else f"--{action}",
        "offers": " ".join(f"--{service}" for service in _NEEDED[action]),
        "put_back": " ".join(_put_back(case.ended, action)) if case.ended else "",
        "ended_address": (case.ended.config.logical_address if case.ended else None) or "",
        "ended_file": f"units/{_file_name(case.ended)}.toml" if case.ended else "",
        "typed_file": quote(case.unit.file.path) if case.unit and case.unit.file else "",
        "typed_code": quote(case.time.code),
        "typed_mapped": quote(mapping.code if mapping else case.time.code) + _label_flag(case),
        "typed_new": quote((booked.replaced_by if booked else None) or ""),
        "typed_holder": quote((slot.booking if slot else None) or ""),
        "free_slots": " ".join(_free_slots(case)),
        "summon": " ".join(_summon(case)),
    }


def _label_flag(case: Case) -> str:
    """A mapping without a label can be neither shown nor booked."""
    return "" if case.mapping and case.mapping.label else " --label …"


def _file_name(ended: UnitEnded) -> str:
    """As workflows/unit_files.py names it."""
    return ended.config.alias or ended.config.hsa_id.lower()


def _put_back(ended: UnitEnded, action: Action) -> Iterator[str]:
    """The command that writes the file of an ended unit again, as it was a second before."""
    unit = ended.config
    offered = [service for service, offers in plain(unit.services).items() if offers or service in _NEEDED[action]]
    yield from ("tidbok unit new", unit.hsa_id, "--name", quote(unit.name))
    yield from ("--alias", unit.alias) if unit.alias else ()
    yield from ("--calendar", quote(unit.calendar) if unit.calendar else "…")
    yield from (f"--{service}" for service in offered)
    yield from ("--like", unit.hsa_id, "--at", iso(ended.at - 1))


def _summon(case: Case) -> Iterator[str]:
    """The command that records a summons: to the booking while it is one, else to book."""
    standing = case.booked is not None and case.status is BookingStatus.BOOKED
    yield from ("tidbok summons send -", unit_name(case))
    yield from ("--booking", quote(case.booking.booking_id)) if standing else ("--code", quote(case.time.code))


def others_listed(case: Case, alike: OthersAlike) -> str:
    """The command that lists other bookings that fail for a reason."""
    then = f" --at {typed(alike.at)}" if alike.at is not None else ""
    return f"tidbok sweep --unit {unit_name(case)} --reason {alike.reason}{then}"


def typed(instant: int) -> str:
    """A moment as one types it: to the minute, without an offset, where that says it."""
    if instant % MINUTE or is_twice(instant):
        return iso(instant)
    return iso(instant)[:16]


def unit_name(case: Case) -> str:
    """The unit's alias, else its HSA-id."""
    return (case.unit.config.alias if case.unit else None) or case.time.unit


def _free_slots(case: Case) -> Iterator[str]:
    """The command that lists what else may be chosen."""
    yield from ("tidbok slot list --unit", unit_name(case), "--code", quote(case.time.code))
    yield from ("--status free --from", iso(case.at)[:10])
