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
SELECT DISTINCT n.unit_id, s.booking_id FROM incoming_booking s JOIN incoming_unit n ON n.place = s.place
WHERE n.unit_id IS NOT NULL AND {bytes} > length(s.booking_id)
"""


def compose_ids(session: Session, table: str, names: Iterable[BookingKey]) -> None:
    """Write the ids of these units as the names are written, where the store has them decomposed."""
    sql = text(_COMPOSE.format(table=table, column=id_column(table)))
    for unit_id, name in names:
        if (before := decomposed(name)) != name:
            session.connection().execute(sql, {"unit_id": unit_id, "name": name, "before": before})


def compose_staged(session: Session, reader: Reader) -> None:
    """Do so for the bookings that an import has laid out."""
    size = "length(CAST(s.booking_id AS BLOB))" if reader.is_sqlite else "octet_length(s.booking_id)"
    compose_ids(session, "booking", list(reader.rows(_STAGED.format(bytes=size))))
