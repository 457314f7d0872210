"""What follows from bookings: relation events (S14, S15, S26) and inbox messages, gathered and then written at once."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tidbok_cli.domain.bookings import Record, consequence, newly_told
from tidbok_cli.domain.policy import ClinicBookingMessage
from tidbok_cli.domain.relations import Event
from tidbok_cli.store.bookings import Key, Sent, known_bookings, send
from tidbok_cli.store.configurations import Configurations
from tidbok_cli.store.relations import NewEvent, Recorded, Recording, record
from tidbok_cli.store.summons import NewSummons, send_new

if TYPE_CHECKING:
    from sqlmodel import Session


@dataclass
class Following:
    """Gathers the consequences of bookings, by the configuration in force when each was made."""

    configurations: Configurations
    policy: ClinicBookingMessage
    events: list[NewEvent] = field(default_factory=list)
    messages: list[Sent] = field(default_factory=list)
    summonses: list[tuple[Key, NewSummons]] = field(default_factory=list)

    def made(self, key: Key, resident_id: int, known: Record | None, told: Record, line: int | None = None) -> None:
        """A booking was made, or its making has just been told; nothing follows twice."""
        if not newly_told(known, told):
            return
        label = self.configurations.label_shown(key[0], told.code, told.care_type, told.created_at)
        follows = consequence(told.origin, shown=label is not None, policy=self.policy)
        if follows.event:
            self.events.append(NewEvent(key[0], resident_id, follows.event, told.created_at, line, once=False))
        if follows.message and label is not None:
            self.messages.append(Sent(key, resident_id, str(follows.message), label, told.created_at))

    def invited(self, key: Key, resident_id: int, told: Record, line: int | None = None) -> None:
        """A summons to a booking that a file tells of, each time the file is read: it was received, and lies in the
        inbox, once (S14)."""
        self.happened(key, resident_id, Event.SUMMONS_RECEIVED, told.created_at, line)
        label = self.configurations.label(key[0], told.code, told.care_type, told.created_at)
        self.summonses.append((key, NewSummons(key[0], resident_id, None, None, label, told.created_at)))

    def happened(self, key: Key, resident_id: int, event: Event, at: int, line: int | None = None) -> None:
        """A summons that a file tells of, each time the file is read: it was received once (S14)."""
        self.events.append(NewEvent(key[0], resident_id, event, at, line))

    def write(self, session: "Session", recording: Recording) -> Recorded:
        """Writes all that was gathered; the bookings are written already."""
        send(session, self.messages)
        numbers = {key: known.id for key, known in known_bookings(session, (key for key, _ in self.summonses)).items()}
        send_new(session, [replace(summons, booking_id=numbers[key]) for key, summons in self.summonses])
        return record(session, self.events, recording)
