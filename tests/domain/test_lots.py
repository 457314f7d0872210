"""Lots of rows read a column at a time: as row by row, or not at all."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.people import ANNA, BO
from support.thorough import examples

from tidbok_cli.domain.booking_merge import unsaid_beginning, unsaid_beginnings
from tidbok_cli.domain.booking_rows import BOOKING, EVENT, IncomingBooking, booking_lot, booking_row, event_row
from tidbok_cli.domain.cells import CellParsers
from tidbok_cli.domain.import_doubts import TextDoubts
from tidbok_cli.domain.masks import count_with_number, has_number
from tidbok_cli.domain.spoilt import spoilt
from tidbok_cli.domain.text import is_plain

TODAY = date(2026, 11, 23)
AT = 1_795_000_000
TIMES = ("2026-12-01T09:00:00+01:00", "2026-07-01T09:30:15+02:00", "2026-12-01T09:00", "2026-10-25T02:30:00+02:00")
NO_TIMES = ("2026-12-01T09:00:00+02:00", "2026-10-25T02:30", "2026-03-29T02:30", "1914-01-01T12:00:00+01:00", "9.30")
RIGHT = {
    "booking_id": ("B-1", "B-2", "1-å", "2026-17", f"x{ANNA}"),
    "unit": ("SE2321000024-1A2B", "se2321000024-1a2b", "ogon"),
    "code": ("UPPF30", "uppf30", "Ny besök", "NYB\u00c3\u00a5"),
    "resident": (ANNA, BO),
    "start": TIMES,
    "end": ("", *TIMES),
    "status": ("", "booked", "cancelled", "rebooked"),
    "created_at": ("", *TIMES, "2026-11-01"),
    "ended_at": ("", *TIMES),
    "origin": ("", "clinic", "resident"),
    "calendar": ("", "T1"),
    "care_type": ("", "Besök", "besök"),
    "information": ("", "Kom i tid."),
    "meeting_link": ("", "https://video.example.se/1"),
    "event": ("clinic_added", "clinic_removed"),
    "occurred_at": TIMES,
}
WRONG = {
    "booking_id": ("", "x" * 201, "Err:502"),
    "unit": ("", "SE2321000024-", "SE2321000025-1A2B", "Ögon"),
    "code": ("", "y" * 201, "#REF!"),
    "calendar": ("1.5E+11",),
    "information": ("#SAKNAS!",),
    "resident": ("", "19861106-2384", "189001019802", "1912121", f"{ANNA}0"),
    "start": ("", "2026-12-01", *NO_TIMES),
    "end": NO_TIMES,
    "status": ("Booked", "gone"),
    "created_at": NO_TIMES,
    "ended_at": NO_TIMES,
    "origin": ("Clinic",),
    "meeting_link": ("http://video.example.se", "https://"),
    "event": ("", "added"),
    "occurred_at": ("", *NO_TIMES),
}
Table = dict[str, Sequence[str]]


def tables(required: Sequence[str], optional: Sequence[str]) -> st.SearchStrategy[Table]:
    """Tables of a few rows as columns, of which a few cells are wrong."""
    cells = {name: st.sampled_from(RIGHT[name] * 12 + WRONG.get(name, ())) for name in (*required, *optional)}
    columns = st.sets(st.sampled_from(optional)) if optional else st.just(set())
    return st.tuples(st.integers(1, 6), columns).flatmap(
        lambda drawn: st.fixed_dictionaries(
            {name: st.lists(cells[name], min_size=drawn[0], max_size=drawn[0]) for name in (*required, *drawn[1])}
        )
    )


BOOKINGS = tables(BOOKING.required, BOOKING.optional)


def rows_of(table: Table) -> list[dict[str, str]]:
    return [dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True)]


def any_spoilt(table: Table) -> bool:
    return any(spoilt(text) for column in table.values() for text in column)


@given(BOOKINGS, st.booleans())
@settings(max_examples=examples(200), deadline=None)
def test_a_lot_of_bookings_has_the_values_of_its_rows_or_is_doubted(table: Table, booked: bool) -> None:
    parsers, rows = CellParsers(TODAY, present_is_booked=booked), rows_of(table)
    parsed = [booking_row(row, 0, parsers) for row in rows]
    try:
        found = booking_lot(table, len(rows), parsers)
    except LookupError:
        assert any(problems for _, problems in parsed) or any_spoilt(table)
        return
    assert not any(problems for _, problems in parsed) and not any_spoilt(table)
    bookings = [value for value, _ in parsed if isinstance(value, IncomingBooking)]
    assert list(zip(*found, strict=True)) == [row[1:-3] for row in bookings]
    life = ("status", "created_at", "ended_at")
    statuses, created, ended = ([getattr(row, name) for row in bookings] for name in life)
    lives = unsaid_beginnings(statuses, created, ended, AT)
    assert list(zip(*lives, strict=True)) == [unsaid_beginning(row, AT) for row in bookings]


@given(tables(EVENT.required, ()))
@settings(max_examples=examples(100), deadline=None)
def test_a_lot_of_events_has_the_values_of_its_rows_or_is_doubted(table: Table) -> None:
    parsers, rows = CellParsers(TODAY), rows_of(table)
    parsed = [event_row(row, 0, parsers) for row in rows]
    try:
        found = EVENT.read_lot(table, len(rows), parsers)
    except LookupError:
        assert any(problems for _, problems in parsed)
        return
    assert list(zip(*found, strict=True)) == [value[1:-1] for value, problems in parsed if value and not problems]


@given(st.lists(BOOKINGS, min_size=1, max_size=4))
@settings(max_examples=examples(100), deadline=None)
def test_lots_are_doubted_as_their_rows_one_by_one(lots: list[Table]) -> None:
    """Also where some rows between them are read one by one."""
    by_row, by_lot = TextDoubts(), TextDoubts()
    for number, table in enumerate(lots):
        rows = rows_of(table)
        told = [(place, doubt) for place, row in enumerate(rows) for doubt in by_row.about(row)]
        if number % 2:
            assert [(place, doubt) for place, row in enumerate(rows) for doubt in by_lot.about(row)] == told
        else:
            assert list(by_lot.among(table)) == told


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        (("B-1", "B-2"), ("", ""), 0),
        (("B-1", f"x{ANNA}"), ("", ""), 1),
        ((f"x{ANNA}", "B-2"), (f"x{BO}", f"y{BO}"), 2),
        (("1234567", "8912345"), ("12", "34"), 0),
        (("٢", f"å{ANNA}"), ("", ""), 1),
    ],
)
def test_rows_with_person_numbers_are_counted(first: tuple[str, ...], second: tuple[str, ...], count: int) -> None:
    assert count_with_number([first, second]) == count
    assert sum(has_number(one) or has_number(other) for one, other in zip(first, second, strict=True)) == count


def test_the_texts_are_plain() -> None:
    """What lots are given: texts with anything else are read row by row (tests/exchange/test_csv_file.py)."""
    assert all(is_plain(text) for texts in (*RIGHT.values(), *WRONG.values()) for text in texts)
