"""TAK's routes and permissions, written: each snapshot replaces the former one.

What is gone keeps when it was seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from sqlalchemy import bindparam, func, insert, update
from sqlmodel import Session, col, select

from tidbok_cli.domain.coupling import Route, SnapshotRead, address_key
from tidbok_cli.domain.coupling_snapshot import Permission
from tidbok_cli.domain.times import FOREVER
from tidbok_cli.store.tables import CouplingPermission, CouplingRoute, TakAddress, TakSnapshot
from tidbok_cli.store.write.ids import in_chunks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from tidbok_cli.store.write.provenance import Provenance


_Seen = TypeVar("_Seen", Route, Permission)


class SeenChanges(NamedTuple, Generic[_Seen]):
    """New routes or permissions, and the store's numbers of those that are gone."""

    new: Sequence[_Seen]
    gone: Sequence[int]


class SnapshotWrites(NamedTuple):
    """Changes that a snapshot makes; `permissions` is None where it tells of none.

    `addresses` are those that the snapshot tells of, None for all.
    """

    routes: SeenChanges[Route]
    permissions: SeenChanges[Permission] | None
    addresses: frozenset[str] | None


def write_snapshot(session: Session, snapshot: SnapshotRead, writes: SnapshotWrites, recording: Provenance) -> None:
    """Keep a snapshot, and when its and earlier routes and permissions were seen."""
    connection = session.connection()
    if writes.addresses is not None:
        _ask(session, {address_key(address) for address in writes.addresses}, snapshot.read_at)
    kept = {"recorded_at": recording.recorded_at, "actor": recording.actor, "whole": writes.addresses is None}
    told = {"permissions": writes.permissions is not None}
    connection.execute(insert(TakSnapshot), snapshot._asdict() | kept | told)
    _write_seen(connection, CouplingRoute, writes.routes, snapshot.read_at)
    if writes.permissions is not None:
        _write_seen(connection, CouplingPermission, writes.permissions, snapshot.read_at)


def _write_seen(
    connection: Connection, table: type[CouplingRoute | CouplingPermission], changes: SeenChanges[_Seen], read_at: int
) -> None:
    if gone := [{"number": number} for number in changes.gone]:
        ended = update(table).where(col(table.id) == bindparam("number"))
        connection.execute(ended.values(seen_until=read_at), gone)
    if new := [_row(each, read_at) for each in changes.new]:
        connection.execute(insert(table), new)


def _ask(session: Session, keys: set[str], read_at: int) -> None:
    """Note the addresses asked about; those asked last time go on."""
    last = session.scalar(select(func.max(TakSnapshot.read_at)).where(~col(TakSnapshot.whole)))
    lasting = col(TakAddress.asked_until) == last
    going_on = keys.intersection(session.connection().scalars(select(TakAddress.address_key).where(lasting)))
    for chunk in in_chunks(sorted(going_on)):
        these = update(TakAddress).where(lasting, col(TakAddress.address_key).in_(chunk))
        session.connection().execute(these.values(asked_until=read_at))
    if new := [{"address_key": key, "asked_from": read_at, "asked_until": read_at} for key in sorted(keys - going_on)]:
        session.connection().execute(insert(TakAddress), new)


def _row(told: Route | Permission, seen_from: int) -> dict[str, Any]:
    values = told._asdict()
    row = {"valid_from": values.pop("begins"), "valid_until": values.pop("ends"), "seen_from": seen_from}
    row |= {"address_key": address_key(told.address), "seen_until": FOREVER} | values
    return row | {"consumer_key": address_key(told.consumer)} if isinstance(told, Permission) else row
