"""Finding the units, residents and bookings that a caller names."""

from tidbok_cli.errors import BadInput, Where
from tidbok_cli.store.listing import UnitRow, bookings_named, find_resident, find_unit
from tidbok_cli.store.reading import Reader
from tidbok_cli.workflows.workplace import Workplace


def unit_in_store(place: Workplace, reader: Reader, text: str) -> UnitRow:
    """The unit that the store knows by this HSA-id or alias; raises BadInput."""
    hsa_id = written_hsa_id(place, reader, text)
    found = find_unit(reader, hsa_id)
    if found is None:
        raise BadInput("unit.unknown", where=Where(column="UNIT"), unit=text)
    return found


def written_hsa_id(place: Workplace, reader: Reader, text: str) -> str:
    """The HSA-id that the text is, or that it is an alias for in the store, else in the files; raises BadInput."""
    hsa_id = place.hsa_id(text)
    if hsa_id is not None:
        return hsa_id
    found = find_unit(reader, text)
    if found:
        return found.hsa_id
    from tidbok_cli.exchange.unit_file import read_units

    units, _ = read_units(place.config)
    named = next((unit.hsa_id for unit in units if unit.alias == text), None)
    if named is None:
        raise BadInput("unit.unknown", where=Where(column="UNIT"), unit=text)
    return named


def units_in_store(place: Workplace, reader: Reader, texts: list[str]) -> list[int]:
    """The store's numbers of the units."""
    return [unit_in_store(place, reader, text).id for text in texts]


def resident_in_store(place: Workplace, reader: Reader, text: str) -> int | None:
    """The store's number of the resident; None for somebody unknown. Raises BadInput for what is no person number."""
    return find_resident(reader, place.resident(text))


def booking_in_store(place: Workplace, reader: Reader, booking: str, unit: str | None) -> int:
    """The store's number of the booking; raises BadInput where there is none, or several without a unit to choose."""
    unit_id = unit_in_store(place, reader, unit).id if unit else None
    found = bookings_named(reader, booking, unit_id)
    if not found:
        raise BadInput("booking.unknown", where=Where(column="BOOKING"), booking=booking)
    if len(found) > 1:
        units = ", ".join(hsa_id for _, hsa_id in found)
        raise BadInput("booking.several_units", where=Where(column="BOOKING"), booking=booking, units=units)
    return found[0][0]
