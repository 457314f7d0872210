"""TAK's routes, written: a new snapshot replaces the former one, and what is gone keeps when it was seen."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, update
from sqlmodel import Session, col

from tidbok_cli.domain.coupling import Route, SnapshotRead, address_key
from tidbok_cli.domain.times import FOREVER
from tidbok_cli.store.relations import Recording
from tidbok_cli.store.tables import CouplingRoute, TakSnapshot


class RouteWrites(NamedTuple):
    """The routes that are new, and the store's numbers of those that are gone."""

    new: Iterable[Route]
    gone: Iterable[int]


def write_snapshot(session: Session, snapshot: SnapshotRead, writes: RouteWrites, recording: Recording) -> None:
    """Keeps the snapshot, and from when until when its routes and those before it were seen."""
    connection = session.connection()
    connection.execute(
        insert(TakSnapshot),
        snapshot._asdict() | {"recorded_at": recording.recorded_at, "actor": recording.actor},
    )
    if gone := [{"number": number} for number in writes.gone]:
        ended = update(CouplingRoute).where(col(CouplingRoute.id) == bindparam("number"))
        connection.execute(ended.values(seen_until=snapshot.read_at), gone)
    if new := [_row(route, snapshot.read_at) for route in writes.new]:
        connection.execute(insert(CouplingRoute), new)


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
