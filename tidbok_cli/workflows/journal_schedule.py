"""Questions about a resident's booked times, as 1177 asks them (domain, *How 1177 asks*)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.journal import JournalQuestion

if TYPE_CHECKING:
    from tidbok_cli.workflows.journal_open import AskedAs

SCHEDULE: Final = "GetSubjectOfCareSchedule"


def schedule_of(address: str, asked_as: AskedAs, resident: str) -> JournalQuestion:
    """Ask an address about a resident's booked times."""
    return JournalQuestion(SCHEDULE, address, *asked_as, resident=resident)
