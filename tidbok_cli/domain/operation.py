"""Operations' outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tidbok_cli.domain.basis import BasisThen
    from tidbok_cli.domain.case import Case
    from tidbok_cli.domain.relation import Event
    from tidbok_cli.domain.slot import SlotThen


@dataclass(frozen=True, slots=True)
class OperationEvent:
    """A relation event that was recorded, or voided; instants in seconds UTC."""

    id: int
    resident: str
    unit: str
    event: Event
    occurred_at: int
    voided_at: int | None = None


@dataclass(frozen=True, slots=True)
class OperationMessage:
    """An inbox message that was sent; `sent_at` in seconds UTC."""

    kind: str
    resident: str
    unit: str
    label: str | None
    sent_at: int


@dataclass(frozen=True, slots=True)
class OperationDone:
    """An outcome; `changed` is false where all was so already.

    `replaces` is the booking that was moved; `slot` the time that was taken, freed, published or withdrawn.
    """

    changed: bool
    booking: Case | None = None
    replaces: Case | None = None
    slot: SlotThen | None = None
    events: tuple[OperationEvent, ...] = ()
    messages: tuple[OperationMessage, ...] = ()


@dataclass(frozen=True, slots=True)
class BasisDone:
    """A basis at the moment; `changed` is false where so already."""

    changed: bool
    basis: BasisThen
    at: int
