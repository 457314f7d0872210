"""Unit files as a coordinator writes them, and as one should not."""

import codecs
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidbok_cli.domain.cells import NAME_LONGEST
from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.domain.text import composed
from tidbok_cli.domain.unit import BookMode, CareService, FileOrigin, ServiceKind, Services, UnitConfig
from tidbok_cli.errors import Problem
from tidbok_cli.exchange.unit_file import read_unit, read_units, unit_text

OGON = """\
hsa_id = "SE2321000024-1A2B"
name   = "Ögonmottagningen"
alias  = "ogon"
[services]                             # S6
show = true
cancel = true
rebook = true
[coupling]                             # S22
calendar = "OGON-TB1"
logical_address = "SE2321000024-1A00"
[[care_service]]                       # S23
code  = "UPPF30"
kind  = "time_type"
journal_name = "Uppföljning 30 min"
label = "Besök"
show = true
cancel = true
rebook = true
book = "basis"
cancel_deadline_hours = 24
[[care_service]]
code = "NYB"
"""
OGON_UNIT = UnitConfig(
    hsa_id="SE2321000024-1A2B",
    name="Ögonmottagningen",
    alias="ogon",
    services=Services(show=True, cancel=True, rebook=True),
    calendar="OGON-TB1",
    logical_address="SE2321000024-1A00",
    care_services=(
        CareService(
            "UPPF30", ServiceKind.TIME_TYPE, "Uppföljning 30 min", "Besök", True, True, True, BookMode.BASIS, 24
        ),
        CareService("NYB"),
    ),
)
LEAST = 'hsa_id = "SE2321000024-1A2B"\nname = "Ögon"\n'


def written(folder: Path, **texts: str) -> Path:
    (folder / "units").mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / "units" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def read(folder: Path, text: str) -> Parsed[UnitConfig]:
    return read_unit(written(folder, ogon=text) / "units" / "ogon.toml", "units/ogon.toml")


def found(problems: tuple[Problem, ...]) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.where.line, problem.where.column) for problem in problems]


def test_all_that_a_unit_can_say(tmp_path: Path) -> None:
    unit, problems = read(tmp_path, OGON)
    assert problems == ()
    assert unit == OGON_UNIT
    assert unit.origin.file == "units/ogon.toml"
    assert unit.origin.lines["care_service.1.code"] == 22


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path, mark: bytes) -> None:
    path = written(tmp_path) / "units" / "ogon.toml"
    path.write_bytes(mark + LEAST.encode())
    unit, problems = read_unit(path, "units/ogon.toml")
    assert unit and (problems, unit.origin.lines["name"]) == ((), 2)
    path.write_bytes(mark + LEAST.encode("windows-1252"))
    assert found(read_unit(path, "units/ogon.toml").problems) == [("toml.not_utf8", 2, None)]


def test_what_is_not_said_is_the_default(tmp_path: Path) -> None:
    assert read(tmp_path, LEAST) == Parsed(UnitConfig("SE2321000024-1A2B", "Ögon"))


def test_an_inline_array_of_mappings(tmp_path: Path) -> None:
    unit = read(tmp_path, LEAST + 'care_service = [{ code = "A" }, { code = "B" }]').value
    assert unit is not None
    assert unit.care_services == (CareService("A"), CareService("B"))


def test_all_mistakes_at_once_in_line_order(tmp_path: Path) -> None:
    """Of the schema, of the HSA-id, and those that the page rules out; not those that only follow from another."""
    unit, problems = read(
        tmp_path,
        """\
nmae = "Ögon"
hsa_id = "2321000024-1A2B"
alias = "Ögon"
[services]
cancel = true
[[care_service]]
code = "A"
shwo = true
cancel = true
[[care_service]]
cod = "B"
book = "yes"
[[care_service]]
code = "C"
cancel = true
[[care_service]]
code = "A"
show = true
[[care_service]]
code = "A"
show = 1
cancel_deadline_hours = -1
""",
    )
    assert unit is None
    assert {problem.where.file for problem in problems} == {"units/ogon.toml"}
    assert found(problems) == [
        ("toml.missing_key", 1, "name"),
        ("toml.misspelt_key", 1, "nmae"),
        ("hsa_id.malformed", 2, "hsa_id"),
        ("unit.bad_alias", 3, "alias"),
        ("unit.no_calendar", 5, "services.cancel"),
        ("unit.without_show", 5, "services.cancel"),
        ("toml.misspelt_key", 8, "care_service.0.shwo"),
        ("toml.missing_key", 10, "care_service.1.code"),
        ("toml.misspelt_key", 11, "care_service.1.cod"),
        ("toml.not_allowed", 12, "care_service.1.book"),
        ("mapping.without_show", 15, "care_service.2.cancel"),
        ("mapping.without_label", 16, "care_service.3"),
        ("unit.code_twice", 17, "care_service.3.code"),
        ("unit.code_twice", 20, "care_service.4.code"),
        ("toml.wrong_type", 21, "care_service.4.show"),
        ("toml.out_of_range", 22, "care_service.4.cancel_deadline_hours"),
    ]


def test_a_misspelt_calendar_is_not_also_a_missing_one(tmp_path: Path) -> None:
    _, problems = read(tmp_path, LEAST + '[services]\nshow = true\ncancel = true\n[coupling]\ncalender = "TB"\n')
    assert found(problems) == [("toml.misspelt_key", 7, "coupling.calender")]
    assert problems[0].params == {
        "key": "calender",
        "allowed": "also, calendar, logical_address",
        "nearest": "calendar",
    }


@pytest.mark.parametrize(
    ("line", "code", "params"),
    [
        ('[services]\nshow = "yes"', "toml.wrong_type", {"key": "show", "expected": "true | false"}),
        ("[services]\nshow = 1", "toml.wrong_type", {"key": "show", "expected": "true | false"}),
        ("[coupling]\ncalendar = 1", "toml.wrong_type", {"key": "calendar", "expected": '"…"'}),
        ("[coupling]\ncalendar = ''", "toml.blank", {"key": "calendar"}),
        ("[coupling]\nlogical_address = ' '", "toml.blank", {"key": "logical_address"}),
        ("\nservices = true", "toml.wrong_type", {"key": "services", "expected": "[services]"}),
        ("\nalias = ''", "unit.bad_alias", {"key": "alias"}),
        ("\nalias = 'Ogon'", "unit.bad_alias", {"key": "alias"}),
        ("\n[care_service]", "toml.wrong_type", {"key": "care_service", "expected": "[[care_service]]"}),
        ("\ncare_service = [1]", "toml.wrong_type", {"key": "care_service", "expected": "[[care_service]]"}),
        ("\nregion = 1", "toml.unknown_key", None),
    ],
)
def test_one_mistake_about_the_unit(tmp_path: Path, line: str, code: str, params: dict[str, str | int] | None) -> None:
    unit, problems = read(tmp_path, LEAST + line)
    assert unit is None
    assert [(problem.code, problem.where.line) for problem in problems] == [(code, 4)]
    assert params is None or problems[0].params == params


_HOURS = {"key": "cancel_deadline_hours"}


@pytest.mark.parametrize(
    ("line", "code", "params"),
    [
        ('kind = "tidstyp"', "toml.not_allowed", {"key": "kind", "allowed": "care_service, time_type"}),
        ("book = true", "toml.not_allowed", {"key": "book", "allowed": "no, open, basis"}),
        ("label = 1", "toml.wrong_type", {"key": "label", "expected": '"…"'}),
        (r'label = "a\u0000"', "toml.control_character", {"key": "label"}),
        (r'label = "a\u200b"', "toml.unseen_character", {"key": "label", "character": "U+200B ZERO WIDTH SPACE"}),
        ('label = "Besök "', "toml.space_around", {"key": "label"}),
        ('journal_name = " Besök"', "toml.space_around", {"key": "journal_name"}),
        ("cancel_deadline_hours = true", "toml.wrong_type", _HOURS | {"expected": "0, 1, 2, …"}),
        ("cancel_deadline_hours = 24.0", "toml.wrong_type", _HOURS | {"expected": "0, 1, 2, …"}),
        ("cancel_deadline_hours = -1", "toml.out_of_range", _HOURS | {"least": 0, "most": 1_000_000}),
        ("cancel_deadline_hours = 1_000_001", "toml.out_of_range", _HOURS | {"least": 0, "most": 1_000_000}),
        (f"cancel_deadline_hours = {10**400}", "toml.out_of_range", _HOURS | {"least": 0, "most": 1_000_000}),
    ],
)
def test_one_mistake_about_a_mapping(tmp_path: Path, line: str, code: str, params: dict[str, str | int]) -> None:
    unit, problems = read(tmp_path, f"{LEAST}[[care_service]]\ncode = 'A'\n{line}")
    assert unit is None
    assert [(problem.code, problem.where.line, problem.params) for problem in problems] == [(code, 5, params)]


@pytest.mark.parametrize(
    ("code", "problem"),
    [("", "blank"), (r"\t", "blank"), (r"A\u001b[1m", "control_character"), ("A ", "space_around")],
)
def test_a_code_is_a_word(tmp_path: Path, code: str, problem: str) -> None:
    _, problems = read(tmp_path, f'{LEAST}[[care_service]]\ncode = "{code}"')
    assert found(problems) == [(f"toml.{problem}", 4, "care_service.0.code")]


def test_a_doubtful_organisation_number_is_a_warning(tmp_path: Path) -> None:
    unit, problems = read(tmp_path, 'name = "Ögon"\nhsa_id = "SE2321000025-1A2B"')
    assert unit == UnitConfig("SE2321000025-1A2B", "Ögon")
    assert [(problem.code, problem.where.line, problem.warning) for problem in problems] == [
        ("hsa_id.check_digit", 2, True)
    ]


def test_what_is_not_toml(tmp_path: Path) -> None:
    _, problems = read(tmp_path, LEAST + "alias = ogon\n")
    assert found(problems) == [("toml.bad_value", 3, None)]


# ----------------------------------------------------------------------------------------- a region's units


def test_units_by_file_name_without_what_is_hidden(tmp_path: Path) -> None:
    folder = written(tmp_path, b='hsa_id = "SE2321000024-2"\nname = "B"', a='hsa_id = "SE2321000024-1"\nname = "A"')
    (folder / "units" / ".c.toml").write_text("[")
    (folder / "units" / "d.toml~").write_text("[")
    (folder / "tidbok.toml").write_text("[")
    units, problems = read_units(folder)
    assert problems == ()
    assert [(unit.name, unit.origin.file) for unit in units] == [("A", "units/a.toml"), ("B", "units/b.toml")]


def test_no_units(tmp_path: Path) -> None:
    assert read_units(tmp_path) == ((), ())
    assert read_units(written(tmp_path)) == ((), ())


def test_a_unit_with_errors_is_not_among_them(tmp_path: Path) -> None:
    folder = written(tmp_path, a=LEAST, b='hsa_id = "SE2321000024-2"', c="[")
    (folder / "units" / "d.toml").mkdir()
    units, problems = read_units(folder)
    assert [unit.origin.file for unit in units] == ["units/a.toml"]
    assert [(problem.code, str(problem.where)) for problem in problems] == [
        ("toml.missing_key", "units/b.toml:1, name"),
        ("toml.syntax", "units/c.toml:1"),
        ("file.is_folder", "units/d.toml"),
    ]


def test_the_same_hsa_id_or_alias_in_two_files(tmp_path: Path) -> None:
    """HSA-ids are compared without case; a file with another error takes its HSA-id all the same."""
    folder = written(
        tmp_path,
        a='hsa_id = "SE2321000024-1a"\nname = ""',
        b='hsa_id = "SE2321000024-1b"\nname = "B"\nalias = "ogon"',
        c='name = "C"\nalias = "ogon"\nhsa_id = "se2321000024-1A"',
        d='hsa_id = "SE2321000024-1B"\nname = "D"\nalias = "hud"',
    )
    units, problems = read_units(folder)
    assert [unit.name for unit in units] == ["B"]
    assert [(problem.code, str(problem.where), problem.params) for problem in problems] == [
        ("toml.blank", "units/a.toml:2, name", {"key": "name"}),
        ("unit.alias_twice", "units/c.toml:2, alias", {"alias": "ogon", "other": "units/b.toml"}),
        ("unit.hsa_id_twice", "units/c.toml:3, hsa_id", {"hsa_id": "se2321000024-1A", "other": "units/a.toml"}),
        ("unit.hsa_id_twice", "units/d.toml:1, hsa_id", {"hsa_id": "SE2321000024-1B", "other": "units/b.toml"}),
    ]


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "units").touch()
    units, problems = read_units(tmp_path)
    assert units == ()
    assert [(problem.code, problem.where.file) for problem in problems] == [("file.missing", "units")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "units").mkdir(mode=0)
    assert [problem.code for problem in read_units(tmp_path)[1]] == ["file.no_permission"]


# --------------------------------------------------------------------------------------------- written anew


def test_a_unit_written_anew() -> None:
    assert (
        unit_text(OGON_UNIT)
        == """\
hsa_id = "SE2321000024-1A2B"
name = "Ögonmottagningen"
alias = "ogon"

[services]
show = true
cancel = true
rebook = true
book = false

[coupling]
calendar = "OGON-TB1"
logical_address = "SE2321000024-1A00"

[[care_service]]
code = "UPPF30"
kind = "time_type"
journal_name = "Uppföljning 30 min"
label = "Besök"
show = true
cancel = true
rebook = true
book = "basis"
cancel_deadline_hours = 24

[[care_service]]
code = "NYB"
kind = "care_service"
show = false
cancel = false
rebook = false
book = "no"
"""
    )


def test_a_unit_written_anew_says_no_more_than_it_must() -> None:
    text = unit_text(UnitConfig("SE2321000024-1A2B", "Ögon"))
    assert text == LEAST + "\n[services]\nshow = false\ncancel = false\nrebook = false\nbook = false\n"


_signs = st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Zs"], include_characters=" ")
_seen = st.text(_signs, max_size=NAME_LONGEST // 4).map(lambda text: composed(text).strip())
_words = _seen.filter(lambda text: bool(text.strip()))
_labels = st.builds(lambda word, letter: composed(word + letter), _words, st.characters(categories=["L"]))
_texts = st.none() | _seen
_flags = st.booleans()
_mappings = st.builds(
    CareService, _words, st.sampled_from(ServiceKind), _texts, _labels, _flags, st.just(False), st.just(False),
    st.sampled_from(BookMode), st.integers(0, 1_000_000), _texts, _flags,
)  # fmt: skip
_units = st.builds(
    UnitConfig,
    st.just("SE2321000024-1A2B"),
    _words,
    st.none() | st.from_regex("[a-z0-9-]{1,50}", fullmatch=True),
    st.builds(Services, st.just(True), _flags, _flags, _flags),
    _words,
    st.none() | _words,
    st.lists(_mappings, max_size=4, unique_by=lambda mapping: mapping.code).map(tuple),
    st.just(()),
    st.just(FileOrigin()),
)


@given(unit=_units)
def test_a_unit_written_anew_is_read_as_it_was(tmp_path_factory: pytest.TempPathFactory, unit: UnitConfig) -> None:
    folder = tmp_path_factory.getbasetemp() / "written_anew"
    told = read(folder, unit_text(unit))
    assert told.value == unit
    assert {problem.code for problem in told.problems} <= {"text.decoded_twice", "text.lost_letters"}
