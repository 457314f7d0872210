"""`unit plan`, `history`, `export` and `checklist`: changes known beforehand.

Contract, section 3.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.command_line import Copied, Run
from support.people import ANNA, BO
from support.region import BOOKABLE, FLOGSTA, NO_FILE, OGON, OGON_FILE, RegionAt, put_in_force, write_unit
from support.thorough import THOROUGH, examples

HEADER = "booking_id,unit,code,resident,start,created_at,calendar,care_type"


@pytest.fixture(scope="module")
def filled(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The eye clinic in force, with three coming bookings of somebody who has added it: two are shown."""
    folder = tmp_path_factory.mktemp("filled")
    region = region_at(folder)
    put_in_force(region, folder, OGON_FILE)
    rows = (
        f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01,,",
        f"B2,ogon,NYB45,{ANNA},2026-12-02T09:00,2026-10-01,,UPPF30",
        f"B3,ogon,NYB45,{ANNA},2026-12-03T09:00,2026-10-01,,",
        f"B4,ogon,UPPF30,{ANNA},2026-10-20T09:00,2026-10-01,,",
    )
    assert region("booking", "import", "-", "--at", "2026-10-02", stdin="\n".join((HEADER, *rows))).status == 0
    assert region("relation", "record", ANNA, "ogon", "clinic_added", "--at", "2026-10-02").status == 0
    return folder


@pytest.fixture
def clinic(filled: Path, copied: Copied) -> Run:
    """The command line of a copy of it."""
    return copied(filled)


def plan(run: Run, *options: str, at: str = "2026-11-01") -> dict[str, Any]:
    ran = run("unit", "plan", "--at", at, "-o", "json", *options)
    told: dict[str, Any] = json.loads(ran.out)
    assert ran.status == (1 if told["actions"] or told["kept_without_file"] else 0)
    return told


# ------------------------------------------------------------------------------------------- the plan


def test_nothing_to_do(clinic: Run) -> None:
    told = plan(clinic)
    assert (told["schema"], told["actions"], told["effect"]["bookings"]) == ("tidbok.plan/1", [], [])
    assert clinic("unit", "plan").out == "Nothing to do: the files and what is in force are the same.\n"


def test_a_change_field_by_field_and_what_it_does_to_coming_bookings(clinic: Run, tmp_path: Path) -> None:
    write_unit(tmp_path, OGON_FILE.replace("Besök", "Återbesök") + '[[care_service]]\ncode = "NYB45"\n')
    told = plan(clinic)
    assert told["actions"] == [
        {
            "change": "change",
            "unit": OGON,
            "name": "Ögonmottagningen",
            "fields": [],
            "mappings": [
                {
                    "change": "add",
                    "code": "NYB45",
                    "fields": [
                        {"key": "kind", "before": None, "after": "care_service"},
                        {"key": "show", "before": None, "after": False},
                        {"key": "cancel", "before": None, "after": False},
                        {"key": "rebook", "before": None, "after": False},
                        {"key": "book", "before": None, "after": "no"},
                        {"key": "cancel_deadline_hours", "before": None, "after": 0},
                        {"key": "digital", "before": None, "after": False},
                    ],
                },
                {
                    "change": "change",
                    "code": "UPPF30",
                    "fields": [{"key": "label", "before": "Besök", "after": "Återbesök"}],
                },
            ],
            "replaces_waiting": False,
            "loses": [],
        }
    ]
    unchanged = {"allowed": 0, "denied": 0, "reasons": []}
    assert told["effect"] == {
        "shown": 0,
        "hidden": 1,
        "cancel": unchanged,
        "rebook": unchanged,
        "book": unchanged,
        "lost_relations": [],
        "calendars_left": [],
        "bookings": [
            {
                "unit": OGON,
                "booking": "B2",
                "code": "NYB45",
                "start": "2026-12-02T09:00:00+01:00",
                "before": "shown",
                "after": "hidden",
                "reasons": ["service.show_off"],
            }
        ],
    }


def test_a_plan_for_people_says_first_what_it_hides(clinic: Run, tmp_path: Path) -> None:
    write_unit(tmp_path, OGON_FILE.replace("OGON-TB1", "OGON-TB2").replace("UPPF30", "NYB45"))
    ran = clinic("unit", "plan", "--at", "2026-11-01")
    assert ran.status == 1
    assert (
        ran.out
        == """\
Mind: this hides 1 coming booking that is shown today.
~ SE2321000024-1A2B Ögonmottagningen: changes Sun 1 Nov 2026 00:00
    coupling.calendar = "OGON-TB1" → "OGON-TB2"
    + NYB45: label = "Besök"; show = true
    - UPPF30

1 coming booking becomes shown, hidden until now by:
       1  Care service/time type: not configured
1 coming booking becomes hidden, by:
       1  Care service/time type: not configured
"""
    )
    assert clinic("--lang", "sv", "unit", "plan", "--at", "2026-11-01").out.startswith(
        "Observera: detta döljer 1 kommande bokning som visas i dag.\n"
    )


def test_a_unit_that_comes_and_one_that_goes(clinic: Run, tmp_path: Path) -> None:
    write_unit(tmp_path, OGON_FILE.replace(OGON, FLOGSTA).replace('"ogon"', '"ny"').replace("Ögon", "Hud"), "ny")
    (tmp_path / "config/units/ogon.toml").unlink()
    told = plan(clinic)
    assert [(each["change"], each["unit"]) for each in told["actions"]] == [("add", FLOGSTA)]
    assert (told["kept_without_file"], told["effect"]["hidden"]) == ([OGON], 0)
    told = plan(clinic, "--remove")
    assert [(each["change"], each["unit"]) for each in told["actions"]] == [("remove", OGON), ("add", FLOGSTA)]
    assert [(each["booking"], each["reasons"][0]) for each in told["effect"]["bookings"]] == [
        ("B1", "unit.not_configured"), ("B2", "unit.not_configured"),
    ]  # fmt: skip


def test_a_plan_for_a_moment_to_come_counts_what_is_coming_then(clinic: Run, tmp_path: Path) -> None:
    write_unit(tmp_path, OGON_FILE.replace("show = true", "show = false"))
    assert plan(clinic)["effect"]["hidden"] == 2
    assert plan(clinic, at="2026-12-01T11:00")["effect"]["hidden"] == 1
    assert plan(clinic, at="2026-12-01T10:59:59")["effect"]["hidden"] == 2


def test_a_logical_address_that_tak_does_not_route_hides(clinic: Run, tmp_path: Path) -> None:
    contracts = ("GetSubjectOfCareSchedule", "GetBookingDetails")
    route = {"fromTidpunkt": "2020-01-01T00:00:00+0000", "tomTidpunkt": None}
    routes = [
        route
        | {
            "relationships": {
                "logiskadress": OGON.lower(),
                "tjanstekontrakt": f"urn:riv:crm:scheduling:{contract}Responder:1",
                "anropsadress": "https://journal.example/x",
            }
        }
        for contract in contracts
    ]
    export = json.dumps({"tidpunkt": "2026-10-01T00:00:00Z", "data": {"vagval": routes}})
    assert clinic("coupling", "import-tak", "-", "--at", "2026-10-02", stdin=export).status == 0
    write_unit(tmp_path, OGON_FILE.replace("[coupling]", '[coupling]\nlogical_address = "SE2321000024-1A00"'))
    told = plan(clinic)["effect"]["bookings"]
    assert [(each["booking"], each["reasons"]) for each in told] == [
        ("B1", ["coupling.not_routed"]), ("B2", ["coupling.not_routed"]),
    ]  # fmt: skip


def test_apply_does_what_was_planned_and_says_the_same(clinic: Run, tmp_path: Path) -> None:
    write_unit(tmp_path, OGON_FILE.replace("show = true", "show = false"))
    told = plan(clinic)
    done = json.loads(clinic("unit", "apply", "--yes", "--at", "2026-11-01", "-o", "json").out)
    assert done == told | {"schema": "tidbok.apply/1"}
    assert plan(clinic)["actions"] == []
    assert clinic("unit", "apply", "--yes", "--at", "2026-11-02").out.startswith("Nothing to do")


def test_what_residents_can_no_longer_do(bookable: Run, tmp_path: Path) -> None:
    rows = [f"B{day},ogon,UPPF30,{ANNA},2026-12-0{day}T09:00,2026-10-01,,\n" for day in range(1, 4)]
    assert bookable("booking", "import", "-", "--at", "2026-10-02", stdin=f"{HEADER}\n{''.join(rows)}").status == 0
    assert bookable("relation", "record", ANNA, "ogon", "clinic_added", "--at", "2026-10-02").status == 0
    for day, code in ((4, "UPPF30"), (5, "OP60"), (6, "OP60")):
        publish = ("slot", "publish", "ogon", code, f"2026-12-0{day}T09:00", "--minutes", "30", "--at", "2026-10-01")
        assert bookable(*publish).status == 0
    text = BOOKABLE.replace("cancel = true", "cancel = false", 1).replace('book   = "basis"', 'book = "no"')
    write_unit(tmp_path, text.replace("cancel_deadline_hours = 24", "cancel_deadline_hours = 900", 1))
    effect = plan(bookable)["effect"]
    assert (effect["hidden"], effect["rebook"]["denied"], effect["rebook"]["reasons"]) == (
        0, 3, [{"reasons": ["deadline.passed"], "count": 3}],
    )  # fmt: skip
    assert effect["cancel"] == {
        "allowed": 0,
        "denied": 3,
        "reasons": [{"reasons": ["offer.off", "deadline.passed"], "count": 3}],
    }
    assert effect["book"] == {"allowed": 0, "denied": 2, "reasons": [{"reasons": ["permission.off"], "count": 2}]}
    told = bookable("unit", "plan", "--at", "2026-11-01").out
    assert "Coming bookings that residents can no longer cancel: 3, by:\n       3  " in told
    assert "Published times that residents can no longer book: 2, by:" in told
    assert bookable("unit", "apply", "--yes", "--at", "2026-11-01").status == 0
    write_unit(tmp_path, BOOKABLE)
    effect = plan(bookable)["effect"]
    assert [effect[service]["allowed"] for service in ("cancel", "rebook", "book")] == [3, 3, 2]


def test_more_may_not_be_hidden_at_once_than_a_fifth_of_what_is_shown(clinic: Run, tmp_path: Path) -> None:
    rows = (f"C{number},ogon,UPPF30,{ANNA},2026-12-05T09:00,2026-10-01,," for number in range(19))
    assert clinic("booking", "import", "-", "--at", "2026-10-02", stdin="\n".join((HEADER, *rows))).status == 0
    write_unit(tmp_path, OGON_FILE.replace("show = true", "show = false"))
    call = ("unit", "apply", "--yes", "--at", "2026-11-01")
    refused = clinic(*call, "-o", "json")
    error = json.loads(refused.err)["error"]
    assert (refused.status, error["code"]) == (1, "apply.hides_too_many")
    assert "21 coming bookings" in error["message"] and "more than 20" in error["message"]
    assert clinic(*call, "--max-hidden", "20").status == 1
    assert plan(clinic)["effect"]["hidden"] == 21
    assert clinic(*call, "--max-hidden", "21").status == 0
    write_unit(tmp_path, OGON_FILE)
    assert clinic("unit", "apply", "--yes", "--at", "2026-11-02").status == 0
    write_unit(tmp_path, OGON_FILE.replace("show = true", "show = false"))
    assert clinic("unit", "apply", "--yes", "--at", "2026-11-03", "--allow-mass").status == 0


def test_a_clinic_with_another_hsa_id_has_none_of_its_relations(clinic: Run, tmp_path: Path) -> None:
    write_unit(tmp_path, OGON_FILE.replace(OGON, FLOGSTA))
    told = plan(clinic)["effect"]["lost_relations"]
    assert told == [{"unit": OGON, "successor": FLOGSTA, "residents": 1}]
    assert plan(clinic, "--remove")["effect"]["lost_relations"] == told
    said = "1 resident with coming times has no relation to the new clinic"
    assert said in clinic("unit", "plan", "--remove", "--at", "2026-11-01").out
    assert clinic("unit", "apply", "--yes", "--at", "2026-11-01").status == 2  # its alias is that of the old one
    assert clinic("unit", "apply", "--yes", "--at", "2026-11-01", "--remove", "--purpose", "REK-17").status == 0
    assert plan(clinic)["actions"] == []
    told = json.loads(clinic("unit", "history", FLOGSTA, "-o", "json").out)
    assert [each["purpose"] for each in told["versions"]] == ["REK-17"]
    assert "REK-17" in clinic("unit", "history", FLOGSTA).out


MOVING = OGON_FILE.replace(
    'calendar = "OGON-TB1"', 'calendar = "OGON-TB2"\nalso = [{ calendar = "OGON-TB1", until = 2026-12-02 }]'
)


@pytest.mark.both
def test_a_calendar_that_times_are_moved_to(region: Run, tmp_path: Path) -> None:
    """S22, Reading: bookings in both calendars are found, until the day on which the old one is left."""
    put_in_force(region, tmp_path, OGON_FILE)
    calendars = ("OGON-TB1", "OGON-TB2", "OGON-TB", "")
    rows = [f"B{n},ogon,UPPF30,{ANNA},2026-12-03T09:00,2026-10-01,{each}," for n, each in enumerate(calendars)]
    assert region("booking", "import", "-", "--at", "2026-10-02", stdin="\n".join((HEADER, *rows))).status == 0
    assert region("relation", "record", ANNA, "ogon", "clinic_added", "--at", "2026-10-02").status == 0
    write_unit(tmp_path, MOVING)
    told = plan(region)
    assert [each["key"] for each in told["actions"][0]["fields"]] == ["coupling.calendar", "coupling.also"]
    assert [(each["booking"], each["after"]) for each in told["effect"]["bookings"]] == [("B1", "shown")]
    left = {"unit": OGON, "calendar": "OGON-TB1", "until": "2026-12-02T00:00:00+01:00", "bookings": 1}
    assert told["effect"]["calendars_left"] == [left]
    said = f"1 booking at {OGON} lies in OGON-TB1 from Wed 2 Dec 2026 00:00 on, when it is no longer found there"
    assert said in region("unit", "plan", "--at", "2026-11-01").out
    assert region("unit", "apply", "--yes", "--at", "2026-11-01").status == 0
    assert plan(region)["actions"] == []

    def shown(at: str) -> list[str]:
        told = json.loads(region("sweep", "--at", at, "-o", "json").out)
        return [each["booking"] for each in told if each["verdict"] == "shown"]

    assert shown("2026-12-01T23:59:59") == ["B0", "B1", "B3"]
    assert shown("2026-12-02") == ["B1", "B3"]
    assert "OGON-TB1" in region("why", "B0", "--at", "2026-11-02").out
    said = json.loads(region("why", "B0", "--at", "2026-12-02T08:00", "-o", "json").out)
    (coupling,) = (each for each in said["checks"] if each["check"] == "coupling")
    assert (coupling["reason"], coupling["evidence"]["calendar"]) == ("other_calendar", "OGON-TB2")
    intervals = region("booking", "show", "B0", "--at", "2026-12-02T08:00", "-o", "json").out
    assert "2026-12-02T00:00:00+01:00" in intervals
    assert "also = [" in region("unit", "export", "ogon").out
    write_unit(tmp_path, region("unit", "export", "ogon").out)
    assert plan(region)["actions"] == []
    also = [{"calendar": "OGON-TB1", "until": "2026-12-02T00:00:00+01:00"}]
    assert json.loads(region("unit", "show", "ogon", "-o", "json").out)["also"] == also


@pytest.mark.parametrize(
    ("also", "code"),
    [
        ('[{ calendar = "A", until = 2026-12-02T09:00:00 }]', "toml.wrong_type"),
        ('[{ calendar = "A", until = "2026-12-02" }]', "toml.wrong_type"),
        ('[{ calendar = "A" }]', "toml.missing_key"),
        ("[{ until = 2026-12-02 }]", "toml.missing_key"),
        ('[{ calendar = "A", until = 2026-12-02, from = 2026-01-01 }]', "toml.unknown_key"),
        ('["A"]', "toml.wrong_type"),
        ('"A"', "toml.wrong_type"),
    ],
)
def test_a_calendar_besides_that_is_written_wrongly(region: Run, tmp_path: Path, also: str, code: str) -> None:
    write_unit(tmp_path, OGON_FILE.replace("[coupling]", f"[coupling]\nalso = {also}"))
    ran = region("unit", "validate", "-o", "json")
    assert (ran.status, [each["code"] for each in json.loads(ran.out)]) == (1, [code])
    write_unit(tmp_path, OGON_FILE.replace('calendar = "OGON-TB1"', 'also = [{ calendar = "A", until = 2026-12-02 }]'))
    ran = region("unit", "validate", "-o", "json")
    assert "unit.also_without_calendar" in [each["code"] for each in json.loads(ran.out)]


def test_a_calendar_besides_that_is_named_for_nothing_is_doubted(region: Run, tmp_path: Path) -> None:
    days = ("OGON-TB1", "2026-12-02"), ("A", "2026-12-02"), ("A", "2026-12-03"), ("B", "2026-12-03")
    also = ", ".join(f'{{ calendar = "{name}", until = {day} }}' for name, day in days)
    write_unit(tmp_path, OGON_FILE.replace("[coupling]", f"[coupling]\nalso = [{also}]"))
    ran = region("unit", "validate", "-o", "json")
    told = [(each["code"], each["line"]) for each in json.loads(ran.out)]
    line = 1 + OGON_FILE[: OGON_FILE.index("[coupling]")].count("\n") + 1
    assert (ran.status, told) == (0, [("unit.also_itself", line), ("unit.also_twice", line)])
    assert "A twice" in region("unit", "validate").out
    assert "A två gånger" in region("--lang", "sv", "unit", "validate").out


# ------------------------------------------------------------------------------------------ properties

CODES = ("UPPF30", "NYB45", "PROV10")


@st.composite
def unit_files(draw: st.DrawFn) -> str:
    """A file that `validate` accepts."""
    show, calendar = draw(st.booleans()), draw(st.sampled_from((None, "TB1", "TB2")))
    may = show and calendar is not None
    lines = [
        f'hsa_id = "{OGON}"',
        f'name = "{draw(st.sampled_from(("Ögon", "Syn [A1]", "Hud")))}"',
        *(['alias = "ogon"'] if draw(st.booleans()) else []),
        "[services]",
        f"show = {str(show).lower()}",
        f"cancel = {str(may and draw(st.booleans())).lower()}",
        "[coupling]",
        *([f'calendar = "{calendar}"'] if calendar else []),
    ]
    for code in draw(st.permutations(CODES))[: draw(st.integers(0, 3))]:
        shown = draw(st.booleans())
        lines += ["[[care_service]]", f'code = "{code}"', f"show = {str(shown).lower()}"]
        lines += [f'label = "{draw(st.sampled_from(("Besök", "Prov", "Å")))}"'] if shown or draw(st.booleans()) else []
        lines += [f"cancel_deadline_hours = {draw(st.integers(0, 48))}"] if draw(st.booleans()) else []
    return "\n".join(lines) + "\n"


@settings(max_examples=examples(15), derandomize=not THOROUGH, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=unit_files(), after=unit_files(), remove=st.booleans())
def test_a_plan_states_the_difference_of_two_sweeps_and_is_empty_once_done(
    before: str, after: str, remove: bool, region_at: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("plan")
    run = region_at(folder)
    write_unit(folder, before)
    assert run("unit", "apply", "--yes", "--at", "2026-01-01").status == 0
    rows = [
        f"B{number},{OGON},{code},{resident},2026-12-0{number % 3 + 1}T09:00,2026-10-01,{calendar},{care_type}"
        for number, (code, resident, calendar, care_type) in enumerate(
            (code, resident, calendar, care_type)
            for code in (*CODES, "X")
            for resident in (ANNA, BO)
            for calendar in ("", "TB1")
            for care_type in ("", "NYB45")
        )
    ]
    assert run("booking", "import", "-", "--at", "2026-10-02", stdin="\n".join((HEADER, *rows))).status == 0
    assert run("relation", "record", ANNA, OGON, "clinic_added", "--at", "2026-10-02").status == 0

    def swept() -> dict[str, tuple[str, list[str]]]:
        told = json.loads(run("sweep", "--at", "2026-11-01", "-o", "json").out)
        return {row["booking"]: (row["verdict"], row["reasons"]) for row in told}

    first = swept()
    if remove:
        (folder / "config/units/ogon.toml").unlink()
    else:
        write_unit(folder, after)
    options = ("--remove",) if remove else ()
    told = plan(run, *options)
    assert run("unit", "apply", "--yes", "--at", "2026-11-01", *options).status == 0
    second = swept()
    moved = {
        booking: (
            first[booking][0],
            second[booking][0],
            (second if first[booking][0] == "shown" else first)[booking][1],
        )
        for booking in first
        if (first[booking][0] == "shown") != (second[booking][0] == "shown")
    }
    assert {
        each["booking"]: (each["before"], each["after"], each["reasons"]) for each in told["effect"]["bookings"]
    } == moved
    assert told["effect"]["shown"] + told["effect"]["hidden"] == len(moved)
    assert plan(run, *options)["actions"] == []


@settings(max_examples=examples(15), derandomize=not THOROUGH, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=unit_files())
def test_what_is_exported_is_valid_and_equal(
    text: str, region_at: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("export")
    run = region_at(folder)
    write_unit(folder, text)
    assert run("unit", "apply", "--yes", "--at", "2026-01-01").status == 0
    exported = run("unit", "export", OGON, "--at", "2026-02-01")
    assert exported.status == 0
    write_unit(folder, exported.out)
    assert run("unit", "validate").status == 0
    assert plan(run)["actions"] == []


def test_two_hundred_units_with_four_thousand_mappings(region: Run, tmp_path: Path) -> None:
    mappings = "".join(
        f'[[care_service]]\ncode = "C{number}"\nlabel = "Besök {number}"\nshow = true\n' for number in range(20)
    )
    for number in range(200):
        unit = OGON_FILE.replace(OGON, f"SE2321000024-E{number:03}").replace('"ogon"', f'"enhet-{number}"')
        write_unit(tmp_path, unit + mappings, f"enhet-{number}")
    told = plan(region)
    assert len(told["actions"]) == 200
    assert sum(len(action["mappings"]) for action in told["actions"]) == 200 * 21
    assert region("unit", "apply", "--yes", "--at", "2026-11-01").status == 0
    assert plan(region)["actions"] == []


# ----------------------------------------------------------------------------------- history and export


def test_a_history_with_who_when_and_what(clinic: Run, tmp_path: Path) -> None:
    for text, at in (
        (OGON_FILE.replace("Besök", "A"), "2026-03-01"),
        (OGON_FILE.replace("Besök", "B"), "2026-03-01"),
        (OGON_FILE.replace("show = true", "show = false"), "2026-04-01"),
    ):
        write_unit(tmp_path, text)
        assert clinic("unit", "apply", "--yes", "--at", at).status == 0
    (tmp_path / "config/units/ogon.toml").unlink()
    assert clinic("unit", "apply", "--yes", "--remove", "--at", "2026-05-01").status == 0
    told = json.loads(clinic("unit", "history", "ogon", "--at", "2026-03-15", "-o", "json").out)
    versions = [
        (each["begins"][:10], (each["ends"] or "")[:10], each["change"], each["in_force"], each["replaced"])
        for each in told["versions"]
    ]
    assert (told["schema"], told["unit"]) == ("tidbok.history/1", OGON)
    assert versions == [
        ("2026-01-01", "2026-03-01", "add", False, False),
        ("2026-03-01", "2026-03-01", "change", False, True),
        ("2026-03-01", "2026-04-01", "change", True, False),
        ("2026-04-01", "2026-05-01", "change", False, False),
        ("2026-05-01", "", "remove", False, False),
    ]
    assert {each["actor"] for each in told["versions"]} == {"tester"}
    assert told["versions"][2]["mappings"] == [
        {"change": "change", "code": "UPPF30", "fields": [{"key": "label", "before": "Besök", "after": "B"}]}
    ]
    assert [each["key"] for each in told["versions"][3]["fields"]] == ["services.show"]
    text = clinic("unit", "history", "ogon", "--at", "2026-03-15").out
    assert "▶ Sun 1 Mar 2026 00:00 – Wed 1 Apr 2026 00:00" in text and "(replaced before it was in force)" in text
    assert '    ~ UPPF30: label = "Besök" → "B"' in text and "    ended\n" in text


def test_an_export_of_another_moment_and_of_none(clinic: Run, tmp_path: Path) -> None:
    write_unit(tmp_path, OGON_FILE.replace("Besök", "Nytt"))
    assert clinic("unit", "apply", "--yes", "--at", "2026-11-01").status == 0
    assert 'label = "Besök"' in clinic("unit", "export", "ogon", "--at", "2026-10-31").out
    assert 'label = "Nytt"' in clinic("unit", "export", "ogon", "--at", "2026-11-01").out
    assert json.loads(clinic("unit", "export", "ogon", "-o", "json").out)["schema"] == "tidbok.unit/1"
    ran = clinic("unit", "export", "ogon", "--at", "2025-01-01", "-o", "json")
    assert (ran.status, ran.out, json.loads(ran.err)["error"]["code"]) == (1, "", "unit.not_in_force")
    ran = clinic("unit", "export", "okand", "-o", "json")
    assert (ran.status, json.loads(ran.err)["error"]["code"]) == (2, "unit.unknown")


# ---------------------------------------------------------------------------------------- the checklist


def steps(run: Run, *options: str) -> dict[str, str]:
    ran = run("unit", "checklist", "ogon", "--at", "2026-11-01", "-o", "json", *options)
    told = json.loads(ran.out)
    statuses = {step["step"]: step["status"] for step in told["steps"]}
    assert told["schema"] == "tidbok.checklist/1"
    assert ran.status == int(any(status != "done" for status in statuses.values()))
    return statuses


def test_the_steps_of_an_introduction(clinic: Run, tmp_path: Path) -> None:
    assert steps(clinic) == {
        "hsa_id": "done",
        "shows": "done",
        "calendar": "done",
        "routed": "unknown",
        "codes": "not_done",
        "labels": "done",
        "decided": "not_done",
        "contacts": "not_done",
        "shown": "done",
    }
    told = json.loads(clinic("unit", "checklist", "ogon", "--at", "2026-11-01", "-o", "json").out)
    evidence = {step["step"]: step["evidence"] for step in told["steps"]}
    assert evidence["codes"] == {"unmapped": {"NYB45": 1}}
    assert evidence["decided"]["undecided"] == ["cancel", "rebook", "book"]
    assert evidence["contacts"] == {"missing": ["regional_administration", "hsa_administration"]}
    assert evidence["shown"] == {"coming": 3, "shown": 2, "booking": "B1"}


def test_codes_of_published_times_are_met_as_well(clinic: Run) -> None:
    for slot, code, start in (
        ("S1", "LINS20", "2026-12-01"), ("S2", "LINS20", "2026-12-02"), ("S3", "UPPF30", "2026-12-01"),
        ("S4", "TAGEN", "2026-12-01"), ("S5", "GAMMAL", "2026-06-01"), ("S6", "BORTA", "2026-12-01"),
    ):  # fmt: skip
        done = clinic("slot", "publish", "ogon", code, f"{start}T00:00", "--id", slot, "--at", "2026-10-01")
        assert done.status == 0
    taken = ("booking", "add", "ogon", "TAGEN", ANNA, "2026-12-01T00:00", "--slot", "S4", "--at", "2026-10-01")
    assert clinic(*taken).status == clinic("slot", "withdraw", "S6", "--at", "2026-10-02").status == 0
    told = json.loads(clinic("unit", "checklist", "ogon", "--at", "2026-11-01", "-o", "json").out)
    (codes,) = (step for step in told["steps"] if step["step"] == "codes")
    assert codes["evidence"] == {"unmapped": {"LINS20": 2, "NYB45": 1, "TAGEN": 1}}
    assert clinic("booking", "cancel", "B3", "--local", "--at", "2026-10-20").status == 0
    told = json.loads(clinic("unit", "checklist", "ogon", "--at", "2026-11-01", "-o", "json").out)
    (codes,) = (step for step in told["steps"] if step["step"] == "codes")
    assert codes["evidence"] == {"unmapped": {"LINS20": 2, "TAGEN": 1}}  # what was cancelled asks for no mapping


def test_a_unit_that_is_all_done(clinic: Run, tmp_path: Path) -> None:
    decided = "show = true\ncancel = false\nrebook = false\nbook = false"
    second = '[[care_service]]\ncode = "NYB45"\njournal_name = "Nybesök"\nlabel = "Första besök"\nshow = true\n'
    write_unit(tmp_path, OGON_FILE.replace("show = true", decided, 1) + second)
    assert clinic("unit", "apply", "--yes", "--at", "2026-10-20").status == 0
    (tmp_path / "config/tidbok.toml").write_text(
        '[contacts]\ncoordinator = "a"\nregional_administration = "b"\nhsa_administration = "c"\n'
        '[coupling.contracts]\nshow = ["GetBookingDetails"]\n',
        encoding="utf-8",
    )
    route = {
        "fromTidpunkt": "2020-01-01T00:00:00+0000",
        "relationships": {
            "logiskadress": OGON,
            "tjanstekontrakt": "urn:riv:crm:scheduling:GetBookingDetailsResponder:1",
            "anropsadress": "https://journal.example/x",
        },
    }
    export = json.dumps({"tidpunkt": "2026-10-01T00:00:00Z", "data": {"vagval": [route]}})
    assert clinic("coupling", "import-tak", "-", "--at", "2026-10-02", stdin=export).status == 0
    assert set(steps(clinic).values()) == {"done"}
    write_unit(tmp_path, OGON_FILE)
    text = clinic("unit", "checklist", "ogon", "--at", "2026-11-01").out
    assert "Its file says something else than what is in force" in text
    copied = second.replace("Första besök", "NYBESÖK")
    write_unit(tmp_path, OGON_FILE.replace("show = true", decided, 1) + copied)
    assert clinic("unit", "apply", "--yes", "--at", "2026-10-21").status == 0
    assert steps(clinic)["labels"] == "not_done"


def test_a_unit_that_has_only_a_file_and_one_that_has_only_bookings(clinic: Run, tmp_path: Path) -> None:
    write_unit(tmp_path, OGON_FILE.replace(OGON, "SE2321000023-1A2B").replace('"ogon"', '"ny"'), "ny")
    told = json.loads(clinic("unit", "checklist", "ny", "-o", "json").out)
    assert {step["step"]: step["status"] for step in told["steps"]} == {
        "hsa_id": "not_done",
        "shows": "not_done",
        "calendar": "not_done",
        "routed": "unknown",
        "codes": "not_done",
        "labels": "not_done",
        "decided": "not_done",
        "contacts": "not_done",
        "shown": "unknown",
    }
    to_apply = {step["step"] for step in told["steps"] if "Its file has it" in (step["next"] or "")}
    assert to_apply == {"shows", "calendar", "codes", "labels"}
    write_unit(tmp_path, OGON_FILE.replace(OGON, "SE2321000023-1A2B").replace('"ogon"', '"ny"').split("[[")[0], "ny")
    (labels,) = (step for step in json.loads(clinic("unit", "checklist", "ny", "-o", "json").out)["steps"][5:6])
    assert (labels["step"], labels["status"]) == ("labels", "unknown")  # there is none to be wrong
    ran = clinic("unit", "checklist", "--all", "-o", "json")
    assert ran.status == 1
    assert [(each["alias"], each["done"], each["open"]) for each in json.loads(ran.out)] == [
        ("ny", 0, 9),
        ("ogon", 5, 4),
    ]
    assert json.loads(clinic("unit", "checklist", "-o", "json").err)["error"]["code"] == "usage.missing"
    ran = clinic("unit", "checklist", NO_FILE, "-o", "json")
    assert (ran.status, json.loads(ran.err)["error"]["code"]) == (2, "unit.unknown")


def test_the_checklist_of_a_clinic_whose_file_waits_for_its_day(clinic: Run, tmp_path: Path) -> None:
    write_unit(tmp_path, OGON_FILE.replace(OGON, FLOGSTA).replace('"ogon"', '"ny"'), "ny")
    assert clinic("unit", "apply", "ny", "--yes", "--at", "2098-04-01").status == 0
    told = json.loads(clinic("unit", "checklist", "ny", "-o", "json").out)
    assert told["steps"][1]["evidence"] == {
        "in_force": False, "show": False, "file_waits_for_apply": False,
        "file_comes_into_force_at": "2098-04-01T00:00:00+02:00",
    }  # fmt: skip
    text = clinic("unit", "checklist", "ny").out
    assert "comes into force Tue 1 Apr 2098 00:00" in text
    assert "unit apply ny" not in text  # it would say that there is nothing to do
    write_unit(tmp_path, OGON_FILE.replace("UPPF30", "UPPF31"))
    assert clinic("unit", "apply", "ogon", "--yes", "--at", "2098-04-01").status == 0
    assert "waits, and comes into force Tue 1 Apr 2098" in clinic("unit", "checklist", "ogon").out
    assert "In force until" in clinic("unit", "show", "ogon").out  # it does not end, it changes


def test_the_steps_of_a_closing_and_what_loses_its_display(clinic: Run, tmp_path: Path) -> None:
    assert steps(clinic, "--closing") == {
        "residents_told": "not_done", "switched_off": "not_done", "ended": "not_done", "unrouted": "unknown",
    }  # fmt: skip
    told = json.loads(clinic("unit", "checklist", "ogon", "--closing", "--at", "2026-11-01", "-o", "json").out)
    assert [each["booking"] for each in told["losing"]] == ["B1", "B2"]
    (tmp_path / "config/units/ogon.toml").unlink()
    assert clinic("unit", "apply", "--yes", "--remove", "--at", "2026-10-20").status == 0
    export = json.dumps({"tidpunkt": "2026-10-01T00:00:00Z", "data": {"vagval": []}})
    assert clinic("coupling", "import-tak", "-", "--at", "2026-10-02", stdin=export).status == 0
    assert set(steps(clinic, "--closing").values()) == {"done"}
    text = clinic("unit", "checklist", "ogon", "--at", "2026-11-01").out
    assert f"It has no file: “tidbok unit new {OGON} " in text and "in its file" not in text


def test_the_steps_of_a_clinic_that_another_takes_over(clinic: Run, tmp_path: Path) -> None:
    write_unit(tmp_path, OGON_FILE.replace(OGON, FLOGSTA).replace('"ogon"', '"ny"'), "ny")
    assert clinic("unit", "apply", "--yes", "--at", "2026-01-02").status == 0
    succeeded = ("--closing", "--successor", "ny")
    assert steps(clinic, *succeeded) == {
        "successor": "done", "related": "not_done", "moved": "not_done",
        "switched_off": "not_done", "ended": "not_done", "unrouted": "unknown",
    }  # fmt: skip
    told = json.loads(clinic("unit", "checklist", "ogon", *succeeded, "--at", "2026-11-01", "-o", "json").out)
    assert told["successor"] == FLOGSTA
    assert told["steps"][1]["evidence"] == {"residents_without_relation": 1}
    assert "tidbok summons send - ny" in told["steps"][1]["next"]
    done = clinic("summons", "send", ANNA, "ny", "--at", "2026-10-20")
    assert (done.status, steps(clinic, *succeeded)["related"]) == (0, "done")
    for wrong in (("ogon", "--closing", "--successor", "ogon"), ("ogon", "--successor", "ny"), ("--all", *succeeded)):
        assert clinic("unit", "checklist", *wrong).status == 2


def test_a_checklist_for_people_in_both_languages(clinic: Run) -> None:
    english = clinic("unit", "checklist", "ogon", "--at", "2026-11-01").out
    for words in ("✓ Name its calendar in the journal.\n  OGON-TB1", "  NYB45 (1)", "Who can act: ", "Next: "):
        assert words in english
    swedish = clinic("--lang", "sv", "unit", "checklist", "ogon", "--closing", "--at", "2026-11-01").out
    assert "2 kommande bokningar slutar visas:" in swedish
