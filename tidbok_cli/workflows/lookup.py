"""Look-ups of what a caller names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.cells import NAME_LONGEST, parse_name
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.text import has_space_around
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.store.read.find import (
    UnitFound,
    bookings_named,
    find_resident,
    find_unit,
    named,
    names_near,
    unit_by_alias,
    unit_by_alias_once,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlmodel import Session

    from tidbok_cli.domain.basis import BasisThen
    from tidbok_cli.domain.slot import SlotThen
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context


def dates(first: date | None, last: date | None) -> dict[str, object]:
    """Write the dates of a selection, for the audit."""
    return {"from": first and first.isoformat(), "to": last and last.isoformat()}


def expect_names(given: Mapping[str, str | None]) -> None:
    """Raise BadInput, naming the argument, for a text that names nothing."""
    for argument, text in given.items():
        problems = parse_name(text).problems if text else ()
        if problems and "character" in problems[0].params:
            raise BadInput(problems[0].code, where=Where(column=argument), problems=(), **problems[0].params)
        if problems or (text is not None and (not text or has_space_around(text))):
            raise BadInput("argument.not_a_name", where=Where(column=argument), most=NAME_LONGEST)


def unit_in_store(context: Context, reader: Reader, text: str) -> UnitFound:
    """Return the stored unit of an HSA-id, alias or name; raises BadInput.

    A unit that has only a file has the number 0, which nothing in the store has; that it is not in force is warned of.
    """
    hsa_id = written_hsa_id(context, reader, text)
    found = find_unit(reader, hsa_id) or _only_in_file(context, hsa_id)
    if found is None:
        from tidbok_cli.workflows.unit_names import unknown_unit

        raise unknown_unit(context, reader, text)
    context.about.units.add(found.hsa_id)
    return found


def _only_in_file(context: Context, hsa_id: str) -> UnitFound | None:
    """Return a unit that the store does not know, and whose file has no error."""
    key = hsa_key(hsa_id)
    unit = next((each for each in context.units_in_files if each.key == key), None)
    if unit is None:
        return None
    params = {"unit": unit.name, "file": unit.origin.file}
    context.warn(Problem("unit.only_in_file", params, Where(column="UNIT"), warning=True))
    return UnitFound(0, unit.hsa_id)


def written_hsa_id(context: Context, reader: Reader, text: str) -> str:
    """Return the HSA-id written, or behind an alias or a name; raises BadInput.

    Aliases in force at the moment come before those of the files, those before aliases of other moments, and all of
    them before names.
    """
    hsa_id = context.hsa_id(text)
    if hsa_id is not None:
        return hsa_id
    found = unit_by_alias(reader, text, context.at)
    if found:
        return found.hsa_id
    in_file = next((unit.hsa_id for unit in context.units_in_files if unit.alias == text), None)
    once = None if in_file else unit_by_alias_once(reader, text, context.at)
    return in_file or (once.hsa_id if once else _id_of_name(context, reader, text))


def _id_of_name(context: Context, reader: Reader, text: str) -> str:
    from tidbok_cli.workflows.unit_names import id_of_name, unknown_unit

    found = id_of_name(context, reader, text)
    if found is None:
        raise unknown_unit(context, reader, text)
    return found


def unit_to_write(context: Context, session: Session, reader: Reader, text: str) -> UnitFound:
    """Return the unit, added where new; raises BadInput as `written_hsa_id`."""
    from tidbok_cli.store.write.ids import unit_ids

    hsa_id = written_hsa_id(context, reader, text)
    (number,) = unit_ids(session, {hsa_key(hsa_id): hsa_id}).values()
    context.about.units.add(hsa_id)
    return UnitFound(number, hsa_id)


def resident_to_write(session: Session, resident: str) -> int:
    """Return the store's number of a resident (12 characters), added where new."""
    from tidbok_cli.store.write.ids import resident_ids

    return resident_ids(session, [resident])[resident]


def units_in_store(context: Context, reader: Reader, texts: list[str]) -> list[int]:
    """Return the store's numbers of the units."""
    return [unit_in_store(context, reader, text).id for text in texts]


def resident_in_store(context: Context, reader: Reader, text: str) -> int | None:
    """Return the store's number of a resident, None if unknown.

    Raises BadInput for a malformed person number.
    """
    return find_resident(reader, context.resident(text))


def booking_in_store(context: Context, reader: Reader, booking: str, unit: str | None) -> int:
    """Return a booking's number; raises BadInput for none or several."""
    unit_id = unit_in_store(context, reader, unit).id if unit else None
    found = bookings_named(reader, booking, unit_id)
    if not found:
        near = ", ".join(names_near(reader, "booking", booking, unit_id))
        raise BadInput("booking.unknown", where=Where(column="BOOKING"), booking=booking, near=near)
    if len(found) > 1:
        units = ", ".join(hsa_id for _, hsa_id in found)
        raise BadInput("booking.several_units", where=Where(column="BOOKING"), booking=booking, units=units)
    return found[0][0]


def slot_in_store(
    context: Context,
    reader: Reader,
    slot: str,
    unit: str | None,
    *,
    near: int | None = None,
    made_by: int | None = None,
) -> SlotThen:
    """Return the slot at the moment; raises BadInput for none or several.

    `near`: of several, that of this unit, else any. `made_by`: bookings made by then count, not only by the moment.
    """
    from tidbok_cli.store.read.slot import slot_then

    unit_id = unit_in_store(context, reader, unit).id if unit else None
    found = named(reader, "slot", slot, unit_id)
    if near is not None:
        found = named(reader, "slot", slot, near) or found[:1]
    if not found:
        raise _unknown(reader, "slot", "slot", slot, unit_id)
    number = _only(found, "slot", Where(column="SLOT"), slot)
    then = slot_then(reader, number, context.at, context.at if made_by is None else made_by)
    if context.at < then.published_at:
        raise BadInput("slot.not_yet_published", where=Where(column="SLOT"), slot=slot, published_at=then.published_at)
    return then


def basis_in_store(context: Context, reader: Reader, basis: str, unit: str | None) -> BasisThen:
    """Return the basis at the moment; raises BadInput as `slot_in_store` does."""
    from tidbok_cli.store.read.basis import basis_then

    unit_id = unit_in_store(context, reader, unit).id if unit else None
    found = named(reader, "booking_basis", basis, unit_id)
    if not found:
        raise _unknown(reader, "basis", "booking_basis", basis, unit_id)
    number = _only(found, "basis", Where(column="BASIS"), basis)
    then = basis_then(reader, number, context.at)
    if context.at < then.added_at:
        raise BadInput("basis.not_yet_added", where=Where(column="BASIS"), basis=basis, added_at=then.added_at)
    return then


def _only(found: list[tuple[int, str]], kind: str, where: Where, name: str) -> int:
    if len(found) > 1:
        raise BadInput(f"{kind}.several_units", where=where, name=name, units=", ".join(unit for _, unit in found))
    return found[0][0]


def _unknown(reader: Reader, kind: str, table: str, name: str, unit_id: int | None) -> BadInput:
    near = ", ".join(names_near(reader, table, name, unit_id))
    return BadInput(f"{kind}.unknown", where=Where(column=kind.upper()), name=name, near=near)
