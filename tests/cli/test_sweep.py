"""`sweep`: which bookings, in which order, with which verdict.

The bookings lie at three units: the eye clinic (`ogon`) and Flogsta of the sample region, in force since 2026-01-01,
and one without a file.
"""

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Run
from support.people import ANNA, BO
from support.region import FLOGSTA, NO_FILE, OGON, RegionAt, sample_in_force

from tidbok_cli.render.check_names import reason_names

pytestmark = pytest.mark.both

THEN = ("--at", "2026-11-01")
BOOKINGS = f"""\
booking_id,unit,code,resident,start,status,created_at,ended_at,origin,calendar
H1,{NO_FILE},HUDB,{BO},2026-12-01T09:00,,2026-10-01,,,
F1,flogsta,PROV10,{BO},2026-12-01T09:00,,2026-10-01,,,
F2,flogsta,PROV10,{BO},2026-11-30T09:00,,2026-10-01,,,X
O9,ogon,UPPF30,{ANNA},2026-12-01T23:30,,2026-10-01,,clinic,
O10,ogon,UPPF30,{ANNA},2026-12-01T23:30,,2026-10-01,,,
O2,ogon,UPPF30,{ANNA},2026-12-02T00:15,,2026-10-01,,,
O1,ogon,SYNF60,{ANNA},2026-12-03T00:00,,2026-10-01,,,
OVER,ogon,UPPF30,{ANNA},2026-10-31T22:00,,2026-10-01,,,
ONGOING,ogon,UPPF30,{ANNA},2026-10-31T22:00:01,,2026-10-01,,,
ENDED,ogon,UPPF30,{ANNA},2026-12-04T09:00,cancelled,2026-10-01,2026-11-01,,
ENDS,ogon,UPPF30,{ANNA},2026-12-05T09:00,rebooked,2026-10-01,2026-11-02,,
LATER,ogon,UPPF30,{ANNA},2026-12-06T09:00,,2026-11-02,,,
"""
ACTIVE = ["ONGOING", "O10", "O9", "O2", "O1", "ENDS", "F2", "F1", "H1"]
EVERY = ["OVER", "ONGOING", "O10", "O9", "O2", "O1", "ENDED", "ENDS", "LATER", "F2", "F1", "H1"]


@pytest.fixture(scope="module")
def in_force(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The region with its bookings; no test changes it, but for copies."""
    folder = tmp_path_factory.mktemp("sample")
    run = sample_in_force(region_at, folder)
    assert run("booking", "import", "-", "--at", "2026-11-01", stdin=BOOKINGS).status == 0
    return folder


def rows(run: Run, *options: str) -> list[dict[str, Any]]:
    ran = run("sweep", "-o", "json", *options)
    told: list[dict[str, Any]] = json.loads(ran.out)
    assert ran.status == int(any(each["verdict"] != "shown" for each in told)), ran.err
    return told


def names(run: Run, *options: str) -> list[str]:
    return [each["booking"] for each in rows(run, *options)]


def test_what_is_active_and_not_over_by_unit_start_and_booking(eye_clinic: Run) -> None:
    told = rows(eye_clinic, *THEN)
    assert [each["booking"] for each in told] == ACTIVE
    assert told[1] == {
        "unit": OGON,
        "booking": "O10",
        "resident": "19121212-****",
        "code": "UPPF30",
        "start": "2026-12-01T23:30:00+01:00",
        "verdict": "shown",
        "reasons": [],
    }
    assert [(each["booking"], each["verdict"], each["reasons"]) for each in told if each["verdict"] != "shown"] == [
        ("O1", "hidden", ["service.show_off"]),
        ("F2", "hidden", ["coupling.other_calendar", "relation.never"]),
        ("F1", "hidden", ["relation.never"]),
        ("H1", "hidden", ["unit.not_configured", "coupling.missing", "service.not_mapped", "relation.never"]),
    ]


def test_every_booking(eye_clinic: Run) -> None:
    told = rows(eye_clinic, *THEN, "--all")
    assert [each["booking"] for each in told] == EVERY
    more = {each["booking"]: each["reasons"] for each in told if each["booking"] not in ACTIVE}
    assert more == {"OVER": ["window.over"], "ENDED": ["booking.cancelled"], "LATER": ["booking.not_yet_made"]}


def test_each_row_is_what_why_says(eye_clinic: Run) -> None:
    for row in rows(eye_clinic, *THEN, "--all"):
        told = json.loads(eye_clinic("why", row["booking"], *THEN, "-o", "json").out)
        failing = [f"{each['check']}.{each['reason']}" for each in told["checks"] if each["result"] != "pass"]
        assert (row["verdict"], row["reasons"]) == (told["verdict"], failing)
        about = told["booking"]
        assert [about[name] for name in ("unit", "id", "resident", "code", "start")] == list(row.values())[:5]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--unit", "flogsta"), ["F2", "F1"]),
        (("--unit", FLOGSTA.lower()), ["F2", "F1"]),
        (("--unit", NO_FILE, "--unit", "flogsta"), ["F2", "F1", "H1"]),
        (("--unit", "flogsta", "--unit", FLOGSTA), ["F2", "F1"]),
        (("--from", "2026-12-01"), ["O10", "O9", "O2", "O1", "ENDS", "F1", "H1"]),
        (("--from", "2026-12-02"), ["O2", "O1", "ENDS"]),
        (("--to", "2026-12-01"), ["ONGOING", "O10", "O9", "F2", "F1", "H1"]),
        (("--to", "2026-12-02"), ["ONGOING", "O10", "O9", "O2", "F2", "F1", "H1"]),
        (("--from", "2026-12-01", "--to", "2026-12-01"), ["O10", "O9", "F1", "H1"]),
        (("--from", "2026-12-02", "--to", "2026-12-02"), ["O2"]),
        (("--from", "2026-12-03", "--to", "2026-12-02"), []),
        (("--from", "2026-12-01", "--to", "2026-12-02", "--unit", "ogon"), ["O10", "O9", "O2"]),
        (("--from", "2026-10-31", "--to", "2026-10-31", "--all"), ["OVER", "ONGOING"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_some_units_and_dates(eye_clinic: Run, options: tuple[str, ...], expected: list[str]) -> None:
    """Dates are those of the start in Stockholm, both included: O9 starts at 23:30, O2 at 00:15."""
    assert names(eye_clinic, *THEN, *options) == expected


def test_dates_are_stockholms_on_the_days_when_clocks_change(eye_clinic: Run) -> None:
    text = f"""\
booking_id,unit,code,resident,start,created_at
A,ogon,UPPF30,{ANNA},2027-03-27T23:59:59,2026-10-01
B,ogon,UPPF30,{ANNA},2027-03-28T00:00,2026-10-01
C,ogon,UPPF30,{ANNA},2027-03-28T23:59:59,2026-10-01
D,ogon,UPPF30,{ANNA},2027-03-29T00:00,2026-10-01
E,ogon,UPPF30,{ANNA},2027-10-31T00:00,2026-10-01
F,ogon,UPPF30,{ANNA},2027-10-31T23:59:59,2026-10-01
G,ogon,UPPF30,{ANNA},2027-11-01T00:00,2026-10-01
"""
    assert eye_clinic("booking", "import", "-", stdin=text).status == 0
    assert names(eye_clinic, "--from", "2027-03-28", "--to", "2027-03-28") == ["B", "C"]
    assert names(eye_clinic, "--from", "2027-10-31", "--to", "2027-10-31") == ["E", "F"]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-09-30T23:59:59", []),
        ("2026-10-31T23:59:59", ["OVER", "ONGOING", "O10", "O9", "O2", "O1", "ENDED", "ENDS", "F2", "F1", "H1"]),
        ("2026-11-01", ACTIVE),
        ("2026-11-01T00:00:01", ACTIVE[1:]),
        ("2026-11-02", ["O10", "O9", "O2", "O1", "LATER", "F2", "F1", "H1"]),
        ("2026-12-06T10:59:59", ["LATER"]),
        ("2026-12-06T11:00", []),
    ],
)
def test_at_any_moment(eye_clinic: Run, at: str, expected: list[str]) -> None:
    assert names(eye_clinic, "--at", at) == expected


@pytest.mark.parametrize(
    "options",
    [(), ("--all",), ("--unit", "flogsta"), ("--from", "2026-12-02"), ("--all", "--to", "2026-12-01")],
    ids=lambda value: " ".join(value) or "plain",
)
def test_the_summary_is_the_rows_counted(eye_clinic: Run, options: tuple[str, ...]) -> None:
    counted = Counter((each["verdict"], tuple(each["reasons"])) for each in rows(eye_clinic, *THEN, *options))
    ran = eye_clinic("sweep", "--summary", "-o", "json", *THEN, *options)
    told = json.loads(ran.out)
    assert {(each["verdict"], tuple(each["reasons"])): each["bookings"] for each in told} == counted
    assert len(told) == len(counted)
    sizes = [each["bookings"] for each in told]
    assert sizes == sorted(sizes, reverse=True)
    assert ran.status == int(any(verdict != "shown" for verdict, _ in counted))


def test_the_summary_whole(eye_clinic: Run) -> None:
    assert json.loads(eye_clinic("sweep", "--summary", "-o", "json", *THEN).out) == [
        {"verdict": "shown", "reasons": [], "bookings": 5},
        {"verdict": "hidden", "reasons": ["coupling.other_calendar", "relation.never"], "bookings": 1},
        {"verdict": "hidden", "reasons": ["relation.never"], "bookings": 1},
        {"verdict": "hidden", "reasons": ["service.show_off"], "bookings": 1},
        {
            "verdict": "hidden",
            "reasons": ["unit.not_configured", "coupling.missing", "service.not_mapped", "relation.never"],
            "bookings": 1,
        },
    ]


# ------------------------------------------------------------------------------ reasons and the work list


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--reason", "relation.never"), ["F2", "F1", "H1"]),
        (("--reason", "service"), ["O1", "H1"]),
        (("--reason", "service.show_off", "--reason", "coupling.other_calendar"), ["O1", "F2"]),
        (("--reason", "window"), []),
        (("--reason", "window", "--reason", "booking.cancelled", "--all"), ["OVER", "ENDED"]),
        (("--reason", "offer", "--action", "rebook"), ["F2", "F1", "H1"]),
        (("--reason", "deadline", "--action", "cancel"), ["ONGOING"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_bookings_that_fail_for_a_reason(eye_clinic: Run, options: tuple[str, ...], expected: list[str]) -> None:
    ran = eye_clinic("sweep", *THEN, *options, "-o", "json")
    told = json.loads(ran.out)
    assert ([each["booking"] for each in told], ran.status) == (expected, int(bool(expected)))
    counted = json.loads(eye_clinic("sweep", *THEN, *options, "--summary", "-o", "json").out)
    assert sum(each["bookings"] for each in counted) == len(expected)
    assert {tuple(each["reasons"]) for each in counted} == {tuple(each["reasons"]) for each in told}


def test_people_are_told_of_an_action_by_its_name(eye_clinic: Run) -> None:
    for form in ((), ("--summary",)):
        assert "Allowed" in eye_clinic("sweep", *THEN, *form, "--action", "cancel").out.splitlines()[0]
        assert "Shown" in eye_clinic("sweep", *THEN, *form).out.splitlines()[0]
    assert {each["verdict"] for each in rows_of(eye_clinic, "--action", "cancel")} == {"allowed", "denied"}


def rows_of(run: Run, *options: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(run("sweep", *THEN, *options, "-o", "json").out)
    return told


def test_people_read_names_beside_the_codes(eye_clinic: Run) -> None:
    heading, *lines = eye_clinic("sweep", *THEN).out.splitlines()
    assert heading.split() == ["HSA-id", "Clinic", "Booking", "Shown", "Reasons", "Code", "Label", "Start", "Resident"]
    assert [line.count("Ögonmottagningen") for line in lines] == [1] * 6 + [0] * 3
    assert [line.count("Besök") for line in lines] == [1, 1, 1, 1, 0, 1, 0, 0, 0]


def test_the_work_list_is_the_reasons_counted(eye_clinic: Run) -> None:
    """A booking with two reasons counts in both; a resident with two bookings counts once."""
    more = f"""\
booking_id,unit,code,resident,start,created_at,care_type
F3,flogsta,PROV10,{BO},2026-12-02T09:00,2026-10-01,
O3,ogon,TT9,{ANNA},2026-12-02T10:00,2026-10-01,
"""
    assert eye_clinic("booking", "import", "-", "--at", "2026-11-01", stdin=more).status == 0
    reasons = [(each["unit"], each["code"], reason) for each in rows(eye_clinic, *THEN) for reason in each["reasons"]]
    ran = eye_clinic("sweep", *THEN, "--by", "unit,code,reason", "-o", "json")
    told = json.loads(ran.out)
    assert ran.status == 1
    assert {(each["unit"], each["code"], each["reason"]): each["bookings"] for each in told} == Counter(reasons)
    assert (told[0]["reason"], told[0]["bookings"], told[0]["residents"]) == ("relation.never", 3, 1)
    assert [each["bookings"] for each in told] == sorted((each["bookings"] for each in told), reverse=True)
    by_reason = {(each["unit"], each["code"], each["reason"]): each for each in told}
    mended = by_reason[OGON, "TT9", "service.not_mapped"]
    assert mended["command"] == "tidbok service map ogon TT9 --label … --show && tidbok unit apply ogon"
    assert mended["actor"] == "coordinator" and mended["fix"] in eye_clinic("why", "O3", *THEN, "-o", "json").out
    assert by_reason[FLOGSTA, "PROV10", "coupling.other_calendar"]["command"] == "tidbok unit apply flogsta"
    never = by_reason[FLOGSTA, "PROV10", "relation.never"]
    assert (never["actor"], never["command"]) == ("resident", None)
    table = eye_clinic("sweep", *THEN, "--by", "unit,code,reason").out.splitlines()
    assert any("Flogsta vårdcentral" in line and "Relation: missing" in line for line in table)
    assert eye_clinic("sweep", *THEN, "--by", "unit,code,reason", "-o", "csv").out.count("\n") == len(told) + 1


def test_the_work_list_by_less(eye_clinic: Run) -> None:
    def told(*options: str) -> list[tuple[Any, ...]]:
        rows = json.loads(eye_clinic("sweep", *THEN, *options, "-o", "json").out)
        return [
            tuple(each[key] for key in ("unit", "code", "reason", "bookings", "residents", "actor")) for each in rows
        ]

    assert told("--by", "reason", "--reason", "relation") == [(None, None, "relation.never", 3, 1, "resident")]
    assert told("--by", "unit") == [
        (FLOGSTA, None, None, 2, 1, None), (OGON, None, None, 1, 1, None), (NO_FILE, None, None, 1, 1, None)
    ]  # fmt: skip
    assert told("--by", "unit,code,reason", "--unit", "ogon", "--to", "2026-12-01") == []
    assert eye_clinic("sweep", *THEN, "--by", "reason", "--unit", "ogon", "--to", "2026-12-01").status == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--reason", "relations"), "usage.choice"),
        (("--reason", "relation.foo"), "usage.choice"),
        (("--reason", "deadline"), "usage.choice"),
        (("--by", "clinic"), "usage.choice"),
        (("--by", ""), "usage.choice"),
        (("--action", "book"), "usage.choice"),
        (("--by", "unit", "--summary"), "usage.not_together"),
        (("--by", "unit", "--save", "x"), "usage.not_together"),
        (("--reason", "relation", "--save", "x"), "usage.not_together"),
        (("--reason", "relation", "--since", "x"), "sweep.has_its_extent"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_reasons_and_work_lists_that_there_are_not(eye_clinic: Run, options: tuple[str, ...], code: str) -> None:
    ran = eye_clinic("sweep", *options, "-o", "json")
    error = json.loads(ran.err)["error"]
    assert (ran.status, ran.out, error["code"]) == (2, "", code)
    if "--reason" in options and code == "usage.choice":
        assert "relation.never" in error["message"]


def test_an_id_is_escaped_in_json_and_its_neighbours_are_as_they_were(eye_clinic: Run) -> None:
    more = f"""\
booking_id,unit,code,resident,start,created_at
"B\\1",ogon,UPPF30,{ANNA},2026-12-07T09:00,2026-10-01
"B""2",ogon,UPPF30,{ANNA},2026-12-07T10:00,2026-10-01
Bö3,ogon,UPPF30,{ANNA},2026-12-07T11:00,2026-10-01
"""
    assert eye_clinic("booking", "import", "-", "--at", "2026-11-01", stdin=more).status == 0
    lines = eye_clinic("sweep", *THEN, "--unit", "ogon", "-o", "ndjson").out.splitlines()
    told = [json.loads(line) for line in lines]
    assert [each["booking"] for each in told] == [*ACTIVE[:6], "B\\1", 'B"2', "Bö3"]
    assert lines == [json.dumps(each, ensure_ascii=False) for each in told]
    assert told == rows(eye_clinic, *THEN, "--unit", "ogon")


def test_a_booking_of_a_mapped_care_type_is_judged_and_named_by_it(eye_clinic: Run) -> None:
    """Some of a lot have a care type, others have none, or one that is not needed."""
    more = f"""\
booking_id,unit,code,resident,start,created_at,care_type
T1,ogon,TT9,{ANNA},2026-12-08T09:00,2026-10-01,UPPF30
T2,ogon,TT9,{ANNA},2026-12-08T10:00,2026-10-01,
T3,ogon,UPPF30,{ANNA},2026-12-08T11:00,2026-10-01,SYNF60
T4,ogon,TT9,{ANNA},2026-12-08T12:00,2026-10-01,SYNF60
"""
    assert eye_clinic("booking", "import", "-", "--at", "2026-11-01", stdin=more).status == 0
    options = (*THEN, "--unit", "ogon", "--from", "2026-12-08")
    told = {each["booking"]: each["reasons"] for each in rows(eye_clinic, *options)}
    assert told == {"T1": [], "T2": ["service.not_mapped"], "T3": [], "T4": ["service.show_off"]}
    _, *lines = eye_clinic("sweep", *options).out.splitlines()
    assert ["Besök" in line for line in lines] == [True, False, True, False]


# ------------------------------------------------------------------------------------- forms and status


@pytest.mark.parametrize("options", [(), ("--summary",)], ids=["rows", "summary"])
def test_every_form_says_the_same(eye_clinic: Run, options: tuple[str, ...]) -> None:
    told = json.loads(eye_clinic("sweep", *options, *THEN, "-o", "json").out)
    lines = eye_clinic("sweep", *options, *THEN, "-o", "ndjson").out.splitlines()
    assert [json.loads(line) for line in lines] == told
    written = [
        {name: ";".join(value) if name == "reasons" else str(value) for name, value in each.items()} for each in told
    ]
    text = eye_clinic("sweep", *options, *THEN, "-o", "csv").out
    assert list(csv.DictReader(io.StringIO(text))) == written
    assert text.splitlines()[0] == ",".join(told[0])
    table = eye_clinic("sweep", *options, *THEN).out
    assert len(table.splitlines()) == len(told) + 1
    for cells in written:
        cells |= {"verdict": {"hidden": "no", "shown": "yes", "unknown": "not known"}[cells["verdict"]]}
        if "start" in cells:
            cells |= {"start": cells["start"][:16].replace("T", " ")}
        cells |= {"reasons": ", ".join(reason_names(filter(None, cells["reasons"].split(";"))))}
        shown = list(cells.values())
        assert any(all(value in line for value in shown) for line in table.splitlines())
    assert "\x1b" not in table and "│" not in table and "─" not in table


def test_csv_joins_reasons_with_semicolons(eye_clinic: Run) -> None:
    header, line = eye_clinic("sweep", *THEN, "-o", "csv", "--unit", NO_FILE).out.splitlines()
    assert header == "unit,booking,resident,code,start,verdict,reasons"
    reasons = "unit.not_configured;coupling.missing;service.not_mapped;relation.never"
    assert line == f"{NO_FILE},H1,19861106-****,HUDB,2026-12-01T09:00:00+01:00,hidden,{reasons}"


def test_the_forms_do_not_depend_on_the_language(eye_clinic: Run) -> None:
    for options in ((), ("--summary",)):
        for form in ("json", "ndjson", "csv"):
            told = [
                eye_clinic("--lang", language, "sweep", *options, *THEN, "-o", form).out for language in ("sv", "en")
            ]
            assert told[0] == told[1]


@pytest.mark.parametrize("form", ["json", "ndjson", "csv", "table"])
@pytest.mark.parametrize("summary", [(), ("--summary",)], ids=["rows", "summary"])
def test_the_exit_status(eye_clinic: Run, form: str, summary: tuple[str, ...]) -> None:
    """1 where something is hidden or unknown, 0 where all is shown or there is nothing."""
    dates = {"2026-12-01": 0, "2026-12-03": 1, "2026-12-25": 0}
    for date, expected in dates.items():
        ran = eye_clinic("sweep", *summary, "--unit", "ogon", "--from", date, "--to", date, *THEN, "-o", form)
        assert ran.status == expected, date


def test_unknown_is_1(eye_clinic: Run, tmp_path: Path) -> None:
    file = tmp_path / "config" / "tidbok.toml"
    text = file.read_text(encoding="utf-8").replace('relation_data = "complete"', 'relation_data = "partial"')
    file.write_text(text, encoding="utf-8")
    (told,) = rows(eye_clinic, "--unit", "flogsta", "--from", "2026-12-01", *THEN)
    assert (told["verdict"], told["reasons"]) == ("unknown", ["relation.no_data"])
    assert eye_clinic("sweep", "--summary", "--unit", "flogsta", "--from", "2026-12-01", *THEN).status == 1


def test_nothing_to_sweep(region_at: RegionAt, tmp_path: Path) -> None:
    run = region_at(tmp_path)
    assert (run("sweep", "-o", "json").status, run("sweep", "-o", "json").out) == (0, "[]\n")
    assert run("sweep", "--summary", "-o", "json").out == "[]\n"
    assert run("sweep", "-o", "ndjson").out == ""
    assert run("sweep", "-o", "csv").out == "unit,booking,resident,code,start,verdict,reasons\n"


@pytest.mark.parametrize(
    "options",
    [
        ("--unit", "okand"),
        ("--unit", "SE12"),
        ("--unit", "ogon", "--unit", "SE2321000024-0000"),
        ("--from", "2026-12-32"),
        ("--to", "igår"),
        ("--at", "2026-03-29T02:30"),
        ("-o", "text"),
        ("-o", "xml"),
    ],
    ids=" ".join,
)
def test_trouble(eye_clinic: Run, options: tuple[str, ...]) -> None:
    ran = eye_clinic("sweep", *options)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err


def test_every_form_says_the_same_whatever_the_ids_hold(eye_clinic: Run) -> None:
    """Long lists are put together from parts that repeat: quotes, formulas and å are as in any other list."""
    hostile = ('"quoted"', "back\\slash", "=1+1", "a,b;c", "å 😀", "-5", "line’s")
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("booking_id", "unit", "code", "resident", "start", "created_at"))
    writer.writerows((name, "flogsta", name, ANNA, "2026-12-07T09:00", "2026-10-01") for name in hostile)
    assert eye_clinic("booking", "import", "-", "--at", "2026-11-01", stdin=text.getvalue()).status == 0
    only = (*THEN, "--from", "2026-12-07")
    told = rows(eye_clinic, *only)
    assert {each["booking"] for each in told} == {each["code"] for each in told} == set(hostile)
    lines = eye_clinic("sweep", *only, "-o", "ndjson").out.splitlines()
    assert lines == [json.dumps(each, ensure_ascii=False) for each in told]
    cells = list(csv.DictReader(io.StringIO(eye_clinic("sweep", *only, "-o", "csv").out)))
    spelled = {name: f"'{name}" if name[0] in "=-" else name for name in hostile}
    assert [(each["booking"], each["code"]) for each in cells] == [(spelled[each["booking"]],) * 2 for each in told]
    assert {each["reasons"] for each in cells} == {"service.not_mapped;relation.never"}
