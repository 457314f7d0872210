"""Questions to a journal over the national platform, and its answers (contract, section 5)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.checks import Actor
from tidbok_cli.domain.times import FIRST, HOUR
from tidbok_cli.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping


ENDS_SOON: Final = 30 * 24 * HOUR
"""Seconds before the client certificate's end from which it is warned of."""

WRITES: Final = ("MakeBooking", "UpdateBooking", "CancelBooking")
"""Contracts that change the journal."""


class ActorType(StrEnum):
    """Who asks, in the header `Actor`: a test resident as 1177 does, else somebody on behalf of one."""

    RESIDENT = "subject_of_care"
    AGENT = "subject_of_care_agent"


class JournalQuestion(NamedTuple):
    """One call; `contract` by short name, `address` as the unit's file writes it, in header and body alike.

    `resident`: 12 characters, `booking`: an id, where the contract asks for them. `slot`: the time wanted, in
    MakeBooking and UpdateBooking; in GetAvailableDates and GetAvailableTimeslots the days, both included, and the code.
    """

    contract: str
    address: str
    actor: str
    actor_type: ActorType
    resident: str | None = None
    booking: str | None = None
    slot: JournalSlot | None = None

    @property
    def is_write(self) -> bool:
        """Whether it changes the journal, so that it must not be asked twice."""
        return self.contract in WRITES


class JournalSlot(NamedTuple):
    """A `timeslotDetail`; instants in seconds UTC, None for what is absent or cannot be read.

    An absent boolean is false. `unit` and `resident` as written. Of GetAvailableDates, `start` is the day's midnight.
    """

    unit: str
    booking_id: str | None = None
    resident: str | None = None
    start: int | None = None
    end: int | None = None
    code: str | None = None
    care_type: str | None = None
    name: str | None = None
    cancel: bool = False
    rebook: bool = False
    invitation: bool = False
    performer: str | None = None
    resource: str | None = None


class JournalType(NamedTuple):
    """A time type or care type that a unit has, as GetAllTimeTypes or GetAllCareTypes tells it."""

    code: str
    kind: str
    name: str


class Breach(NamedTuple):
    """A place where an answer breaks the contract.

    `code` of the renderer, the element, and its value without person numbers. `slot`: the number of the answer's slot
    that it is in, from 0; None of the whole answer.
    """

    code: str
    element: str
    value: str = ""
    slot: int | None = None


class JournalResult(StrEnum):
    """How a call ended; a refusal is the platform's, a fault the producer's."""

    ANSWERED = "answered"
    REFUSED = "refused"
    FAULT = "fault"
    SILENT = "silent"
    UNREADABLE = "unreadable"
    NOT_ASKED = "not_asked"


class JournalAnswer(NamedTuple):
    """One question's answer, or why there is none.

    `code`: the platform's (`VP007`), `fault`, or the renderer's for what happened on the way (`time_out`, `dropped`,
    `tls`, …); None where all is well. `detail`: the other side's own text, masked. `failed`: producers behind an
    aggregated answer that did not answer, with the platform's word. `outcome`: `resultCode` and its text, where the
    contract has them; INFO is a success whose text must be shown; `booking`: the new one's id.
    `seconds`: from the call to the last byte; `producer_seconds`: by the platform's header `x-skltp-prt`. `body`: as
    received. `consumer`: the HSA-id that asked; `is_configured`: whether the address is a clinic's that is in force or
    has a file.
    """

    question: JournalQuestion
    result: JournalResult
    code: str | None = None
    detail: str = ""
    slots: tuple[JournalSlot, ...] = ()
    types: tuple[JournalType, ...] = ()
    breaches: tuple[Breach, ...] = ()
    failed: Mapping[str, str] = {}
    outcome: str | None = None
    outcome_text: str = ""
    booking: str | None = None
    seconds: float | None = None
    producer_seconds: float | None = None
    correlation_id: str | None = None
    body: bytes = b""
    consumer: str = ""
    is_configured: bool = True

    @property
    def said(self) -> str:
        """The other side's own text, else the platform's words about the producers that did not answer."""
        return self.detail or "; ".join(f"{producer}: {word}" for producer, word in self.failed.items())


class Consumer(NamedTuple):
    """Our own side: the HSA-id of the client certificate's subject, and when it holds, in seconds UTC."""

    hsa_id: str
    valid_until: int
    valid_from: int = FIRST

    def doubt(self, at: int) -> Problem | None:
        """Return what is wrong with the certificate at that moment.

        That it ends soon is a warning.
        """
        if at >= self.valid_until:
            return Problem("journal.certificate_over", {"until_at": self.valid_until})
        if at < self.valid_from:
            return Problem("journal.certificate_not_yet", {"from_at": self.valid_from})
        if at >= self.valid_until - ENDS_SOON:
            return Problem("journal.certificate_ends", {"until_at": self.valid_until}, warning=True)
        return None


ON_THE_WAY: Final = (
    # nothing came: nobody is there, or no answer in time
    "unknown_host", "unreachable", "dropped", "time_out", "empty", "all_failed",
    # TLS: the server is not who it should be, it refuses our certificate, anything else
    "server_certificate", "certificate", "tls",
    # what came is no message of the contract
    "redirect", "status", "content_type", "too_large", "encoding", "cut_off", "no_http", "malformed", "doctype",
    "no_soap", "no_message",
    # a write that may have been done
    "outcome_unknown",
)  # fmt: skip
"""Codes of answers that are silent or unreadable, besides the platform's and `fault`."""

BREACHES: Final = (
    "short_time", "time", "ends_first", "empty", "missing", "twice", "id_twice", "other_unit", "other_resident",
    "boolean", "performer", "value",
)  # fmt: skip
"""Codes of a Breach: a time without seconds, any other that is none, an end before its start; an element that is empty,
missing or there twice; an id twice; another unit's or resident's slot; no boolean, no HSA-id, no value of the contract.
"""

OURS: Final = ("VP001", "VP003", "VP011", "VP013", "VP014", "VP015")
"""The platform's words for a mistake of the asker's: a bug, or the configuration."""

PASSING: Final = ("VP008", "VP012")
"""The platform itself is without TAK or resources: try again later."""

ACTOR_OF: Final[Mapping[str, Actor | None]] = {
    **dict.fromkeys(OURS, None),
    "VP002": None,
    **dict.fromkeys(
        ("VP004", "VP005", "VP006", "VP007", "VP008", "VP009", "VP010", "VP012"), Actor.REGIONAL_ADMINISTRATION
    ),
}
"""Who can act on the platform's codes (S28); None: who runs the program, or holds its certificate."""
