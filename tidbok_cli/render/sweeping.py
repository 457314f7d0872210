"""`sweep`: its rows and its summary."""

from typing import Any

from tidbok_cli.domain.outcomes import Counted, Swept
from tidbok_cli.domain.times import iso
from tidbok_cli.i18n import marked as _
from tidbok_cli.render import texts, values
from tidbok_cli.render.output import Column, Rank
from tidbok_cli.render.wording import moment, word

SWEPT = (
    Column("unit", _("Unit")),
    Column("booking", _("Booking")),
    Column("resident", _("Resident")),
    Column("code", _("Code")),
    Column("start", _("Start")),
    Column("verdict", _("Verdict")),
    Column("reasons", _("Reasons")),
)
SWEPT_TABLE = (
    Column("unit", _("Unit"), Rank.NAME),
    Column("booking", _("Booking"), Rank.NAME),
    Column("verdict", _("Shown"), told=word("verdict", texts.IS_SHOWN)),
    Column("reasons", _("Reasons"), Rank.NAME),
    Column("code", _("Code"), whole=True),
    Column("start", _("Start"), Rank.LEAST, moment("start"), whole=True),
    Column("resident", _("Resident"), Rank.LEAST, whole=True),
)
COUNTED = (
    Column("verdict", _("Verdict")),
    Column("reasons", _("Reasons")),
    Column("bookings", _("Bookings")),
)
COUNTED_TABLE = (
    Column("bookings", _("Bookings"), Rank.NAME),
    Column("verdict", _("Shown"), told=word("verdict", texts.IS_SHOWN)),
    Column("reasons", _("Reasons"), Rank.NAME),
)


def swept_value(row: Swept, *, reveal: bool) -> dict[str, Any]:
    """A row of `sweep` (contract, section 4)."""
    return {
        "unit": row.unit,
        "booking": row.booking,
        "resident": values.resident(row.resident, reveal=reveal),
        "code": row.code,
        "start": iso(row.start),
        "verdict": str(row.verdict),
        "reasons": row.reasons,
    }


def counted_value(row: Counted) -> dict[str, Any]:
    """A row of `sweep --summary`."""
    return {"verdict": str(row.verdict), "reasons": row.reasons, "bookings": row.bookings}
