"""Inbox messages that were sent, and open summonses that were imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.audit import Residents
from tidbok_cli.domain.summons import InboxMessage
from tidbok_cli.store.read.sql import VERSION_IN_FORCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.store.reader import Reader

_EVENT: Final = """
EXISTS (SELECT 1 FROM relation_event e WHERE e.unit_id = sent.unit_id AND e.resident_id = sent.resident_id
        AND e.event = 'summons_received' AND e.occurred_at = sent.sent_at
        AND {voided} EXISTS (SELECT 1 FROM relation_void x WHERE x.event_id = e.id))
"""
_TAKEN_BACK: Final = f"sent.kind = 'summons' AND {_EVENT.format(voided='')} AND NOT {_EVENT.format(voided='NOT')}"
"""A summons whose relation event was recorded wrongly, and no other stands for it: it was never received."""

_SENT: Final = """(
    SELECT id, unit_id, resident_id, booking_id, kind, label, code, sent_at, NULL AS summons_id FROM message
    UNION ALL
    SELECT id, unit_id, resident_id, NULL, 'summons', NULL, NULL, received_at, summons_id FROM summons
) AS sent"""
_BY_THEN: Final = f"sent.sent_at <= :at AND NOT ({_TAKEN_BACK}) {{condition}}"
_RECEIVERS: Final = f"SELECT DISTINCT sent.resident_id FROM {_SENT} WHERE {_BY_THEN}"
_MESSAGES: Final = f"""
SELECT u.hsa_id, v.name, r.number, sent.kind, sent.label, COALESCE(b.code, sent.code), b.booking_id,
       b.starts_at, b.ends_at, sent.summons_id, sent.sent_at
FROM {_SENT}
JOIN unit u ON u.id = sent.unit_id
JOIN resident r ON r.id = sent.resident_id
LEFT JOIN booking b ON b.id = sent.booking_id
LEFT JOIN unit_version v ON v.unit_id = u.id AND {VERSION_IN_FORCE}
WHERE {_BY_THEN}
ORDER BY sent.sent_at DESC, sent.summons_id IS NULL DESC, sent.id DESC
"""


class MessageFilter(NamedTuple):
    """Messages of a unit, of a resident, of a kind."""

    unit_id: int | None = None
    resident_id: int | None = None
    kind: str | None = None

    @property
    def given(self) -> dict[str, object]:
        return {name: value for name, value in self._asdict().items() if value is not None}

    @property
    def condition(self) -> str:
        return "".join(f" AND sent.{name} = :{name}" for name in self.given)


def messages(reader: Reader, at: int, wanted: MessageFilter) -> Iterator[InboxMessage]:
    """List messages by the moment, newest first.

    Without summonses whose event was voided.
    """
    rows = reader.rows(_MESSAGES.format(condition=wanted.condition), at=at, **wanted.given)
    return (InboxMessage(*row) for row in rows)


def receivers(reader: Reader, at: int, wanted: MessageFilter) -> Residents:
    """Return the residents to whom such messages were sent."""
    rows = reader.rows(_RECEIVERS.format(condition=wanted.condition), at=at, **wanted.given)
    return Residents(number for (number,) in rows)
