"""Inbox messages that were sent, and open summonses that were imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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

_MESSAGES: Final = f"""
SELECT u.hsa_id, v.name, r.number, sent.kind, sent.label, COALESCE(b.code, sent.code), b.booking_id,
       b.starts_at, b.ends_at, sent.summons_id, sent.sent_at
FROM (
    SELECT id, unit_id, resident_id, booking_id, kind, label, code, sent_at, NULL AS summons_id FROM message
    UNION ALL
    SELECT id, unit_id, resident_id, NULL, 'summons', NULL, NULL, received_at, summons_id FROM summons
) AS sent
JOIN unit u ON u.id = sent.unit_id
JOIN resident r ON r.id = sent.resident_id
LEFT JOIN booking b ON b.id = sent.booking_id
LEFT JOIN unit_version v ON v.unit_id = u.id AND {VERSION_IN_FORCE}
WHERE sent.sent_at <= :at AND NOT ({_TAKEN_BACK}) {{condition}}
ORDER BY sent.sent_at DESC, sent.summons_id IS NULL DESC, sent.id DESC
"""


def messages(
    reader: Reader, at: int, *, resident_id: int | None = None, unit_id: int | None = None, kind: str | None = None
) -> Iterator[InboxMessage]:
    """List messages by the moment, newest first, of a resident or unit.

    Without summonses whose event was voided.
    """
    wanted = {"resident_id": resident_id, "unit_id": unit_id, "kind": kind}
    given = {name: value for name, value in wanted.items() if value is not None}
    condition = "".join(f" AND sent.{name} = :{name}" for name in given)
    return (InboxMessage(*row) for row in reader.rows(_MESSAGES.format(condition=condition), at=at, **given))
