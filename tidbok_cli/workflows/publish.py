"""Publication of slots and booking bases, by hand as from a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.errors import BadInput, Refused, Where
from tidbok_cli.store.read.basis import known_bases
from tidbok_cli.store.read.find import free_name, named
from tidbok_cli.store.read.slot import known_slots
from tidbok_cli.store.tables import BookingBasis, Slot
from tidbok_cli.store.write.composed import compose_ids
from tidbok_cli.store.write.ids import unit_ids
from tidbok_cli.store.write.slot import PublishedTable, withdraw, write_bases, write_slots
from tidbok_cli.workflows.lookup import written_hsa_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlmodel import Session

    from tidbok_cli.domain.basis import BasisRecord, BasisThen
    from tidbok_cli.domain.slot import SlotRecord, SlotThen
    from tidbok_cli.store.read.sql import NameInUnit
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.store.write.booking import BookingKey
    from tidbok_cli.workflows.context import Context

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class KnownPublished(Protocol[R_co]):
    """A slot or a basis that the store has.

    Its number there, its record, and when it was withdrawn, if it was.
    """

    @property
    def id(self) -> int: ...

    @property
    def record(self) -> R_co: ...

    @property
    def withdrawn_at(self) -> int | None: ...


K = TypeVar("K", bound=KnownPublished[Any])


@dataclass(frozen=True, slots=True)
class PublishedKind(Generic[K, R]):
    """Slots or bases: name, table, look-up and writing."""

    name: str
    table: PublishedTable
    known: Callable[[Reader, Iterable[NameInUnit], int], dict[NameInUnit, K]]
    write: Callable[[Session, Mapping[BookingKey, R], Mapping[int, R], int, int | None], None]


SLOTS: Final[PublishedKind[SlotThen, SlotRecord]] = PublishedKind("slot", Slot, known_slots, write_slots)
BASES: Final[PublishedKind[BasisThen, BasisRecord]] = PublishedKind("basis", BookingBasis, known_bases, write_bases)


def publish(
    kind: PublishedKind[K, R],
    session: Session,
    known: Mapping[NameInUnit, K],
    records: Mapping[NameInUnit, R],
    hsa_ids: Mapping[str, str],
    at: int,
    batch_id: int | None = None,
) -> tuple[int, int]:
    """Write new and changed records; return how many of each."""
    units = unit_ids(session, hsa_ids)
    compose_ids(session, str(kind.table.__tablename__), ((units[unit], name) for unit, name in records))
    new = {(units[unit], name): records[unit, name] for unit, name in records.keys() - known.keys()}
    changed = {there.id: records[name] for name, there in known.items() if there.record != records[name]}
    kind.write(session, new, changed, at, batch_id)
    return len(new), len(changed)


def publish_one(
    context: Context,
    session: Session,
    reader: Reader,
    kind: PublishedKind[K, R],
    unit: str,
    name: str | None,
    record: R,
) -> tuple[bool, int]:
    """Publish one by hand, under a free id where none is given.

    Returns whether it is new, and the store's number. Saying again what an id stands for changes nothing. Raises
    BadInput where it stands for something else, Refused where that was withdrawn, and stays so.
    """
    hsa_id = written_hsa_id(context, reader, unit)
    context.about.units.add(hsa_id)
    key, table = hsa_key(hsa_id), str(kind.table.__tablename__)
    unit_id = unit_ids(session, {key: hsa_id})[key]
    name = name or free_name(reader, table, unit_id)
    known = kind.known(reader, [(key, name)], context.at)
    for there in known.values():
        if there.record != record:
            raise BadInput(f"{kind.name}.exists", where=Where(column="--id"), problems=(), **{kind.name: name})
        if there.withdrawn_at is not None:
            raise Refused(f"{kind.name}.was_withdrawn", where=Where(column="--id"), problems=(), **{kind.name: name})
    new, _ = publish(kind, session, known, {(key, name): record}, {key: hsa_id}, context.at)
    return bool(new), named(reader, table, name, unit_id)[0][0]


def withdraw_one(context: Context, session: Session, kind: PublishedKind[K, R], there: K) -> bool:
    """Take one back, for good; return whether it was not so already."""
    if there.withdrawn_at is not None:
        return False
    withdraw(session, kind.table, there.id, context.at)
    return True
