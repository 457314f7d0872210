"""`inbox`, `summons send` and `summons list` (S14, S26)."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Copied, Run
from support.people import ANNA, BO, DAG
from support.region import NO_FILE, OGON, OGON_FILE, RegionAt, put_in_force
from support.stores import LIES, opened

pytestmark = pytest.mark.both

AT = ("--at", "2026-11-01T12:00")
HIDDEN = """\
[[care_service]]
code  = "SYNF60"
journal_name = "Synfältsundersökning 60 min"
label = "Synfältsundersökning"
[[care_service]]
code  = "INT10"
journal_name = "Intern 10 min"
"""


@pytest.fixture(scope="module")
def filled(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The eye clinic, in force since 2026-01-01, with a booking of each resident."""
    folder = tmp_path_factory.mktemp("filled")
    region = region_at(folder)
    put_in_force(region, folder, OGON_FILE + HIDDEN)
    rows = (
        "booking_id,unit,code,resident,start,end,created_at,status,ended_at,care_type",
        f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-12-01T09:30,2026-10-01,,,",
        f"B2,ogon,HUDB,{BO},2026-12-01T10:00,,2026-10-01,,,SYNF60",
        f"B3,ogon,UPPF30,{ANNA},2026-12-02T09:00,,2026-10-01,cancelled,2026-10-05,",
    )
    assert region("booking", "import", "-", "--at", "2026-10-10", stdin="\n".join(rows)).status == 0
    return folder


@pytest.fixture
def clinic(filled: Path, copied: Copied) -> Run:
    """The command line of a copy of it."""
    return copied(filled)


def send(run: Run, *arguments: str) -> dict[str, Any]:
    ran = run("summons", "send", *arguments, "-o", "json")
    assert ran.status == 0, ran.err
    told: dict[str, Any] = json.loads(ran.out)
    return told


def listed(run: Run, *arguments: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(run(*arguments, "-o", "json").out)
    return told


def test_a_timed_summons(clinic: Run) -> None:
    assert clinic("why", "B1", *AT).status == 1
    told = send(clinic, ANNA, "ogon", "--booking", "B1", *AT)
    assert (told["schema"], told["booking"]["id"], told["replaces"], told["slot"]) == (
        "tidbok.operation/1", "B1", None, None,
    )  # fmt: skip
    event = {
        "id": 1, "resident": "19121212-****", "unit": OGON, "event": "summons_received",
        "occurred_at": "2026-11-01T12:00:00+01:00", "voided_at": None,
    }  # fmt: skip
    message = {
        "kind": "summons", "resident": "19121212-****", "unit": OGON, "label": "Besök",
        "sent_at": "2026-11-01T12:00:00+01:00",
    }  # fmt: skip
    assert (told["events"], told["messages"]) == ([event], [message])
    assert clinic("why", "B1", *AT).status == 0
    assert clinic("why", "B1", "--at", "2026-11-01T11:59:59").status == 1


@pytest.mark.parametrize(
    ("code", "label"), [((), None), (("UPPF30",), "Besök"), (("SYNF60",), "Synfältsundersökning"), (("INT10",), None)]
)
def test_an_open_summons(clinic: Run, code: tuple[str, ...], label: str | None) -> None:
    """Whatever is configured; the journal's name is never what the resident reads."""
    told = send(clinic, ANNA, "ogon", *(("--code", *code) if code else ()), *AT)
    assert (told["booking"], [each["label"] for each in told["messages"]]) == (None, [label])
    (row,) = listed(clinic, "summons", "list", *AT)
    assert (row["form"], row["code"], row["label"]) == ("open", *(code or (None,)), label)
    assert clinic("relation", "show", ANNA, "ogon", *AT).status == 0


def test_a_clinic_without_configuration_summons_too(clinic: Run) -> None:
    send(clinic, ANNA, NO_FILE, "--code", "A", *AT)
    assert [each["unit"] for each in listed(clinic, "relation", "list", *AT)] == [NO_FILE]


def test_the_care_type_gives_the_label_as_elsewhere(clinic: Run) -> None:
    told = send(clinic, BO, "ogon", "--booking", "B2", "--code", "SYNF60", *AT)
    assert [each["label"] for each in told["messages"]] == ["Synfältsundersökning"]


@pytest.mark.parametrize("more", [(), ("--code", "UPPF30"), ("--booking", "B1")], ids=["open", "code", "timed"])
def test_said_again_in_the_same_second_it_changes_nothing(clinic: Run, more: tuple[str, ...]) -> None:
    send(clinic, ANNA, "ogon", *more, *AT)
    again = send(clinic, ANNA, "ogon", *more, *AT)
    assert (again["events"], again["messages"]) == ([], [])
    assert "Nothing changed" in clinic("summons", "send", ANNA, "ogon", *more, *AT).out
    assert len(listed(clinic, "summons", "list", *AT)) == 1
    assert send(clinic, ANNA, "ogon", *more, "--at", "2026-11-01T12:00:01")["messages"]


def test_two_summonses_in_one_second_are_received_once(clinic: Run) -> None:
    send(clinic, ANNA, "ogon", "--code", "UPPF30", *AT)
    other = send(clinic, ANNA, "ogon", "--code", "SYNF60", *AT)
    assert (len(other["messages"]), other["events"]) == (1, [])


def test_a_summons_gives_the_relation_back_that_was_voided(clinic: Run) -> None:
    send(clinic, ANNA, "ogon", *AT)
    assert clinic("relation", "void", "1").status == 0
    assert len(send(clinic, ANNA, "ogon", "--code", "UPPF30", *AT)["events"]) == 1
    assert clinic("relation", "show", ANNA, "ogon", *AT).status == 0


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        ((ANNA, "ogon", "--booking", "B2"), 2, "summons.other_resident"),
        ((ANNA, "ogon", "--booking", "B1", "--code", "SYNF60"), 2, "summons.other_code"),
        ((ANNA, "ogon", "--booking", "B3"), 1, "summons.not_booked"),
        ((ANNA, "ogon", "--booking", "B1", "--at", "2026-09-01"), 1, "summons.not_booked"),
        ((ANNA, "ogon", "--booking", "B9"), 2, "booking.unknown"),
        ((ANNA, NO_FILE, "--booking", "B1"), 2, "unit.unknown"),
        ((ANNA, "hud"), 2, "unit.unknown"),
        ((ANNA, "ogon", "--code", ""), 2, "argument.not_a_name"),
    ],
)
def test_what_is_refused_leaves_nothing(clinic: Run, arguments: tuple[str, ...], status: int, code: str) -> None:
    ran = clinic("summons", "send", *(arguments if "--at" in arguments else (*arguments, *AT)), "-o", "json")
    assert (ran.status, ran.out, json.loads(ran.err)["error"]["code"]) == (status, "", code)
    assert listed(clinic, "summons", "list") == listed(clinic, "relation", "list") == []


def test_for_people(clinic: Run) -> None:
    timed = clinic("summons", "send", ANNA, "ogon", "--booking", "B1", *AT).out
    assert timed == (
        "Summoned to the time Tue 1 Dec 2026 09:00 (booking B1).\n"
        f"Recorded as event 1: the resident got a summons ({OGON}, Sun 1 Nov 2026 12:00).\n"
        "Sent to the inbox: Besök.\n"
    )
    assert "Sent to the inbox: Summons." in clinic("summons", "send", ANNA, "ogon").out
    assert "Kallelse" in clinic("--lang", "sv", "inbox", ANNA).out
    life = clinic("booking", "show", "B1", "-o", "text").out
    assert "sent to the inbox as a summons: Besök" in life


# --------------------------------------------------------------------------------------------- the inbox

SCHEDULE = f"""\
<GetSubjectOfCareScheduleResponse xmlns="urn:riv:crm:scheduling:GetSubjectOfCareScheduleResponder:1">
<timeslotDetail><healthcare_facility>{OGON}</healthcare_facility><bookingId>K1</bookingId>
<subject_of_care>{ANNA}</subject_of_care><isInvitation>true</isInvitation></timeslotDetail>
</GetSubjectOfCareScheduleResponse>"""


TIMED = """
<timeslotDetail><healthcare_facility>SE2321000024-1A2B</healthcare_facility><bookingId>{booking}</bookingId>
<subject_of_care>191212121212</subject_of_care><timeTypeID>{code}</timeTypeID><isInvitation>true</isInvitation>
<startTimeInclusive>20261204090000</startTimeInclusive><endTimeExclusive>20261204093000</endTimeExclusive>
</timeslotDetail>
</GetSubjectOfCareScheduleResponse>"""


def test_a_summons_to_a_time_that_came_by_import_lies_in_the_inbox_once(clinic: Run) -> None:
    """Whatever is configured: SYNF60 is not shown, INT10 has no label, and OKAND is not mapped (S14)."""
    text = SCHEDULE
    for code in ("UPPF30", "SYNF60", "INT10", "OKAND"):
        text = text.replace("</GetSubjectOfCareScheduleResponse>", TIMED.format(booking=f"K-{code}", code=code))
    for at in ("2026-10-20", "2026-10-21"):
        assert clinic("booking", "import", "-", "--at", at, stdin=text).status == 0
    told = listed(clinic, "inbox", ANNA, *AT)
    assert {(each["kind"], each["sent_at"]) for each in told} == {("summons", "2026-10-20T00:00:00+02:00")}
    assert {each["booking"]: each["label"] for each in told} == {
        None: None, "K-UPPF30": "Besök", "K-SYNF60": "Synfältsundersökning", "K-INT10": None, "K-OKAND": None,
    }  # fmt: skip
    assert len(told) == 5
    assert [each["form"] for each in listed(clinic, "summons", "list", *AT)].count("timed") == 4
    assert "sent to the inbox as a summons: Besök" in clinic("booking", "show", "K-UPPF30", "-o", "text").out


def test_a_summons_to_a_booking_that_was_told_of_already_is_no_second_one(clinic: Run) -> None:
    """The clinic's booking brought a summons (S26) at the moment at which it was made; that is the one."""
    header = "booking_id,unit,code,resident,start,created_at,origin"
    row = f"K1,ogon,UPPF30,{ANNA},2026-12-04T09:00,2026-10-05,clinic"
    older = ("booking", "import", "-", "--allow-older", "--at", "2026-10-06")
    assert clinic(*older, stdin=f"{header}\n{row}\n").status == 0
    text = SCHEDULE.replace("K1", "K0").replace(
        "</GetSubjectOfCareScheduleResponse>", TIMED.format(booking="K1", code="UPPF30")
    )
    assert clinic("booking", "import", "-", "--at", "2026-10-20", stdin=text).status == 0
    assert [each["booking"] for each in listed(clinic, "inbox", ANNA, *AT)] == [None, "K1"]


@pytest.fixture
def letters(clinic: Run) -> Run:
    """An open summons that came by import, a message about a booking (S26), and a summons to it."""
    assert clinic("booking", "import", "-", "--at", "2026-10-20", stdin=SCHEDULE).status == 0
    time = ("2026-12-03T13:00", "--end", "2026-12-03T13:30", "--id", "B4")
    assert clinic("booking", "add", "ogon", "UPPF30", ANNA, *time, "--at", "2026-10-25").status == 0
    send(clinic, ANNA, "ogon", "--booking", "B4", "--at", "2026-10-26")
    send(clinic, BO, "ogon", "--at", "2026-10-27")
    return clinic


def test_the_inbox_as_the_resident_reads_it(letters: Run) -> None:
    clinic = {"unit": OGON, "unit_name": "Ögonmottagningen"}
    time = {"booking": "B4", "start": "2026-12-03T13:00:00+01:00", "end": "2026-12-03T13:30:00+01:00"}
    nothing = {"booking": None, "start": None, "end": None}
    assert listed(letters, "inbox", ANNA, *AT) == [
        {"kind": "summons", "sent_at": "2026-10-26T00:00:00+01:00"}
        | clinic | {"label": "Besök"} | time,
        {"kind": "summons", "sent_at": "2026-10-25T00:00:00+02:00"} | clinic | {"label": "Besök"} | time,
        {"kind": "summons", "sent_at": "2026-10-20T00:00:00+02:00"} | clinic | {"label": None} | nothing,
    ]  # fmt: skip
    assert len(listed(letters, "inbox", ANNA, "--at", "2026-10-25")) == 2
    lines = letters("inbox", ANNA, *AT).out.splitlines()
    assert [line.split()[0] for line in lines] == ["Sent", "2026-10-26", "2026-10-25", "2026-10-20"]
    assert "Summons" in lines[3]


def test_a_notice_is_told_as_one(clinic: Run, tmp_path: Path) -> None:
    with (tmp_path / "config/tidbok.toml").open("a", encoding="utf-8") as file:
        file.write('[policy]\nclinic_booking_message = "notice"\n')
    assert clinic("booking", "add", "ogon", "UPPF30", ANNA, "2026-12-03T13:00", "--at", "2026-10-25").status == 0
    assert [each["kind"] for each in listed(clinic, "inbox", ANNA, *AT)] == ["notice"]
    assert listed(clinic, "summons", "list", *AT) == []


def test_somebody_unknown_has_no_inbox(clinic: Run) -> None:
    ran = clinic("inbox", DAG, "-o", "json")
    assert (ran.status, ran.out) == (0, "[]\n")
    assert "Check the number" in ran.err


def test_the_inbox_asks_for_a_purpose_where_the_region_does(letters: Run, tmp_path: Path) -> None:
    with (tmp_path / "config/tidbok.toml").open("a", encoding="utf-8") as file:
        file.write("[policy]\nrequire_purpose = true\n")
    for arguments in (("inbox", ANNA), ("summons", "list"), ("summons", "send", ANNA, "ogon")):
        ran = letters(*arguments, "-o", "json")
        assert (ran.status, ran.out, json.loads(ran.err)["error"]["code"]) == (2, "", "purpose.missing")
    assert letters("inbox", ANNA, "--purpose", "INC-1").status == 0


def test_the_list_of_summonses(letters: Run) -> None:
    told = listed(letters, "summons", "list", *AT)
    assert [(each["resident"], each["form"], each["booking"], each["summons_id"]) for each in told] == [
        ("19861106-****", "open", None, None),
        ("19121212-****", "timed", "B4", None),
        ("19121212-****", "timed", "B4", None),
        ("19121212-****", "open", None, "K1"),
    ]
    assert len(listed(letters, "summons", "list", "--resident", ANNA, *AT)) == 3
    assert len(listed(letters, "summons", "list", "--unit", "ogon", "--at", "2026-10-20")) == 1
    assert listed(letters, "summons", "list", "--resident", DAG, *AT) == []
    assert ANNA in letters("summons", "list", "--reveal", "-o", "csv").out


def test_the_store_still_refuses_what_is_no_message(clinic: Run, tmp_path: Path) -> None:
    """The migration makes the table anew, with its constraint."""
    for sql in (
        "INSERT INTO message (unit_id, resident_id, kind, sent_at) VALUES (1, 1, 'spam', 1)",
        "UPDATE booking SET ended_by = 'nobody'",
    ):
        with pytest.raises(LIES), opened(tmp_path) as store:
            store.execute(sql)


def test_a_voided_summons_no_longer_stands_in_the_inbox(clinic: Run) -> None:
    """One of the same second, that was not voided, stays."""
    later = ("--at", "2026-11-02")
    event = send(clinic, ANNA, "ogon", "--booking", "B1", *AT)["events"][0]["id"]
    send(clinic, ANNA, "ogon", "--code", "SYNF60", "--at", "2026-11-01T13:00")
    assert len(listed(clinic, "inbox", ANNA, *later)) == 2
    assert clinic("relation", "void", str(event), "--at", "2026-11-01T14:00").status == 0
    (left,) = listed(clinic, "inbox", ANNA, *later)
    assert left["sent_at"] == "2026-11-01T13:00:00+01:00"
    assert [each["sent_at"] for each in listed(clinic, "summons", "list", *later)] == [left["sent_at"]]
    assert [each["sent_at"] for each in listed(clinic, "inbox", ANNA, *AT)] == []
