"""`inbox` and `summons list`: what has been sent to residents."""

from collections.abc import Iterator

from tidbok_cli.domain.inbox import InboxMessage
from tidbok_cli.domain.policy import ClinicBookingMessage
from tidbok_cli.errors import Problem
from tidbok_cli.store.inbox import messages
from tidbok_cli.workflows.lookup import resident_in_store, unit_in_store
from tidbok_cli.workflows.workplace import Workplace


def inbox_of(place: Workplace, resident: str) -> Iterator[InboxMessage]:
    """A resident's messages by the moment, the newest first; for somebody unknown none, with a warning."""
    place.expect_purpose()
    with place.reading() as reader:
        resident_id = resident_in_store(place, reader, resident)
        if resident_id is None:
            place.warn(Problem("view.nobody", warning=True))
            return
        yield from messages(reader, place.at, resident_id=resident_id)


def summonses(place: Workplace, unit: str | None, resident: str | None) -> Iterator[InboxMessage]:
    """The summonses sent by the moment, open and timed, the newest first: a unit's, a resident's, or all."""
    place.expect_purpose()
    with place.reading() as reader:
        unit_id = unit_in_store(place, reader, unit).id if unit else None
        resident_id = resident_in_store(place, reader, resident) if resident else None
        if resident and resident_id is None:
            return
        kind = str(ClinicBookingMessage.SUMMONS)
        yield from messages(reader, place.at, unit_id=unit_id, resident_id=resident_id, kind=kind)
