"""The facts on which a verdict rests, gathered by one query (store/read/facts.py)."""

# Unlike elsewhere, annotations are no texts here: every question loads these tuples, and typing would compile each.

from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from itertools import compress, repeat
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

from tidbok_cli.domain.times import HOUR

if TYPE_CHECKING:
    from tidbok_cli.domain.region import Policy

T = TypeVar("T")

SHOWN_AFTER_START: Final = 2 * HOUR
"""S20: shown while `at < start + 2 h`, in elapsed seconds."""


class Action(StrEnum):
    """A resident's wishes, each one of the four services (S1 … S4)."""

    SHOW = "show"
    CANCEL = "cancel"
    REBOOK = "rebook"
    BOOK = "book"


class BookingStatus(StrEnum):
    """Stages in a booking's life at a moment."""

    NOT_YET_MADE = "not_yet_made"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    REBOOKED = "rebooked"


class CalendarState(StrEnum):
    """The unit's coupling to the calendar of the booking or slot (S22)."""

    MISSING = "missing"
    OTHER = "other"
    FOUND = "found"


class BasisState(StrEnum):
    """States of the booking basis that a restricted time asks for (S5)."""

    VALID = "valid"
    NONE = "none"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    USED = "used"


class SlotState(StrEnum):
    """States of the published time that is to be booked (S4)."""

    FREE = "free"
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"
    OVER = "over"
    OTHER_UNIT = "other_unit"
    OTHER_SERVICE = "other_service"


class JournalState(StrEnum):
    """A journal's word on a booking and on what is asked to be done with it (contract, section 5)."""

    OFFERED = "offered"
    NOT_OFFERED = "not_offered"
    NOT_ALLOWED = "not_allowed"
    SILENT = "silent"
    BREACH = "breach"


class Facts(NamedTuple):
    """All that decides about one booking or slot at one moment.

    None: no version in force (`unit_…`), no mapping (`mapped_…`), no TAK snapshot (`routed`), no slot in question
    (`slot`), no journal asked (`journal`). The first group comes from the query, in its order; the second from the
    region's policy; the third only where the action needs it, or the journal was asked.
    """

    life: str = BookingStatus.BOOKED
    over: bool = False  # S20: two hours or more past the start
    late: bool = False  # past the mapping's deadline; for a slot, past its start
    unit_show: bool | None = None
    unit_cancel: bool | None = None
    unit_rebook: bool | None = None
    unit_book: bool | None = None
    calendar: str = CalendarState.MISSING
    mapped_show: bool | None = None
    mapped_cancel: bool | None = None
    mapped_rebook: bool | None = None
    mapped_book: str | None = None  # no | open | basis (S5)
    relation: str | None = None  # domain/relation.py; None where no event of the pair is known at all
    routed: bool | None = None  # whether TAK routes all the contracts that the action needs

    relation_required: bool = True
    relation_data_partial: bool = False
    require_verified_coupling: bool = False

    basis: str = BasisState.NONE
    slot: str | None = None
    journal: str | None = None


SweptWith = tuple[int, str, str, str, str, int, T]
"""Number in the store, unit, id, resident, code, start (seconds UTC), judgement.

A plain tuple, since there may be a million.
"""


class SweptLot(NamedTuple, Generic[T]):
    """Some of a unit's bookings, in columns: a tuple for each takes longer; `numbers` where they were asked for."""

    unit: str
    bookings: Sequence[str]
    residents: Sequence[str]
    codes: Sequence[str]
    starts: Sequence[int]
    judged: Sequence[T]
    numbers: Sequence[int] = ()

    @property
    def rows(self) -> Iterator[SweptWith[T]]:
        """Its bookings one by one, each without a number as 0."""
        return zip(
            self.numbers or repeat(0), repeat(self.unit), self.bookings, self.residents, self.codes, self.starts,
            self.judged, strict=False,
        )  # fmt: skip

    def only(self, wanted: Collection[T]) -> "SweptLot[T]":
        """Leave out those that are judged otherwise."""
        kept = [each in wanted for each in self.judged]
        columns: Iterator[Any] = (tuple(compress(column, kept)) for column in self[1:])
        return SweptLot(self.unit, *columns)


class PolicyFacts(NamedTuple):
    """The policy's part of the facts, in their order."""

    relation_required: bool
    relation_data_partial: bool
    require_verified_coupling: bool


class Question(NamedTuple):
    """The moment (seconds UTC), policy and needed contracts of a question."""

    at: int
    standing: PolicyFacts
    contracts: tuple[str, ...]


def policy_facts(policy: "Policy", at: int) -> PolicyFacts:
    """Return the policy's part of the facts at the moment."""
    return PolicyFacts(
        policy.relation_required(at),
        policy.relation_data_partial,
        policy.require_verified_coupling,
    )
