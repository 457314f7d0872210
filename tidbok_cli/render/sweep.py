"""`sweep`: its rows and its summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidbok_cli.domain.sweep import NewsCount, SavedSweepShown, SweepNews, SweepVerdict, Swept, VerdictCount
from tidbok_cli.domain.times import iso
from tidbok_cli.i18n import marked as _
from tidbok_cli.render import words
from tidbok_cli.render.columns import Column, Rank
from tidbok_cli.render.output import Format, TextMemo, cell, dumps, print_cells, print_objects, print_rows, quoted
from tidbok_cli.render.words import word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    Column("verdict", _("Shown"), told=word("verdict", words.IS_SHOWN)),
    Column("reasons", _("Reasons"), Rank.NAME),
    Column("code", _("Code"), whole=True),
    Column("start", _("Start"), Rank.LEAST, words.moment("start"), whole=True),
    Column("resident", _("Resident"), Rank.LEAST, whole=True),
)
NEWS = (*SWEPT, Column("before", _("Verdict before")), Column("before_reasons", _("Reasons before")))
_BEFORE = (
    Column("before", _("Before"), told=word("before", words.IS_SHOWN)),
    Column("before_reasons", _("Reasons before")),
)
NEWS_TABLE = (*SWEPT_TABLE[:4], *_BEFORE, *SWEPT_TABLE[4:])
SAVED = (
    Column("name", _("Name"), Rank.NAME),
    Column("at", _("As of"), told=words.moment("at"), whole=True),
    Column("bookings", _("Bookings")),
    Column("units", _("Clinics")),
    Column("from", _("From")),
    Column("to", _("To")),
    Column("all", _("Every booking")),
    Column("saved_at", _("Saved"), Rank.LEAST, words.moment("saved_at"), whole=True),
    Column("actor", _("By"), Rank.LEAST),
)
COUNTED = (
    Column("verdict", _("Verdict")),
    Column("reasons", _("Reasons")),
    Column("bookings", _("Bookings")),
)
COUNTED_TABLE = (
    Column("bookings", _("Bookings"), Rank.NAME),
    Column("verdict", _("Shown"), told=word("verdict", words.IS_SHOWN)),
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
    text, moment, end = TextMemo(quoted), TextMemo(iso), TextMemo(_ending)
    return (
        f'{{"unit": {text[unit]}, "booking": {quoted(booking)}, "resident": {quoted(resident)}, "code": {text[code]}, '
        f'"start": "{moment[start]}", {end[judged]}'
        for _id, unit, booking, resident, code, start, judged in rows
    )


def _ending(judged: SweepVerdict) -> str:
    return f'"verdict": {dumps(str(judged.verdict))}, "reasons": {dumps(judged.reasons)}}}'


def _cells(rows: Iterable[Swept]) -> Iterator[tuple[str, ...]]:
    """The cells of each row."""
    safe, moment = TextMemo(cell), TextMemo(iso)
    end = TextMemo[SweepVerdict, tuple[str, str]](lambda judged: (str(judged.verdict), cell(judged.reasons)))
    return (
        (safe[unit], cell(booking), cell(resident), safe[code], moment[start], *end[judged])
        for _id, unit, booking, resident, code, start, judged in rows
    )


def news_value(news: SweepNews) -> dict[str, Any]:
    """A row of `sweep --since`: as a sweep has it, and what was said before."""
    return _value(news.now) | _before_value(news.before)


def _before_value(before: SweepVerdict | None) -> dict[str, Any]:
    if before is None:
        return {"before": None, "before_reasons": ()}
    return {"before": str(before.verdict), "before_reasons": before.reasons}


def news_counted_value(row: NewsCount) -> dict[str, Any]:
    """A row of `sweep --since --summary`."""
    told = {"verdict": str(row.now.verdict), "reasons": row.now.reasons}
    return told | _before_value(row.before) | {"bookings": row.bookings}


def saved_value(saved: SavedSweepShown) -> dict[str, Any]:
    """A row of `sweep --saved`."""
    moments = {"at": iso(saved.at), "saved_at": iso(saved.saved_at)}
    told = {"name": saved.name, "actor": saved.actor, "bookings": saved.bookings} | moments | dict(saved.extent)
    return {column.key: told[column.key] for column in SAVED}


def counted_value(row: VerdictCount) -> dict[str, Any]:
    """A row of `sweep --summary`."""
    return {"verdict": str(row.verdict), "reasons": row.reasons, "bookings": row.bookings}
