"""`tidbok.toml` as a region writes it, and as it should not."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.domain.region import AuditSettings, ClinicBookingMessage, Policy, Region, RequirementPeriod
from tidbok_cli.domain.times import FIRST
from tidbok_cli.exchange.region_file import read_region

Read = Callable[[str | bytes], Parsed[Region]]

WHOLE = """
[region]
name = "Region Uppsala"
reserve_number_pattern = "[0-9]{8}R[0-9]{3}"
[contacts]
coordinator = "lokal e-tjänstesamordnare"
hsa_administration = "hsa@region.example"
[store]
url = "sqlite:///tidbok.db"
[policy]
relation_required = true
clinic_booking_message = "notice"
relation_data = "partial"
require_verified_coupling = true
require_purpose = true
[coupling.contracts]
show = ["GetSubjectOfCareSchedule"]
book = []
[audit]
keep_years = 12
fallback = "audit.jsonl"
"""


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_text(text: str | bytes) -> Parsed[Region]:
        path = tmp_path / "tidbok.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_region(path, "tidbok.toml")

    return read_text


def policy(answer: Parsed[Region]) -> Policy:
    assert answer.value is not None
    return answer.value.policy


def found(answer: Parsed[Region]) -> list[tuple[str, int | None, str | None]]:
    assert all(problem.where.file == "tidbok.toml" for problem in answer.problems)
    return [(problem.code, problem.where.line, problem.where.column) for problem in answer.problems]


def test_all_that_a_region_can_say(read: Read) -> None:
    assert read(WHOLE) == Parsed(
        Region(
            name="Region Uppsala",
            reserve_number_pattern="[0-9]{8}R[0-9]{3}",
            contacts={"coordinator": "lokal e-tjänstesamordnare", "hsa_administration": "hsa@region.example"},
            store_url="sqlite:///tidbok.db",
            policy=Policy((), ClinicBookingMessage.NOTICE, True, True, True),
            audit=AuditSettings(12, "audit.jsonl"),
            coupling_contracts={"show": ("GetSubjectOfCareSchedule",), "book": ()},
        )
    )


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[region]\n[policy]\n", "\ufeff[store]\r\nurl = ''\r\n"])
def test_what_is_not_said_is_the_default(read: Read, text: str) -> None:
    assert read(text) == Parsed(Region())


def test_a_store_s_file_is_named_as_the_system_has_it(read: Read) -> None:
    """Its accents too: a name in two parts is another file."""
    region = read("[region]\nname = 'O\u0308'\n[store]\nurl = 'O\u0308.db'\n").value
    assert region and (region.name, region.store_url) == ("\u00d6", "O\u0308.db")


def test_all_mistakes_at_once_in_line_order(read: Read) -> None:
    text = """
[policy]
relation_data = "some"
require_purpose = 1
clinic_booking_message = false
[region]
name = 1
nmae = "x"
reserve_number_pattern = "(["
[contacts]
boss = "x"
[coupling.contracts]
show = "GetBookingDetails"
sow = []
[polycy]
"""
    answer = read(text)
    assert answer.value is None
    assert found(answer) == [
        ("toml.not_allowed", 3, "policy.relation_data"),
        ("toml.wrong_type", 4, "policy.require_purpose"),
        ("toml.not_allowed", 5, "policy.clinic_booking_message"),
        ("toml.wrong_type", 7, "region.name"),
        ("toml.misspelt_key", 8, "region.nmae"),
        ("region.bad_pattern", 9, "region.reserve_number_pattern"),
        ("toml.unknown_key", 11, "contacts.boss"),
        ("toml.wrong_type", 13, "coupling.contracts.show"),
        ("toml.misspelt_key", 14, "coupling.contracts.sow"),
        ("toml.misspelt_key", 15, "polycy"),
    ]
    params = [problem.params for problem in answer.problems]
    assert params[0] == {"key": "relation_data", "allowed": "complete, partial"}
    assert params[1] == {"key": "require_purpose", "expected": "true | false"}
    assert params[4] == {"key": "nmae", "allowed": "name, reserve_number_pattern", "nearest": "name"}
    assert params[6] == {
        "key": "boss",
        "allowed": "clinic, coordinator, hsa_administration, regional_administration, resident",
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("region = 1", ("toml.wrong_type", 1, "region")),
        ("[[policy]]", ("toml.wrong_type", 1, "policy")),
        ("[coupling]\ncontracts = []", ("toml.wrong_type", 2, "coupling.contracts")),
        ("[coupling.contracts]\nshow = ['a ']", ("toml.space_around", 2, "coupling.contracts.show")),
        ("[coupling.contracts]\nshow = ['a\u00a0b']", ("toml.other_space", 2, "coupling.contracts.show")),
        ("[region]\nname = 'a\u200b'", ("toml.unseen_character", 2, "region.name")),
        ("[coupling.contracts]\nshow = ['a', 1]", ("toml.wrong_type", 2, "coupling.contracts.show")),
        ("[region]\nreserve_number_pattern = 'a{99999999999999999999}'", ("region.bad_pattern", 2, None)),
        ("[policy]\nrelation_required = 'yes'", ("toml.wrong_type", 2, "policy.relation_required")),
        ("[policy]\nrelation_required = [true]", ("toml.wrong_type", 2, "policy.relation_required")),
        ("[audit]\nkeep_years = 0", ("toml.wrong_type", 2, "audit.keep_years")),
        ("[audit]\nkeep_years = true", ("toml.wrong_type", 2, "audit.keep_years")),
        ("[policy]\nrelation_required = 1", ("toml.wrong_type", 2, "policy.relation_required")),
    ],
)
def test_one_mistake(read: Read, text: str, problem: tuple[str, int, str | None]) -> None:
    answer = read(text)
    assert answer.value is None
    code, line, column = problem
    assert found(answer) == [(code, line, column or "region.reserve_number_pattern")]


# ------------------------------------------------------------------------------ when a relation is required


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def test_a_relation_never_required(read: Read) -> None:
    never = policy(read("[policy]\nrelation_required = false"))
    assert never.relation_requirements == (RequirementPeriod(FIRST, False),)
    assert not never.relation_required(FIRST)


def test_periods_from_dates_and_times_in_order(read: Read) -> None:
    """A date is its midnight in Stockholm, and so is a time without offset Stockholm's."""
    answer = read("""
[policy]
relation_required = [
    { from = 2024-03-01T06:00:00+00:00, required = false },
    { from = 2019-07-01, required = true },
    { from = 2021-12-01T08:30:00, required = false },
]
""")
    assert [(problem.code, problem.warning) for problem in answer.problems] == [("time.other_offset", True)]
    assert policy(answer).relation_requirements == (
        RequirementPeriod(instant("2019-07-01T00:00:00+02:00"), True),
        RequirementPeriod(instant("2021-12-01T08:30:00+01:00"), False),
        RequirementPeriod(instant("2024-03-01T06:00:00+00:00"), False),
    )


def test_an_hour_that_comes_twice_is_the_first_with_a_warning(read: Read) -> None:
    answer = read("[policy]\nrelation_required = [{ from = 2024-10-27T02:30:00, required = true }]")
    begins = instant("2024-10-27T02:30:00+02:00")
    assert policy(answer).relation_requirements == (RequirementPeriod(begins, True),)
    assert [(problem.code, problem.warning) for problem in answer.problems] == [("time.repeated", True)]


@pytest.mark.parametrize(
    ("period", "code", "key"),
    [
        ("{ required = true }", "toml.missing_key", "from"),
        ("{ from = 2024-01-01 }", "toml.missing_key", "required"),
        ("{ from = 2024-01-01, required = 0 }", "toml.wrong_type", "required"),
        ("{ from = '2024-01-01', required = true }", "toml.wrong_type", "from"),
        ("{ from = 06:00:00, required = true }", "toml.wrong_type", "from"),
        ("{ from = 2024-03-31T02:30:00, required = true }", "time.skipped", "from"),
        ("{ from = 0001-01-01, required = true }", "time.out_of_range", "from"),
        ("{ from = 0001-01-01T00:00:00+14:00, required = true }", "time.out_of_range", "from"),
        ("{ from = 9999-12-31T23:59:59-12:00, required = true }", "time.out_of_range", "from"),
        ("{ from = 2020-01-01T00:00:00+01:00, required = true }", "region.period_twice", "from"),
        ("{ from = 2024-01-01, required = true, until = 2025-01-01 }", "toml.unknown_key", "until"),
    ],
)
def test_a_period_that_will_not_do(read: Read, period: str, code: str, key: str) -> None:
    answer = read(f"[policy]\n\nrelation_required = [{{ from = 2020-01-01, required = true }}, {period}]")
    assert answer.value is None
    assert found(answer) == [(code, 3, f"policy.relation_required.1.{key}")]


def test_a_period_with_a_header_of_its_own_has_its_own_lines(read: Read) -> None:
    answer = read("[[policy.relation_required]]\nfrom = 2024-01-01\nrequired = 'no'")
    assert found(answer) == [("toml.wrong_type", 3, "policy.relation_required.0.required")]


# -------------------------------------------------------------------------------- files that cannot be read


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ('[region]\nname = "Region\n', "toml.unclosed", 2, 15),
        ('[region]\nname = """Region\n\n', "toml.unclosed", 2, 17),
        ("[coupling.contracts]\nshow = ['a'\n\n[store]\n", "toml.unclosed", 4, 1),
        ("[region]\nname = Region\n", "toml.bad_value", 2, 8),
        ("[policy]\nrelation_required = [{ from = 2024-02-30, required = true }]", "toml.bad_value", 2, 31),
        ("[region]\n[region]\n", "toml.twice", 2, 8),
        ("[region]\nname = 'a'\nname = 'b'\n", "toml.twice", 3, 11),
        ("[region]\nname = 'a'\nname = 'b'", "toml.twice", 3, 11),
        ("[region]\nname 'a'\n", "toml.syntax", 2, 6),
        ("[region\n", "toml.syntax", 1, 8),
    ],
)
def test_what_is_not_toml(read: Read, text: str, code: str, line: int, column: int) -> None:
    answer = read(text)
    assert answer.value is None
    assert [(each.code, each.where.line, each.params) for each in answer.problems] == [(code, line, {"column": column})]


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "9" * 5_000])
def test_what_no_reader_can_hold(read: Read, text: str) -> None:
    assert found(read(text)) == [("toml.too_large", None, None)]


def test_a_file_saved_as_windows_1252(read: Read) -> None:
    assert found(read("[region]\r\nname = 'Örebro'\r\n".encode("windows-1252"))) == [("toml.not_utf8", 2, None)]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert found(read_region(tmp_path / "tidbok.toml", "tidbok.toml")) == [("file.missing", None, None)]
    (tmp_path / "file").touch()
    assert found(read_region(tmp_path / "file" / "tidbok.toml", "tidbok.toml")) == [("file.missing", None, None)]


def test_a_folder_or_a_circle_of_links_instead_of_a_file(tmp_path: Path) -> None:
    assert found(read_region(tmp_path, "tidbok.toml")) == [("file.is_folder", None, None)]
    (tmp_path / "circle").symlink_to("circle")
    assert found(read_region(tmp_path / "circle", "tidbok.toml")) == [("file.unreadable", None, None)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "tidbok.toml"
    path.touch(mode=0)
    assert found(read_region(path, "tidbok.toml")) == [("file.no_permission", None, None)]
