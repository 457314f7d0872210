"""Faults of the store: for which one may try again later (contract, section 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.errors import BadInput, Busy, TidbokError

if TYPE_CHECKING:
    from tidbok_cli.store.address import Address

LATER: Final = frozenset((
    "store.locked",
    "store.replaced",
    "store.lost",
    "store.lost_at_commit",
    "store.limit",
    "store.cancelled",
    "store.recovery_conflict",
    "store.overtaken",
    "store.crowded",
    "store.not_now",
    "store.no_answer",
    "store.no_primary",
    "store.read_only",
    "store.standby",
))  # fmt: skip
"""Faults that may be over by themselves: exit status 75."""


READ_ONLY: Final = frozenset((
    "store.read_only",
    "store.standby",
    "store.mount",
    "store.file_mode",
    "store.file_of_another",
    "store.folder_mode",
    "store.folder_of_another",
))  # fmt: skip
"""Faults of a store that can be read, and not written, by this user or by anybody."""


def fault(code: str, address: Address, **params: Any) -> TidbokError:
    """The error of a code, of the kind that its exit status asks for."""
    return (Busy if code in LATER else BadInput)(code, store=str(address), **params)
