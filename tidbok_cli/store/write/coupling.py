"""TAK's routes, written: each snapshot replaces the former one.

What is gone keeps when it was seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, func, insert, update
from sqlmodel import Session, col, select

from tidbok_cli.domain.coupling import Route, SnapshotRead, address_key
from tidbok_cli.domain.times import FOREVER
from tidbok_cli.store.tables import CouplingRoute, TakAddress, TakSnapshot
from tidbok_cli.store.write.ids import in_chunks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidbok_cli.store.write.provenance import Provenance


class RouteWrites(NamedTuple):
    """New routes, and the store's numbers of those that are gone.

    `addresses` are those that the snapshot tells of, None for all.
    """

    new: Iterable[Route]
    gone: Iterable[int]
    addresses: frozenset[str] | None


def write_snapshot(session: Session, snapshot: SnapshotRead, writes: RouteWrites, recording: Provenance) -> None:
    """Keep a snapshot, and when its and earlier routes were seen."""
    connection = session.connection()
    if writes.addresses is not None:
        _ask(session, {address_key(address) for address in writes.addresses}, snapshot.read_at)
    kept = {"recorded_at": recording.recorded_at, "actor": recording.actor, "whole": writes.addresses is None}
    connection.execute(insert(TakSnapshot), snapshot._asdict() | kept)
    if gone := [{"number": number} for number in writes.gone]:
        ended = update(CouplingRoute).where(col(CouplingRoute.id) == bindparam("number"))
        connection.execute(ended.values(seen_until=snapshot.read_at), gone)
    if new := [_row(route, snapshot.read_at) for route in writes.new]:
        connection.execute(insert(CouplingRoute), new)


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


def _row(route: Route, seen_from: int) -> dict[str, Any]:
    return {
        "address_key": address_key(route.address),
        "address": route.address,
        "contract": route.contract,
        "producer": route.producer,
        "profile": route.profile,
        "url": route.url,
        "valid_from": route.begins,
        "valid_until": route.ends,
        "seen_from": seen_from,
        "seen_until": FOREVER,
    }
