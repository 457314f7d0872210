"""Open summonses of an import of bookings (S14): few, kept at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.relation import Event
from tidbok_cli.errors import Problem, Where
from tidbok_cli.store.read.booking import residents_of
from tidbok_cli.store.write.ids import resident_ids
from tidbok_cli.store.write.summons import add_summonses, known_summonses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlmodel import Session

    from tidbok_cli.domain.booking_rows import IncomingSummons
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.consequences import Consequences
    from tidbok_cli.workflows.import_places import UnitPlaces
    from tidbok_cli.workflows.import_rows import RowsRead

OTHER_RESIDENT = Problem("booking.other_resident", {}, Where(column="resident"))


def reject_of_other_residents(reader: Reader, read: RowsRead[IncomingSummons], units: UnitPlaces) -> None:
    """Reject the summonses whose id the store knows as another resident's."""
    there = residents_of(reader, "summons", ((units.key(row.unit), row.summons_id) for row in read.rows))

    def against(row: IncomingSummons) -> Iterator[Problem]:
        if there.get((units.key(row.unit), row.summons_id), row.resident) != row.resident:
            yield OTHER_RESIDENT

    read.examine(against)


def receive(
    session: Session,
    rows: Mapping[tuple[int, str], IncomingSummons],
    following: Consequences,
    at: int,
    batch_id: int,
) -> int:
    """Receive summonses, by unit and id, that are new; count them."""
    residents = resident_ids(session, (row.resident for row in rows.values()))
    there = known_summonses(session, rows)
    new = {key: residents[row.resident] for key, row in rows.items() if key not in there}
    for key, resident_id in new.items():
        following.happened(key, resident_id, Event.SUMMONS_RECEIVED, at, rows[key].line)
    add_summonses(session, new, at, batch_id)
    return len(new)
