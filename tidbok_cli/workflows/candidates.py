"""Names that a shell may offer while a line is typed.

What cannot be read offers nothing: a line that is being typed is no place for errors.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from tidbok_cli.domain.candidates import BasisName, BookingName, CodeName, EventName, SlotName, UnitName
from tidbok_cli.errors import BadInput
from tidbok_cli.store.read import candidates
from tidbok_cli.store.reader import Reader, glancing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tidbok_cli.workflows.context import Context

T = TypeVar("T")


def _asked(context: Context, ask: Callable[[Reader], Iterable[T]]) -> list[T]:
    with suppress(Exception), glancing(context.address) as reader:
        return list(ask(reader))
    return []


def _asked_of_residents(context: Context, ask: Callable[[Reader], Iterable[T]]) -> list[T]:
    """Ask for residents' data: nothing, where a purpose is missing."""
    return _asked(context, lambda reader: ask(reader) if context.may_offer(reader) else ())


def units(context: Context) -> list[UnitName]:
    """List the units that the store knows."""
    return _asked(context, lambda reader: candidates.units(reader, context.now))


def units_in_files(context: Context) -> Iterator[UnitName]:
    """List the units that have a file."""
    from tidbok_cli.exchange.unit_heads import unit_heads

    heads: list[dict[str, Any]] = []
    with suppress(BadInput):  # others may change them
        heads.extend(unit_heads(context.config))
    for head in heads:
        if "hsa_id" in head:
            yield UnitName(str(head["hsa_id"]), head.get("alias"), head.get("name"))


def codes(context: Context, unit: str | None) -> list[CodeName]:
    """List the configured codes of a unit, or of all."""
    return _asked(context, lambda reader: candidates.codes(reader, context.now, unit))


def bookings(context: Context, prefix: str, unit: str | None) -> list[BookingName]:
    """List some bookings whose ids begin so, of a unit or all."""
    return _asked_of_residents(context, lambda reader: candidates.bookings(reader, prefix, unit))


def slots(context: Context, prefix: str, unit: str | None) -> list[SlotName]:
    """List some published times to come whose ids begin so."""
    return _asked(context, lambda reader: candidates.slots(reader, prefix, unit, context.now))


def bases(context: Context, prefix: str, unit: str | None) -> list[BasisName]:
    """List some booking bases whose ids begin so."""
    return _asked_of_residents(context, lambda reader: candidates.bases(reader, prefix, unit))


def events(context: Context, prefix: str) -> list[EventName]:
    """List some relation events whose ids begin so."""
    if prefix and not (prefix.isascii() and prefix.isdigit()):
        return []
    return _asked_of_residents(context, lambda reader: candidates.events(reader, prefix))


def checks(action: str, *, with_slot: bool = False, with_journal: bool = False) -> list[str]:
    """List the checks that a question about the action has."""
    from tidbok_cli.domain.facts import Action
    from tidbok_cli.domain.verdict import checks_of

    return [check.name for check in checks_of(Action(action), with_slot=with_slot, with_journal=with_journal)]


def reasons(action: str) -> list[str]:
    """List the checks of a question about the action, and their reasons."""
    from tidbok_cli.domain.facts import Action
    from tidbok_cli.domain.verdict import reasons_of

    return list(reasons_of(Action(action)))
