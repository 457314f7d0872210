"""Rows of bookings and relation events: meaning, and all mistakes.

Contract, section 2.
"""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.thorough import examples

from tidbok_cli.domain.booking_rows import (
    BOOKING as BOOKING_COLUMNS,
)
from tidbok_cli.domain.booking_rows import (
    EVENT as EVENT_COLUMNS,
)
from tidbok_cli.domain.booking_rows import (
    SUMMONS,
    IncomingBooking,
    IncomingEvent,
    IncomingSummons,
    booking_row,
    event_row,
)
from tidbok_cli.domain.cells import CellParsers
from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.domain.relation import Event
from tidbok_cli.errors import Problem
from tidbok_cli.exchange.formats import SCHEDULE

TODAY = date(2026, 11, 23)
BOOKING = {
    "booking_id": "B-1",
    "unit": "SE2321000024-1A2B",
    "code": "UPPF30",
    "resident": "191212121212",
    "start": "2026-12-01T09:00",
}
SLOT = BOOKING | {"start": "20261201090000", "end": "20261201093000", "care_type": "", "invitation": "true"}
EVENT = {
    "unit": "ogon",
    "resident": "19861106-2384",
    "event": "clinic_added",
    "occurred_at": "2026-11-01T12:00:00+01:00",
}


def utc(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[misc, arg-type]


def booking(**cells: str) -> IncomingBooking:
    """The booking that these cells give, beside the required ones of BOOKING."""
    value, problems = booking_row(BOOKING | cells, 7, CellParsers(TODAY))
    assert isinstance(value, IncomingBooking) and not problems
    return value


def schedule_parsers() -> CellParsers:
    """The parsers of a RIV-TA schedule."""
    return CellParsers(TODAY, time=SCHEDULE.time, present_is_booked=SCHEDULE.lists_booked)


def said(problems: tuple[Problem, ...]) -> list[tuple[str | None, str]]:
    return [(problem.where.column, problem.code) for problem in problems]


def bad(**cells: str) -> list[tuple[str | None, str]]:
    """The columns and codes of what is wrong with a row."""
    value, problems = booking_row(BOOKING | cells, 7, CellParsers(TODAY))
    assert value is None
    return said(problems)


# ------------------------------------------------------------------------------------------------ bookings


def test_a_booking_with_the_required_columns_only() -> None:
    assert booking() == IncomingBooking(
        line=7,
        unit="SE2321000024-1A2B",
        booking_id="B-1",
        code="UPPF30",
        resident="191212121212",
        starts_at=utc(2026, 12, 1, 8),
        ends_at=None,
        status=None,
        created_at=None,
        ended_at=None,
        origin=None,
        calendar=None,
        care_type=None,
        information=None,
        meeting_link=None,
        invitation=False,
        says=frozenset(),
    )


def test_a_booking_with_every_column() -> None:
    found = booking(
        resident="19491117-2296",
        end="2026-12-01T09:30+01:00",
        status="cancelled",
        created_at="2026-11-01",
        ended_at="2026-11-20T10:00",
        origin="resident",
        calendar="OGON-TB1",
        care_type="C1",
        information="Kom tio minuter före.\r\nTa med remissen.",
        meeting_link="https://video.example.org/m/7?t=a#b",
    )
    assert found == IncomingBooking(
        line=7,
        unit="SE2321000024-1A2B",
        booking_id="B-1",
        code="UPPF30",
        resident="194911172296",
        starts_at=utc(2026, 12, 1, 8),
        ends_at=utc(2026, 12, 1, 8, 30),
        status=BookingStatus.CANCELLED,
        created_at=utc(2026, 10, 31, 23),
        ended_at=utc(2026, 11, 20, 9),
        origin="resident",
        calendar="OGON-TB1",
        care_type="C1",
        information="Kom tio minuter före.\nTa med remissen.",
        meeting_link="https://video.example.org/m/7?t=a#b",
        invitation=False,
        says=frozenset({"end", "origin", "calendar", "care_type", "information", "meeting_link"}),
    )


def test_an_empty_cell_says_that_there_is_none_and_a_missing_column_says_nothing() -> None:
    found = booking(end="", origin="", status="", created_at="")
    assert (found.ends_at, found.origin, found.status, found.created_at) == (None, None, BookingStatus.BOOKED, None)
    assert found.says == {"end", "origin"}


@pytest.mark.parametrize("status", [BookingStatus.BOOKED, BookingStatus.CANCELLED, BookingStatus.REBOOKED])
def test_the_statuses(status: BookingStatus) -> None:
    assert booking(status=status.value).status is status


def test_a_booking_may_be_recorded_after_it_has_started_and_last_no_time() -> None:
    found = booking(created_at="2026-12-01T11:00", end="2026-12-01T09:00")
    assert found.created_at == utc(2026, 12, 1, 10)
    assert found.ends_at == found.starts_at


def test_an_ended_booking_need_not_say_when() -> None:
    assert booking(status="rebooked").ended_at is None


# -------------------------------------------------------------------------------------------------- units


@pytest.mark.parametrize("unit", ["SE2321000024-1A2B", "se2321000024-1a2b", "ogon", "ogon-2"])
def test_a_unit_is_an_hsa_id_or_an_alias_as_written(unit: str) -> None:
    assert booking(unit=unit).unit == unit


def test_an_hsa_id_in_lower_case_is_looked_at_as_an_hsa_id() -> None:
    value, problems = booking_row(BOOKING | {"unit": "se2321000023-1a2b"}, 7, CellParsers(TODAY))
    assert value is not None
    assert said(problems) == [("unit", "hsa_id.check_digit")]
    assert problems[0].warning


@pytest.mark.parametrize("unit", ["Ögonmottagningen", "SE2321000024", "OGON", "ogon 2"])
def test_anything_else_is_no_unit(unit: str) -> None:
    assert bad(unit=unit) == [("unit", "cell.not_a_unit")]


# ------------------------------------------------------------------------------------------ what is wrong


def test_every_required_cell_that_is_missing_is_named() -> None:
    _, problems = booking_row({"unit": "ogon", "code": ""}, 7, CellParsers(TODAY))
    assert said(problems) == [
        (column, "cell.missing") for column in ("booking_id", "code", "resident", "start")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"resident": "191212121213"}, [("resident", "resident.check_digit")]),
        ({"resident": " 191212121212"}, [("resident", "resident.malformed")]),
        ({"start": "2026-13-01T09:00"}, [("start", "time.malformed")]),
        ({"start": "2026-12-01"}, [("start", "time.date_alone")]),
        ({"end": "2026-12-02"}, [("end", "time.date_alone")]),
        ({"start": "2026-12-01 09:30-10:00"}, [("start", "time.interval")]),
        ({"start": "20261201090000"}, [("start", "time.malformed")]),
        ({"end": "2026-12-01T08:59"}, [("end", "booking.ends_before_start")]),
        ({"status": "Avbokad"}, [("status", "cell.unknown_value")]),
        ({"status": "not_yet_made"}, [("status", "cell.unknown_value")]),
        ({"status": "avbokad", "ended_at": "2026-11-01"}, [("status", "cell.unknown_value")]),
        ({"origin": "1177"}, [("origin", "cell.unknown_value")]),
        ({"ended_at": "2026-11-01"}, [("ended_at", "booking.ended_while_booked")]),
        ({"ended_at": "2026-11-01", "status": "booked"}, [("ended_at", "booking.ended_while_booked")]),
        (
            {"status": "cancelled", "created_at": "2026-11-02", "ended_at": "2026-11-01"},
            [("ended_at", "booking.ended_before_created")],
        ),
        ({"booking_id": "B\x1b[2J"}, [("booking_id", "cell.control_characters")]),
        ({"code": "UPPF\0"}, [("code", "cell.control_characters")]),
        ({"calendar": "a\nb"}, [("calendar", "cell.line_break")]),
        ({"care_type": "\x85"}, [("care_type", "cell.control_characters")]),
        ({"code": "UPPF\u200b30"}, [("code", "cell.unseen_character")]),
        ({"code": "\ufeffUPPF30"}, [("code", "cell.unseen_character")]),
        ({"code": "UPPF30\xa0"}, [("code", "cell.other_space")]),
        ({"booking_id": "B\u20281"}, [("booking_id", "cell.unseen_character")]),
        ({"calendar": "A\u2009B"}, [("calendar", "cell.other_space")]),
        ({"information": "Kom\u00ad i tid"}, [("information", "cell.unseen_character")]),
        ({"unit": "SE2321000024\u20111A2B"}, [("unit", "cell.not_ascii")]),
        (
            {"resident": "x", "start": "x", "end": "x", "created_at": "x", "origin": "x", "calendar": "\t."},
            [
                ("resident", "resident.malformed"),
                ("start", "time.malformed"),
                ("end", "time.malformed"),
                ("created_at", "time.malformed"),
                ("origin", "cell.unknown_value"),
                ("calendar", "cell.control_characters"),
            ],
        ),
    ],
)
def test_bad_rows(cells: dict[str, str], expected: list[tuple[str | None, str]]) -> None:
    assert bad(**cells) == expected


def test_an_unknown_value_is_told_with_the_allowed_ones() -> None:
    _, problems = booking_row(BOOKING | {"status": "bokad"}, 7, CellParsers(TODAY))
    assert problems[0].params == {"value": "bokad", "allowed": "booked, cancelled, rebooked"}


def test_a_code_may_have_any_letters() -> None:
    assert booking(code="Återbesök 30 min – läkare").code == "Återbesök 30 min – läkare"


NUMBERS = {
    "12": "198611062384",
    "12 with a sign": "19861106-2384",
    "10": "8611062384",
    "10 with a sign": "861106-2384",
    "interim": "19861106T384",
}


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize("column", ["unit", "start", "status"])
def test_a_number_in_the_wrong_column_is_not_repeated(column: str, number: str) -> None:
    """As when the columns of a file have been shifted; what is quoted ends before the number's last four."""
    value, (problem,) = booking_row(BOOKING | {column: number}, 7, CellParsers(TODAY))
    assert value is None
    assert [str(param) for param in problem.params.values() if number[-4:] in str(param)] == []


def test_a_time_that_is_wrong_is_quoted() -> None:
    _, problems = booking_row(BOOKING | {"start": "2026-12-01T25:00:00"}, 7, CellParsers(TODAY))
    assert problems[0].params == {"time": "2026-12-01T25:00:00"}


def test_the_regions_reserve_numbers() -> None:
    reserve = BOOKING | {"resident": "19121212R123"}
    assert booking_row(reserve, 7, CellParsers(TODAY)).value is None
    assert booking_row(reserve, 7, CellParsers(TODAY, r"[0-9]{8}R[0-9]{3}")).value is not None


# --------------------------------------------------------------------------- the nights of summer time 2026


@pytest.mark.parametrize(("skipped", "rivta"), [("2026-03-29T02:30", False), ("20260329023000", True)])
def test_an_hour_that_the_spring_skips_is_bad(skipped: str, rivta: bool) -> None:
    value, problems = booking_row(BOOKING | {"start": skipped}, 7, schedule_parsers() if rivta else CellParsers(TODAY))
    assert (value, said(problems)) == (None, [("start", "time.skipped")])


@pytest.mark.parametrize(("repeated", "rivta"), [("2026-10-25T02:30", False), ("20261025023000", True)])
def test_an_hour_that_the_autumn_repeats_is_the_first_with_a_warning(repeated: str, rivta: bool) -> None:
    value, problems = booking_row(BOOKING | {"start": repeated}, 7, schedule_parsers() if rivta else CellParsers(TODAY))
    assert isinstance(value, IncomingBooking)
    assert value.starts_at == utc(2026, 10, 25, 0, 30)
    assert [(problem.where.column, problem.code, problem.warning) for problem in problems] == [
        ("start", "time.repeated", True)
    ]


def test_with_an_offset_the_second_hour_is_meant() -> None:
    assert booking(start="2026-10-25T02:30+01:00").starts_at == utc(2026, 10, 25, 1, 30)


def test_an_end_before_the_start_is_told_by_the_instants_and_not_by_the_clock() -> None:
    autumn = booking(start="2026-10-25T02:50+02:00", end="2026-10-25T02:10+01:00")
    assert autumn.ends_at == autumn.starts_at + 20 * 60


# --------------------------------------------------------------------------------------------- invitations


def test_an_invitation_with_a_time_is_a_booking_and_a_summons() -> None:
    value, problems = booking_row(SLOT, 7, schedule_parsers())
    assert isinstance(value, IncomingBooking) and not problems
    assert (value.invitation, value.starts_at, value.ends_at) == (True, utc(2026, 12, 1, 8), utc(2026, 12, 1, 8, 30))
    assert value.says == {"end", "care_type"}


def test_an_invitation_without_a_time_is_an_open_summons_and_needs_no_code() -> None:
    cells = SLOT | {"start": "", "code": ""}
    value, problems = booking_row(cells, 7, schedule_parsers())
    assert (value, problems) == (IncomingSummons(7, "SE2321000024-1A2B", "B-1", "191212121212"), ())


def test_an_open_summons_needs_an_id_a_unit_and_a_resident() -> None:
    cells = SLOT | {"start": "", "booking_id": "", "unit": "", "resident": ""}
    value, problems = booking_row(cells, 7, schedule_parsers())
    assert (value, said(problems)) == (None, [(name, "cell.missing") for name in ("unit", "booking_id", "resident")])


def test_a_slot_without_a_time_that_is_no_invitation_is_bad() -> None:
    cells = SLOT | {"start": "", "invitation": "false"}
    value, problems = booking_row(cells, 7, schedule_parsers())
    assert (value, said(problems)) == (None, [("start", "cell.missing")])


def test_an_invitation_that_is_neither_true_nor_false_is_bad() -> None:
    value, problems = booking_row(SLOT | {"invitation": "kanske"}, 7, schedule_parsers())
    assert (value, said(problems)) == (None, [("invitation", "cell.unknown_value")])


def test_times_of_the_platform_have_no_other_form() -> None:
    value, problems = booking_row(SLOT | {"start": "2026-12-01T09:00"}, 7, schedule_parsers())
    assert (value, said(problems)) == (None, [("start", "time.malformed_rivta")])


# -------------------------------------------------------------------------------------------------- events


def test_an_event() -> None:
    expected = IncomingEvent(3, "ogon", "198611062384", Event.CLINIC_ADDED, utc(2026, 11, 1, 11))
    assert event_row(EVENT, 3, CellParsers(TODAY)) == (expected, ())


@pytest.mark.parametrize("event", Event)
def test_every_event_has_its_name(event: Event) -> None:
    value, _ = event_row(EVENT | {"event": event.value}, 3, CellParsers(TODAY))
    assert value is not None
    assert value.event is event


def test_all_that_is_wrong_with_an_event() -> None:
    cells = {"unit": "Ögon", "resident": "20000229-2390", "event": "added", "occurred_at": ""}
    value, problems = event_row(cells, 3, CellParsers(TODAY))
    assert value is None
    assert said(problems) == [
        ("unit", "cell.not_a_unit"),
        ("resident", "resident.check_digit"),
        ("event", "cell.unknown_value"),
        ("occurred_at", "cell.missing"),
    ]
    assert problems[2].params["allowed"] == ", ".join(event.value for event in Event)


# ------------------------------------------------------------------------------------------- the quick way

TIMES = (
    "2026-12-01T09:00:00+01:00", "2026-12-01T09:30:00+01:00", "2026-11-01T08:00:59-05:00", "1970-01-01T00:00:00+00:00",
    "2026-10-25T02:30", "2026-03-29T02:30", "2026-12-01T24:00:00+01:00", "2026-12-01T09:60:00+01:00", "2026-12-01",
    "9999-12-31T23:59:59+00:00", "1899-12-31T23:59:59+00:00", "2026-12-01 09:00:00+01:00", "tomorrow", "",
)  # fmt: skip
CELLS = {
    "booking_id": ("B1", "B\x07", "å", ""),
    "unit": ("SE2321000024-1A2B", "ogon", "SE2321000025-1A2B", "Ö", ""),
    "code": ("UPPF30", "\x85", ""),
    "resident": ("191212121212", "19121212-1212", "121212-1212", "191212121213", "198011619802", "19121212A212", ""),
    "start": TIMES,
    "end": TIMES,
    "status": ("booked", "cancelled", "rebooked", "BOOKED", ""),
    "created_at": TIMES,
    "ended_at": TIMES,
    "origin": ("clinic", "resident", "x", ""),
    "calendar": ("OGON-TB1", "\t", ""),
    "care_type": ("C", ""),
    "invitation": ("true", "false", "x", ""),
}


PLAIN = {name: texts[0] for name, texts in CELLS.items()} | {"status": "cancelled", "invitation": ""}


def never_plain(text: str) -> None:
    raise LookupError


@settings(max_examples=examples(250))
@given(
    st.lists(st.sampled_from([(name, text) for name, texts in CELLS.items() for text in texts]), max_size=3),
    st.sets(st.sampled_from(list(CELLS)[5:]), max_size=2),
)
def test_a_row_read_the_quick_way_says_what_it_says_at_length(other: list[tuple[str, str]], absent: set[str]) -> None:
    cells = {name: text for name, text in (PLAIN | dict(other)).items() if name not in absent}
    for whole_file in (False, True):
        parsers, careful = (CellParsers(TODAY, present_is_booked=whole_file) for _ in range(2))
        careful.plain[BOOKING_COLUMNS] = careful.plain[SUMMONS] = [("unit", never_plain, True)]
        assert booking_row(cells, 7, parsers, 3) == booking_row(cells, 7, careful, 3)


# --------------------------------------------------------------------------------------------- the columns


def test_a_rows_fields_are_the_columns_in_their_order() -> None:
    for columns, row, besides in (
        (BOOKING_COLUMNS, IncomingBooking, ("invitation", "says")),
        (EVENT_COLUMNS, IncomingEvent, ()),
    ):
        fields = tuple(column.stored or column.name for column in columns.in_row)
        assert row._fields == ("line", *fields, *besides, "number")


@pytest.mark.parametrize("column", ["booking_id", "code", "calendar", "information"])
def test_texts_are_kept_composed(column: str) -> None:
    """What two computers write as one and two characters is the same code."""
    assert booking(**{column: "A\u030arsko\u0308ll"}) == booking(**{column: "\xc5rsk\xf6ll"})
