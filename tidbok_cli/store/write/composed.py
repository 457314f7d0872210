"""Ids as an older version kept them, composed where their rows are met again (domain, *Text*)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from tidbok_cli.domain.text import decomposed
from tidbok_cli.store.read.find import id_column

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlmodel import Session

    from tidbok_cli.store.reader import Reader
    from tidbok_cli.store.write.booking import BookingKey

_COMPOSE: Final = """
UPDATE {table} SET {column} = :name WHERE unit_id = :unit_id AND {column} = :before
AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.unit_id = :unit_id AND t.{column} = :name)
"""
_STAGED: Final = """
SELECT DISTINCT u.id, s.booking_id FROM incoming_booking s JOIN incoming_unit n ON n.place = s.place
JOIN unit u ON u.hsa_key = n.hsa_key WHERE {bytes} > length(s.booking_id)
"""


def compose_ids(session: Session, table: str, names: Iterable[BookingKey]) -> int:
    """Write the ids of these units as the names are written, where the store has them decomposed; count them."""
    sql = text(_COMPOSE.format(table=table, column=id_column(table)))
    found = [
        {"unit_id": unit_id, "name": name, "before": before}
        for unit_id, name in names
        if (before := decomposed(name)) != name
    ]
    return sum(session.connection().execute(sql, each).rowcount for each in found)


def compose_staged(session: Session, reader: Reader) -> int:
    """Do so for the bookings that an import has laid out."""
    size = "length(CAST(s.booking_id AS BLOB))" if reader.is_sqlite else "octet_length(s.booking_id)"
    return compose_ids(session, "booking", list(reader.rows(_STAGED.format(bytes=size))))
