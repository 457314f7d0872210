"""`sweep`: its rows and its summary."""

from collections.abc import Iterable, Iterator
from typing import Any

from tidbok_cli.domain.news import News, NewsCounted, Saved
from tidbok_cli.domain.outcomes.answers import Counted, Judged, Swept
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
NEWS = (*SWEPT, Column("before", _("Verdict before")), Column("before_reasons", _("Reasons before")))
_BEFORE = (
    Column("before", _("Before"), told=word("before", texts.IS_SHOWN)),
    Column("before_reasons", _("Reasons before")),
)
NEWS_TABLE = (*SWEPT_TABLE[:4], *_BEFORE, *SWEPT_TABLE[4:])
SAVED = (
    Column("name", _("Name"), Rank.NAME),
    Column("at", _("As of"), told=wording.moment("at"), whole=True),
    Column("bookings", _("Bookings")),
    Column("units", _("Clinics")),
    Column("from", _("From")),
    Column("to", _("To")),
    Column("all", _("Every booking")),
    Column("saved_at", _("Saved"), Rank.LEAST, wording.moment("saved_at"), whole=True),
    Column("actor", _("By"), Rank.LEAST),
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
NEWS_COUNTED = (*COUNTED[:2], *NEWS[-2:], COUNTED[2])
NEWS_COUNTED_TABLE = (*COUNTED_TABLE, *_BEFORE)


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


def news_value(news: News) -> dict[str, Any]:
    """A row of `sweep --since`: as a sweep has it, and what was said before."""
    return _value(news.now) | _before_value(news.before)


def _before_value(before: Judged | None) -> dict[str, Any]:
    if before is None:
        return {"before": None, "before_reasons": ()}
    return {"before": str(before.verdict), "before_reasons": before.reasons}


def news_counted_value(row: NewsCounted) -> dict[str, Any]:
    """A row of `sweep --since --summary`."""
    told = {"verdict": str(row.now.verdict), "reasons": row.now.reasons}
    return told | _before_value(row.before) | {"bookings": row.bookings}


def saved_value(saved: Saved) -> dict[str, Any]:
    """A row of `sweep --saved`."""
    moments = {"at": iso(saved.at), "saved_at": iso(saved.saved_at)}
    told = {"name": saved.name, "actor": saved.actor, "bookings": saved.bookings} | moments | dict(saved.extent)
    return {column.key: told[column.key] for column in SAVED}


def counted_value(row: Counted) -> dict[str, Any]:
    """A row of `sweep --summary`."""
    return {"verdict": str(row.verdict), "reasons": row.reasons, "bookings": row.bookings}
