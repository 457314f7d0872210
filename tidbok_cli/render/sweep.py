"""`sweep`: its rows and its summary."""

from __future__ import annotations

from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from tidbok_cli.domain.times import iso
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import words
from tidbok_cli.render.check_names import REASON_CODES
from tidbok_cli.render.columns import CLINIC, INSTANT, LABEL, SAID, Column, Listing, Rank, coded
from tidbok_cli.render.lines import say, visible
from tidbok_cli.render.output import (
    Format,
    TextMemo,
    cell,
    cell_of,
    dumps,
    print_cells,
    print_object_lots,
    quoted,
    quoted_within,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tidbok_cli.domain.sweep import CancelledCount, SweepVerdict, Swept, SweptBooking

_SHOWN = coded({**words.IS_SHOWN, "allowed": words.IS_SHOWN["shown"], "denied": words.IS_SHOWN["hidden"]})

SWEPT = (
    Column("unit", _m("HSA-id"), itemgetter(1), rank=Rank.NAME),
    Column("booking", _m("Booking"), itemgetter(2), rank=Rank.NAME),
    Column("resident", _m("Resident"), itemgetter(3), rank=Rank.LEAST, whole=True),
    Column("code", _m("Code"), itemgetter(4), whole=True),
    Column("start", _m("Start"), itemgetter(5), INSTANT, Rank.LEAST),
    Column("verdict", _m("Shown"), lambda row: row[6].verdict, _SHOWN),
    Column("reasons", _m("Reasons"), lambda row: row[6].reasons, REASON_CODES, Rank.NAME),
)
SWEEP = Listing(_m("for each booking"), SWEPT, none=_m("There are no such bookings."))
SWEEP_NAMED = SWEEP.named("unit", CLINIC, "booking", "verdict", "reasons", "code", LABEL, "start", "resident")
"""Columns for people, of rows with names."""
_BEFORE = (
    Column(
        "before",
        _m("Before"),
        lambda news: news.before.verdict if news.before else None,
        _SHOWN,
        note=_m("the former verdict, null where it was not there"),
    ),
    Column(
        "before_reasons", _m("Reasons before"), lambda news: news.before.reasons if news.before else (), REASON_CODES
    ),
)
NEWS = Listing(
    _m("with --since, for each booking"),
    (*(column.within(attrgetter("now")) for column in SWEPT), *_BEFORE),
)
NEWS_NAMED = NEWS.named(
    "unit", CLINIC, "booking", "verdict", "reasons", "before", "before_reasons", "code", LABEL, "start", "resident"
)
_COUNT = Column("bookings", _m("Bookings"), rank=Rank.NAME)
COUNTED = Listing(
    _m("with --summary, for each verdict with its reasons"),
    (
        Column("verdict", _m("Shown"), kind=_SHOWN),
        Column("reasons", _m("Reasons"), kind=REASON_CODES, rank=Rank.NAME),
        _COUNT,
    ),
    shown=("bookings", "verdict", "reasons"),
    none=_m("There are no such bookings."),
)
NEWS_COUNTED = Listing(
    _m("with --since --summary, for each verdict with its reasons"),
    (*(column.within(attrgetter("now")) for column in COUNTED.columns[:2]), *_BEFORE, _COUNT),
    shown=("bookings", "verdict", "reasons", "before", "before_reasons"),
)
SAVED = Listing(
    _m("with --saved and --forget, for each saved sweep"),
    (
        Column("name", _m("Name"), rank=Rank.NAME),
        Column("at", _m("As of"), kind=INSTANT),
        Column("bookings", _m("Bookings")),
        Column("units", _m("Clinics"), lambda saved: saved.extent["units"]),
        Column("from", _m("From"), lambda saved: saved.extent["from"]),
        Column("to", _m("To"), lambda saved: saved.extent["to"]),
        Column("all", _m("Every booking"), lambda saved: saved.extent["all"]),
        Column("saved_at", _m("Saved"), kind=INSTANT, rank=Rank.LEAST),
        Column("actor", _m("By"), kind=SAID, rank=Rank.LEAST),
    ),
    none=_m("No sweep is saved."),
)


def asked(listing: Listing, action: str) -> Listing:
    """The list by the action asked about: “Allowed” where that is not to show."""
    allowed = _m("Allowed")
    titled = (each._replace(title=allowed) if each.key == "verdict" else each for each in listing.columns)
    return listing if action == "show" else listing._replace(columns=tuple(titled))


def print_cancelled(counts: Sequence[CancelledCount]) -> None:
    """Print on stderr, in one line, the bookings that imports have cancelled since a saved sweep."""
    if not counts:
        return
    units = ", ".join(f"{visible(each.unit)} {each.cancelled}" for each in counts)
    cancelled, absent = (sum(column) for column in zip(*(each[1:] for each in counts), strict=True))
    said = _(
        "Since then imports have cancelled bookings: {cancelled}, of which a whole file lacked {absent} ({units})."
    )
    say(said.format(cancelled=cancelled, absent=absent, units=units))


def print_swept(lots: Iterable[Swept], form: Format) -> None:
    """Print a sweep for programs (contract, section 4), from pieces that repeat."""
    if form in (Format.JSON, Format.NDJSON):
        print_object_lots(_objects(lots), form)
    elif form is Format.CSV:
        print_cells(SWEEP.keys, _cells(row for lot in lots for row in lot.rows))


def _objects(lots: Iterable[Swept]) -> Iterator[list[str]]:
    """Rows as `dumps` would have them, by the columns SWEPT."""
    moment, end = TextMemo(iso), TextMemo(_ending)
    for lot in lots:
        columns = (
            quoted_within(lot.bookings),
            quoted_within(lot.residents),
            quoted_within(lot.codes),
            map(moment.__getitem__, lot.starts),
            map(end.__getitem__, lot.judged),
        )
        before = f'{{"unit": {quoted(lot.unit)}, "booking": "'
        yield [
            f'{before}{booking}", "resident": "{resident}", "code": "{code}", "start": "{start}", {ending}'
            for booking, resident, code, start, ending in zip(*columns, strict=True)
        ]


def _ending(judged: SweepVerdict) -> str:
    return f'"verdict": {dumps(str(judged.verdict))}, "reasons": {dumps(judged.reasons)}}}'


def _cells(rows: Iterable[SweptBooking]) -> Iterator[tuple[str, ...]]:
    """The cells of each row."""
    named = cell_of("booking")
    safe, moment, code_of = TextMemo(cell), TextMemo(iso), TextMemo(cell_of("code"))
    end = TextMemo["SweepVerdict", tuple[str, str]](lambda judged: (str(judged.verdict), cell(judged.reasons)))
    return (
        (safe[unit], named(booking), cell(resident), code_of[code], moment[start], *end[judged])
        for _id, unit, booking, resident, code, start, judged in rows
    )
