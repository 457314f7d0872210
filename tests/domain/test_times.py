"""Instants at the edges: summer time, offsets, RIV-TA, no time."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidbok_cli.domain.times import (
    FIRST,
    LAST,
    days,
    iso,
    parse_date,
    parse_instant,
    parse_moment,
    parse_rivta,
    parse_start,
    plain_instant,
)


def codes(text: str) -> list[str]:
    return [problem.code for problem in parse_instant(text).problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-01T09:00", "2026-12-01T09:00:00+01:00"),
        ("2026-12-01 09:00:30", "2026-12-01T09:00:30+01:00"),
        ("2026-07-01T09:00", "2026-07-01T09:00:00+02:00"),
        ("2026-12-01T09:00+01:00", "2026-12-01T09:00:00+01:00"),
        ("2026-12-01", "2026-12-01T00:00:00+01:00"),
        ("2026-12-01 09.30", "2026-12-01T09:30:00+01:00"),
        ("2026-12-01T09.30.15", "2026-12-01T09:30:15+01:00"),
        ("2026-12-01 0930", "2026-12-01T09:30:00+01:00"),
        ("2026-12-01T093015.5", "2026-12-01T09:30:15+01:00"),
        ("2026-12-01T09:00:00.999", "2026-12-01T09:00:00+01:00"),
        ("2026-03-29T01:59:59", "2026-03-29T01:59:59+01:00"),
        ("2026-03-29T03:00", "2026-03-29T03:00:00+02:00"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+01:00"),
    ],
)
def test_a_time(text: str, expected: str) -> None:
    value, problems = parse_instant(text)
    assert value is not None
    assert (iso(value), problems) == (expected, ())


def test_an_hour_that_the_spring_skips_is_bad() -> None:
    assert codes("2026-03-29T02:30") == ["time.skipped"]
    assert [problem.code for problem in parse_rivta("20260329020000").problems] == ["time.skipped"]


def test_an_hour_that_the_autumn_repeats_is_the_first_with_a_warning() -> None:
    value, problems = parse_instant("2026-10-25T02:30")
    assert value is not None
    assert iso(value) == "2026-10-25T02:30:00+02:00"
    assert [(problem.code, problem.warning) for problem in problems] == [("time.repeated", True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-01T09:00Z", "2026-12-01T10:00:00+01:00"),
        ("2026-12-01T09:00:00-05:00", "2026-12-01T15:00:00+01:00"),
        ("2026-12-01T09:00-05:00", "2026-12-01T15:00:00+01:00"),
        ("2026-12-01T09.00+02:00", "2026-12-01T08:00:00+01:00"),
        ("2026-07-01T09:00+01:00", "2026-07-01T10:00:00+02:00"),
    ],
)
def test_another_offset_is_taken_with_a_warning(text: str, expected: str) -> None:
    value, problems = parse_instant(text)
    assert value is not None
    assert (iso(value), [(each.code, each.warning) for each in problems]) == (expected, [("time.other_offset", True)])


@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        (
            "time.malformed",
            """|idag|2026-13-01|2026-02-30|09:00|2026-12-01T25:00|2026-12-01x09:00|1764576000|2026-W49-2|20261201|
            20261201T090000|2026-12-01T9:00|2026-12-01T09|2026-12-01t09:00|2026-12-01T09:00z|2026-12-01 09:30.15|
            2026-12-01T09.30:15|2026-12-01T09:00 +01:00|2026-12-01  09:00| 2026-12-01|2026-12-01T24:00|2026-335|
            2026-12-01T09:00:60|2026-12-01T09:00+24:00|٢٠٢٦-12-01""",
        ),
        (
            "time.interval",
            """2026-12-01 09:30-10:00|2026-12-01T22:00-06:00|2026-12-01 09.30-10.00|2026-12-01 09-10|
            2026-12-01 09:30–10:00|2026-12-01 09:30 - 10:00|2026-12-01 0930-1000|09:30-10:00|9.30 – 10.00|
            2026-12-01T09:30-22:00|2026-12-01 07.00-20.00""",
        ),
        ("time.comma", "2026-12-01 09:30,15|2026-12-01 09,30|2026-12-01T09:30:15,5"),
        ("time.short_offset", "2026-12-01T09:00+01|2026-12-01T09:00:00-05|2026-12-01T09:00+0100"),
    ],
)
def test_what_is_no_time(expected: str, texts: str) -> None:
    told = {text: codes(text) for text in texts.replace("|\n            ", "|").split("|")}
    assert set(map(tuple, told.values())) == {(expected,)}, told


def test_a_date_alone_is_no_start() -> None:
    assert [problem.code for problem in parse_start("2026-12-01").problems] == ["time.date_alone"]
    assert parse_start("2026-12-01T09:00") == parse_instant("2026-12-01T09:00")


@given(st.text("0123456789-T:.Z+, –"), st.sampled_from(["", "2026-12-01", "2026-12-01T", "2026-12-01 09:30"]))
def test_what_is_read_as_a_time_is_in_the_grammar(text: str, before: str) -> None:
    if parse_instant(before + text).value is not None:
        assert re.fullmatch(
            r"\d{4}-\d\d-\d\d([T ]\d\d([:.]?)\d\d(\2\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?", before + text, re.ASCII
        )


@pytest.mark.parametrize(
    ("text", "today", "expected"),
    [
        ("15:00", "2026-12-01", "2026-12-01T15:00:00+01:00"),
        ("yesterday 15:00", "2026-12-01", "2026-11-30T15:00:00+01:00"),
        ("Igår 00:00", "2026-07-01", "2026-06-30T00:00:00+02:00"),
        ("i går 23:59", "2027-01-01", "2026-12-31T23:59:00+01:00"),
        ("yesterday 12:00", "2026-10-26", "2026-10-25T12:00:00+01:00"),
        ("2026-12-01T09:00", "2026-01-01", "2026-12-01T09:00:00+01:00"),
        ("09.30", "2026-12-01", "2026-12-01T09:30:00+01:00"),
        ("24:00", "2026-12-01", "time.malformed"),
        ("tomorrow 15:00", "2026-12-01", "time.malformed"),
        ("02:30", "2026-03-29", "time.skipped"),
        ("yesterday 02:30", "2026-03-30", "time.skipped"),
    ],
)
def test_a_moment_as_people_say_it(text: str, today: str, expected: str) -> None:
    value, problems = parse_moment(text, date.fromisoformat(today))
    assert (iso(value) if value is not None else problems[0].code) == expected


def test_the_repeated_hour_of_today_is_the_first_with_a_warning() -> None:
    value, problems = parse_moment("02:30", date(2026, 10, 25))
    assert value is not None
    assert (iso(value), [each.code for each in problems]) == ("2026-10-25T02:30:00+02:00", ["time.repeated"])


@pytest.mark.parametrize("text", ["1899-12-31", "0026-12-01T09:00", "9999-12-31T12:00"])
def test_years_that_cannot_be_kept(text: str) -> None:
    assert codes(text) == ["time.out_of_range"]


def test_rivta_times_are_stockholms() -> None:
    value, problems = parse_rivta("20270328013000")
    assert value is not None
    assert (iso(value), problems) == ("2027-03-28T01:30:00+01:00", ())


@pytest.mark.parametrize("text", ["2026120109000", "20261301090000", "2026-12-01T09:00", "20261201250000"])
def test_what_is_no_rivta_time(text: str) -> None:
    assert [problem.code for problem in parse_rivta(text).problems] == ["time.malformed_rivta"]


@given(st.integers(FIRST, LAST))
def test_what_is_written_reads_back(instant: int) -> None:
    assert parse_instant(iso(instant)).value == instant


def test_dates_are_stockholms_and_both_included() -> None:
    """A day in October has 25 hours, one in March 23."""
    october, march = (parse_date(text).value for text in ("2026-10-25", "2026-03-29"))
    assert [ends - begins for begins, ends in (days(october, october), days(march, march))] == [25 * 3600, 23 * 3600]


@given(st.integers(FIRST, LAST), st.from_regex(r"[+-](0[0-9]|1[0-4]):[0-5][0-9]", fullmatch=True))
def test_a_time_as_programs_write_it_is_told_the_quick_way(seconds: int, offset: str) -> None:
    text = f"{iso(seconds)[:19]}{offset}"
    assert plain_instant(text) in (parse_instant(text).value, None)
