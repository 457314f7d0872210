"""The store's own numbers of units and residents, made where new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

from tidbok_cli.store.tables import Resident, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

T = TypeVar("T")
_AT_ONCE = 500


def in_chunks(values: Iterable[T], size: int = _AT_ONCE) -> Iterator[Sequence[T]]:
    """The values in lists that a statement can take."""
    listed = list(values)
    return (listed[start : start + size] for start in range(0, len(listed), size))


def insert_missing(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that no UNIQUE constraint finds there already."""
    if not rows:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.connection().execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def resident_ids(session: Session, numbers: Iterable[str]) -> dict[str, int]:
    """The store's numbers by person number (12 characters); new ones added."""
    wanted = set(numbers)
    insert_missing(session, Resident, [{"number": number} for number in sorted(wanted)])
    found: dict[str, int] = {}
    for chunk in in_chunks(wanted):
        query = select(Resident.number, Resident.id).where(col(Resident.number).in_(chunk))
        found |= {name: number for name, number in session.exec(query) if number is not None}
    return found


def unit_ids(session: Session, written: Mapping[str, str]) -> dict[str, int]:
    """The store's numbers of units by key; new ones added as `written`."""
    rows = [{"hsa_key": key, "hsa_id": hsa_id, "alias": None} for key, hsa_id in written.items()]
    insert_missing(session, Unit, rows)
    found: dict[str, int] = {}
    for chunk in in_chunks(written):
        query = select(Unit.hsa_key, Unit.id).where(col(Unit.hsa_key).in_(chunk))
        found |= {name: number for name, number in session.exec(query) if number is not None}
    return found
