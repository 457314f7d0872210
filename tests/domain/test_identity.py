"""HSA-ids and person numbers, also the official test numbers where present."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.paths import reference
from support.people import ANNA

from tidbok_cli.domain.identity import hsa_key, is_plain_resident, mask, parse_hsa_id, parse_resident, passes_rivta
from tidbok_cli.domain.parsed import Parsed

TODAY = date(2026, 11, 23)
TODAY_TOLD = "20261123"


def code(text: str, **options: str) -> str | None:
    parsed = parse_resident(text, today=TODAY, **options)
    return None if parsed.value else parsed.problems[0].code


def number(text: str, **options: str) -> str | None:
    return parse_resident(text, today=TODAY, **options).value


@pytest.mark.parametrize("text", [ANNA, "19121212-1212", "121212+1212"])
def test_each_accepted_form_is_the_same_resident(text: str) -> None:
    assert number(text) == ANNA


@pytest.mark.parametrize(
    ("form", "birth_year"),
    [("260101-", "2026"), ("270101-", "1927"), ("260101+", "1926"), ("250101-", "2025")],
)
def test_the_sign_tells_the_century(form: str, birth_year: str) -> None:
    last_four = next(f"98{n}{d}" for n in (0,) for d in range(10) if number(f"{birth_year}010198{n}{d}"))
    assert number(form + last_four) == f"{birth_year}0101{last_four}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1212121212", "resident.no_century"),
        ("191212121213", "resident.check_digit"),
        ("191213321212", "resident.no_such_date"),
        ("1912121212", "resident.no_century"),
        ("19121212 1212", "resident.malformed"),
        (" 191212121212", "resident.malformed"),
        ("191212121212\n", "resident.malformed"),
        ("19121212+1212", "resident.malformed"),
        ("", "resident.malformed"),
        ("19121212121", "resident.malformed"),
        ("\uff1191212121212", "resident.not_ascii"),
        ("201509160006", "resident.no_birth_number"),
        ("20000101E220", "resident.interim_letter"),
        ("20000101t220", "resident.malformed"),
        ("20000101T221", "resident.check_digit"),
    ],
    ids=lambda value: "",
)
def test_what_is_refused(text: str, expected: str) -> None:
    assert code(text) == expected


@pytest.mark.parametrize(
    ("date_digits", "expected"),
    [
        ("20261123", None),
        ("20261124", "resident.not_born"),
        ("20261183", None),
        ("20261184", "resident.not_born"),
        ("20991301T", "resident.not_born"),
        ("18400101", None),
        ("18391231", "resident.too_old"),
        ("18270061", "resident.too_old"),
    ],
)
def test_nobody_is_born_yet_or_a_century_too_late(date_digits: str, expected: str | None) -> None:
    stems = date_digits + "980"[: 11 - len(date_digits)]
    told = {code(f"{stems}{digit}") for digit in range(10)} - {"resident.check_digit"}
    assert told == {expected}
    assert expected is None or not any(is_plain_resident(f"{stems}{digit}", TODAY_TOLD) for digit in range(10))


@pytest.mark.parametrize("letter", "TRSUWXJKLMN")
def test_an_interim_letter_counts_as_one(letter: str) -> None:
    assert number(f"20000101{letter}220") == f"20000101{letter}220"


@pytest.mark.parametrize("text", ["197302889931", "202107919967"], ids=["first", "second"])
def test_a_coordination_number_has_sixty_added_to_its_day(text: str) -> None:
    assert number(text) == text


def test_a_coordination_number_need_have_no_month_or_day() -> None:
    nine = "190060238"
    digit = next(digit for digit in range(10) if number(f"20{nine}{digit}"))
    assert number(f"20{nine}{digit}") == f"20{nine}{digit}"


def test_a_reserve_number_comes_before_everything() -> None:
    assert number("99ABCDEF-123", reserve=r"99[A-F]{6}-[0-9]{3}") == "99ABCDEF-123"
    assert number("99121212-1234", reserve=r"99[0-9]{10}") == "991212121234"
    assert code("991212121234") == "resident.check_digit"
    assert code("991212121234x", reserve=r"99[0-9]{10}") == "resident.malformed"


def test_the_official_test_numbers() -> None:
    """personnummer/structured.json: what its 12-digit forms say, this program says."""
    structured = json.loads(reference("personnummer/structured.json").read_text(encoding="utf-8"))
    for kind in ("ssn", "con"):
        for verdict, texts in structured[kind]["string"].items():
            for text in texts:
                if len(text) == 12:
                    assert (number(text) is not None) == (verdict == "valid")
    for entry in json.loads(reference("personnummer/interim.json").read_text(encoding="utf-8")):
        assert (number(entry["long_format"]) is not None) == entry["valid"]
        assert (number(entry["separated_long"]) is not None) == entry["valid"]


@given(st.text())
def test_no_problem_repeats_the_text(text: str) -> None:
    for problem in parse_resident(text, today=TODAY).problems:
        assert not problem.params


def test_a_mask_keeps_the_date() -> None:
    assert mask(ANNA) == "19121212-****"


def test_which_numbers_pass_over_the_national_platform() -> None:
    assert passes_rivta(ANNA)
    assert passes_rivta("20000101T220")
    assert not passes_rivta("20000101R220")


@pytest.mark.parametrize(
    "text", ["SE2321000024-1A2B", "se2321000024-1a2b", "SE2321000024-" + "A" * 18, "SE162321000024-0016216"]
)
def test_an_hsa_id(text: str) -> None:
    assert parse_hsa_id(text) == (text, ())


def test_the_form_with_a_century_is_another_id() -> None:
    assert hsa_key("SE162321000024-1A2B") != hsa_key("SE2321000024-1A2B")


def test_hsa_ids_are_compared_without_case() -> None:
    assert hsa_key("SE2321000222-MedHc") == hsa_key("se2321000222-MEDHC")


def test_a_wrong_check_digit_is_a_warning() -> None:
    parsed = parse_hsa_id("SE2321000025-1A2B")
    assert parsed.value == "SE2321000025-1A2B"
    assert [problem.code for problem in parse_hsa_id("SE162321000025-1A2B").problems] == ["hsa_id.check_digit"]
    assert [(problem.code, problem.warning) for problem in parsed.problems] == [("hsa_id.check_digit", True)]


@pytest.mark.parametrize(
    "text",
    ["", "SE172321000024-1A2B", "SE62321000024-1A2B", "SE162321000024-" + "A" * 17,
     "SE2321000024", "SE2321000024-", "SE232100002-1A", "NO2321000024-1A", "SE2321000024-1Å", "SE2321000024-1 A",
     "SE2321000024-1A\n", "SE2321000024-" + "A" * 19],
)  # fmt: skip
def test_what_is_no_hsa_id(text: str) -> None:
    assert [problem.code for problem in parse_hsa_id(text).problems] == ["hsa_id.malformed"]


@given(st.from_regex(r"(19|20)[0-9]{2}(0[0-9]|1[0-2])[0-9]{2}[0-9TRS][0-9]{3}", fullmatch=True))
def test_what_is_told_the_quick_way_is_a_number(text: str) -> None:
    parsed = parse_resident(text, today=TODAY)
    assert not is_plain_resident(text, TODAY_TOLD) or parsed == Parsed(text)
    if parsed.value and text.isdigit() and text[8:11] != "000" and text[6] < "6":
        assert is_plain_resident(text, TODAY_TOLD)
