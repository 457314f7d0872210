"""Consequences of bookings: relation events (S14, S15, S26) and messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tidbok_cli.domain.booking import consequence
from tidbok_cli.domain.booking_record import BookingRecord, newly_told
from tidbok_cli.store.read.unit import ShownLabels
from tidbok_cli.store.write.relation import NewEvent, RecordedEvents, record
from tidbok_cli.store.write.summons import NewMessage, send

if TYPE_CHECKING:
    from sqlmodel import Session

    from tidbok_cli.domain.region import ClinicBookingMessage
    from tidbok_cli.domain.relation import Event
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.store.write.booking import BookingKey
    from tidbok_cli.store.write.provenance import Provenance
    from tidbok_cli.workflows.context import Context


@dataclass
class Consequences:
    """Consequences gathered by the configuration in force when each booking was made."""

    labels: ShownLabels
    policy: ClinicBookingMessage
    events: list[NewEvent] = field(default_factory=list)
    messages: list[NewMessage] = field(default_factory=list)

    def made(
        self,
        key: BookingKey,
        resident_id: int,
        known: BookingRecord | None,
        booking: BookingRecord,
        line: int | None = None,
    ) -> None:
        """Gather what follows from a booking that is newly made."""
        if not newly_told(known, booking):
            return
        made_at = booking.created_at
        label = self.labels.label_shown(key[0], booking.code, booking.care_type, made_at)
        follows = consequence(booking.origin, shown=label is not None, policy=self.policy)
        if follows.event:
            self.events.append(NewEvent(key[0], resident_id, follows.event, made_at, line, once=False))
        if follows.message and label is not None:
            self.messages.append(NewMessage(key, resident_id, str(follows.message), label, made_at))

    def happened(self, key: BookingKey, resident_id: int, event: Event, at: int, line: int | None = None) -> None:
        """Gather a summons of a file, received once however often read (S14)."""
        self.events.append(NewEvent(key[0], resident_id, event, at, line))

    def write(self, session: Session, recording: Provenance) -> RecordedEvents:
        """Write what was gathered; the bookings are written already."""
        send(session, self.messages)
        return record(session, self.events, recording)


def consequences(context: Context, reader: Reader) -> Consequences:
    """Return Consequences by the region's policy, with nothing gathered."""
    return Consequences(ShownLabels(reader), context.region.policy.clinic_booking_message)
