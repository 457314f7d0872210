"""TAK's permissions, and the snapshots that they were seen in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.coupling import address_key
from tidbok_cli.domain.coupling_snapshot import Permission
from tidbok_cli.domain.times import FOREVER
from tidbok_cli.store.read.coupling import IN_FORCE
from tidbok_cli.store.read.sql import bound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tidbok_cli.store.reader import Reader

_PERMISSION: Final = "address, contract, consumer, valid_from, valid_until"
_SEEN: Final = f"SELECT id, {_PERMISSION} FROM coupling_permission WHERE seen_until = {FOREVER} {{addresses}}"
_PERMISSION_AT: Final = f"""
SELECT {_PERMISSION}, r.seen_until, {IN_FORCE} FROM coupling_permission r
WHERE r.consumer_key = :consumer AND r.address_key = :address AND r.contract = :contract AND r.seen_from <= :at
ORDER BY CASE WHEN {IN_FORCE} THEN 1 ELSE 0 END DESC, r.seen_until DESC, r.valid_until DESC, r.id DESC LIMIT 1
"""
_KNOWN: Final = "SELECT 1 FROM coupling_permission WHERE consumer_key = :consumer LIMIT 1"


class PermissionThen(NamedTuple):
    """A permission, and whether it was in force."""

    permission: Permission
    in_force: bool


def permissions_seen_last(reader: Reader, addresses: Iterable[str] | None = None) -> Iterator[tuple[int, Permission]]:
    """List the permissions last seen, with numbers, at addresses or all."""
    places, wanted = bound("address", map(address_key, addresses or ()))
    of = "" if addresses is None else f"AND address_key IN ({places})"
    for number, *permission in reader.rows(_SEEN.format(addresses=of), **wanted):
        yield number, Permission(*permission)


def consumer_known(reader: Reader, consumer: str) -> bool:
    """Tell whether any snapshot had a permission for the consumer."""
    return reader.row(_KNOWN, consumer=address_key(consumer)) is not None


def permission_holding(
    reader: Reader, consumer: str, addresses: Iterable[str], contract: str, at: int
) -> PermissionThen | None:
    """Return a consumer's permission in force, at the first of the addresses that has one, else the last known."""
    keys = dict.fromkeys(map(address_key, addresses))
    found = [held for key in keys if (held := _permission_at(reader, address_key(consumer), key, contract, at))]
    return next((held for held in found if held.in_force), found[0] if found else None)


def _permission_at(reader: Reader, consumer: str, address: str, contract: str, at: int) -> PermissionThen | None:
    """Return a permission in force or last known; one that has left TAK ends with the snapshot that lacks it."""
    row = reader.row(_PERMISSION_AT, consumer=consumer, address=address, contract=contract, at=at)
    if row is None:
        return None
    *told, seen_until, in_force = row
    permission = Permission(*told)
    ended = permission._replace(ends=min(permission.ends, seen_until)) if seen_until <= at else permission
    return PermissionThen(ended, bool(in_force))
