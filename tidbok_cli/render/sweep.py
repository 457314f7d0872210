"""`sweep`: its rows and its summary."""

from __future__ import annotations

from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from tidbok_cli.domain.times import iso
from tidbok_cli.i18n import marked as _
from tidbok_cli.render import words
from tidbok_cli.render.columns import INSTANT, Column, Listing, Rank, coded
from tidbok_cli.render.output import Format, TextMemo, cell, dumps, print_cells, print_objects, print_rows, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tidbok_cli.domain.sweep import SweepVerdict, Swept

_SHOWN = coded(words.IS_SHOWN)

SWEPT = (
    Column("unit", _("Unit"), itemgetter(1), rank=Rank.NAME),
    Column("booking", _("Booking"), itemgetter(2), rank=Rank.NAME),
    Column("resident", _("Resident"), itemgetter(3), rank=Rank.LEAST, whole=True),
    Column("code", _("Code"), itemgetter(4), whole=True),
    Column("start", _("Start"), itemgetter(5), INSTANT, Rank.LEAST),
    Column("verdict", _("Shown"), lambda row: row[6].verdict, _SHOWN),
    Column("reasons", _("Reasons"), lambda row: row[6].reasons, rank=Rank.NAME),
)
SWEEP = Listing(
    _("for each booking"), SWEPT, shown=("unit", "booking", "verdict", "reasons", "code", "start", "resident")
)
_BEFORE = (
    Column(
        "before",
        _("Before"),
        lambda news: news.before.verdict if news.before else None,
        _SHOWN,
        note=_("the former verdict, null where it was not there"),
    ),
    Column("before_reasons", _("Reasons before"), lambda news: news.before.reasons if news.before else ()),
)
NEWS = Listing(
    _("with --since, for each booking"),
    (*(column.within(attrgetter("now")) for column in SWEPT), *_BEFORE),
    shown=("unit", "booking", "verdict", "reasons", "before", "before_reasons", "code", "start", "resident"),
)
_COUNT = Column("bookings", _("Bookings"), rank=Rank.NAME)
COUNTED = Listing(
    _("with --summary, for each verdict with its reasons"),
    (
        Column("verdict", _("Shown"), kind=_SHOWN),
        Column("reasons", _("Reasons"), rank=Rank.NAME),
        _COUNT,
    ),
    shown=("bookings", "verdict", "reasons"),
)
NEWS_COUNTED = Listing(
    _("with --since --summary, for each verdict with its reasons"),
    (*(column.within(attrgetter("now")) for column in COUNTED.columns[:2]), *_BEFORE, _COUNT),
    shown=("bookings", "verdict", "reasons", "before", "before_reasons"),
)
SAVED = Listing(
    _("with --saved and --forget, for each saved sweep"),
    (
        Column("name", _("Name"), rank=Rank.NAME),
        Column("at", _("As of"), kind=INSTANT),
        Column("bookings", _("Bookings")),
        Column("units", _("Clinics"), lambda saved: saved.extent["units"]),
        Column("from", _("From"), lambda saved: saved.extent["from"]),
        Column("to", _("To"), lambda saved: saved.extent["to"]),
        Column("all", _("Every booking"), lambda saved: saved.extent["all"]),
        Column("saved_at", _("Saved"), kind=INSTANT, rank=Rank.LEAST),
        Column("actor", _("By"), rank=Rank.LEAST),
    ),
)


def print_swept(rows: Iterable[Swept], form: Format) -> None:
    """Print a sweep (contract, section 4), for programs from pieces that repeat."""
    if form in (Format.JSON, Format.NDJSON):
        print_objects(_objects(rows), form)
    elif form is Format.CSV:
        print_cells(SWEEP.keys, _cells(rows))
    else:
        print_rows(SWEEP, rows, form)


def _objects(rows: Iterable[Swept]) -> Iterator[str]:
    """Rows as `dumps` would have them, by the columns SWEPT."""
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
    end = TextMemo["SweepVerdict", tuple[str, str]](lambda judged: (str(judged.verdict), cell(judged.reasons)))
    return (
        (safe[unit], cell(booking), cell(resident), safe[code], moment[start], *end[judged])
        for _id, unit, booking, resident, code, start, judged in rows
    )
