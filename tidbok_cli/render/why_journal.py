"""A journal's word on a booking, in the words of `why`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.journal_outcome import told
from tidbok_cli.i18n import _, ngettext
from tidbok_cli.render.journal import breach_told, fix, message
from tidbok_cli.render.moments import moment

if TYPE_CHECKING:
    from tidbok_cli.domain.journal_heard import JournalHeard


def heard_fields(heard: JournalHeard) -> dict[str, str]:
    """Fields that the sentences of the check `journal` may name."""
    answer, said = heard.answer, told(heard.answer)
    times = ngettext(
        "of the resident's times it told of {count}, not of this one",
        "of the resident's times it told of {count}, not of this one",
        len(answer.slots),
    )
    return {
        "journal_times": times.format(count=len(answer.slots)) if answer.slots else _("it told of no time at all"),
        "journal_code": answer.code or next(iter(answer.failed.values()), str(answer.result)),
        "journal_said": message(said),
        "journal_fix": fix(said) or "",
        "journal_start": moment(heard.starts_elsewhere_at),
        "journal_breaches": "; ".join(map(breach_told, heard.breaches)),
        "correlation_id": answer.correlation_id or "–",
    }
