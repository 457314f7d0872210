"""`sweep`: its rows and its summary."""

from collections.abc import Iterable, Iterator
from typing import Any

from tidbok_cli.domain.outcomes import Counted, Judged, Swept
from tidbok_cli.domain.times import iso
from tidbok_cli.i18n import marked as _
from tidbok_cli.render import texts, wording
from tidbok_cli.render.output import (
    Column,
    Format,
    Memo,
    Rank,
    cell,
    dumps,
    print_cells,
    print_objects,
    print_rows,
    quoted,
)
from tidbok_cli.render.wording import word

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
    Column("start", _("Start"), Rank.LEAST, wording.moment("start"), whole=True),
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


def print_swept(rows: Iterable[Swept], form: Format) -> None:
    """The rows of `sweep` (contract, section 4); for programs, a million of them are put together from what repeats."""
    if form in (Format.JSON, Format.NDJSON):
        print_objects(_objects(rows), form)
    elif form is Format.CSV:
        print_cells((column.key for column in SWEPT), _cells(rows))
    else:
        print_rows(SWEPT, map(_value, rows), form, SWEPT_TABLE)


def _value(row: Swept) -> dict[str, Any]:
    _id, unit, booking, resident, code, start, judged = row
    return {
        "unit": unit,
        "booking": booking,
        "resident": resident,
        "code": code,
        "start": iso(start),
        "verdict": str(judged.verdict),
        "reasons": judged.reasons,
    }


def _objects(rows: Iterable[Swept]) -> Iterator[str]:
    """What `dumps` says of each row's value."""
    text, moment, end = Memo(quoted), Memo(iso), Memo(_ending)
    return (
        f'{{"unit": {text[unit]}, "booking": {quoted(booking)}, "resident": {quoted(resident)}, "code": {text[code]}, '
        f'"start": "{moment[start]}", {end[judged]}'
        for _id, unit, booking, resident, code, start, judged in rows
    )


def _ending(judged: Judged) -> str:
    return f'"verdict": {dumps(str(judged.verdict))}, "reasons": {dumps(judged.reasons)}}}'


def _cells(rows: Iterable[Swept]) -> Iterator[tuple[str, ...]]:
    """The cells of each row."""
    safe, moment = Memo(cell), Memo(iso)
    end = Memo[Judged, tuple[str, str]](lambda judged: (str(judged.verdict), cell(judged.reasons)))
    return (
        (safe[unit], cell(booking), cell(resident), safe[code], moment[start], *end[judged])
        for _id, unit, booking, resident, code, start, judged in rows
    )


def counted_value(row: Counted) -> dict[str, Any]:
    """A row of `sweep --summary`."""
    return {"verdict": str(row.verdict), "reasons": row.reasons, "bookings": row.bookings}
