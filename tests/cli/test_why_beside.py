"""What `why` tells beside the verdict: the story of S26, who ended it, what waits, and others alike."""

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Run, done, run_in
from support.people import ANNA, BO, DAG
from support.region import OGON_FILE, REGION, RegionAt, put_in_force
from support.stores import Stores, altered

from tidbok_cli.domain.beside import LOOKED_AT, OthersAlike, others_alike
from tidbok_cli.domain.times import midnight

pytestmark = pytest.mark.both

THEN = "2026-11-01"
HIDDEN = OGON_FILE.replace("show = true", "show = false", 1)
UNMAPPED = OGON_FILE.replace("UPPF30", "OTHER")
BOOKINGS = f"""\
booking_id,unit,code,resident,start,created_at,origin,status,ended_at
EARLY,ogon,UPPF30,{ANNA},2026-12-01T09:00,2025-12-01,clinic,,
OFF,ogon,UPPF30,{BO},2026-12-01T10:00,2026-01-15,clinic,,
UNMAPPED,ogon,UPPF30,{BO},2026-12-01T11:00,2026-02-15,clinic,,
OWN,ogon,UPPF30,{BO},2026-12-01T12:00,2026-02-15,,,
ENDED,ogon,UPPF30,{DAG},2026-12-01T13:00,2026-02-15,,cancelled,2026-03-15
TWICE,ogon,UPPF30,{DAG},2026-12-01T14:00,2026-02-15,,,
LIVE,ogon,UPPF30,{DAG},2026-12-01T15:00,2026-02-15,,,
"""


@pytest.fixture(scope="module")
def filled(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The eye clinic, which shows times since 2026-03-01, and from 2026-11-20 on no more; to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    run = region_at(folder)
    for text, day in ((HIDDEN, "01-01"), (UNMAPPED, "02-01"), (OGON_FILE, "03-01"), (HIDDEN, "11-20")):
        put_in_force(run, folder, text, f"2026-{day}")
    done(run("booking", "import", "-", "--at", "2026-03-20", stdin=BOOKINGS))
    return folder


@pytest.fixture
def clinic(filled: Path, stores: Stores, tmp_path: Path) -> Run:
    shutil.copytree(filled / "config", tmp_path / "config")
    stores.copy(filled, tmp_path)
    return run_in(tmp_path)


def why(run: Run, booking: str, at: str = THEN, *more: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run("why", booking, "--at", at, "-o", "json", *more).out)
    return told


def check(run: Run, booking: str, name: str, at: str = THEN) -> dict[str, Any]:
    (found,) = (each for each in why(run, booking, at)["checks"] if each["check"] == name)
    return dict(found)


def notes(told: dict[str, Any]) -> dict[str, str]:
    return {each["note"]: each["message"] for each in told["notes"]}


def test_a_booking_that_was_not_shown_when_the_clinic_made_it_has_its_story(clinic: Run) -> None:
    for booking, because, unshown in (
        ("EARLY", "unit.not_configured", "before the clinic was shown on 1177 (since Sun 1 Mar 2026 00:00)"),
        ("OFF", "unit.show_off", "before the clinic was shown on 1177 (since Sun 1 Mar 2026 00:00)"),
        ("UNMAPPED", "service.not_mapped", "before the code UPPF30 was shown on 1177 (since Sun 1 Mar 2026 00:00)"),
    ):
        told = check(clinic, booking, "relation")
        assert (told["reason"], told["evidence"]["no_summons_because"]) == ("never", because)
        assert told["evidence"]["shown_since"] == "2026-03-01T00:00:00+01:00"
        assert f"{unshown}, so no summons went out" in told["message"]
    assert (
        "when the code UPPF30 was not shown on 1177" in check(clinic, "UNMAPPED", "relation", "2026-02-20")["message"]
    )
    assert "no_summons_because" not in check(clinic, "OWN", "relation")["evidence"]  # who made it is not known
    assert "no_summons_because" not in check(clinic, "EARLY", "relation", "2025-11-01")["evidence"]


def test_the_summons_alone_mends(clinic: Run) -> None:
    (command,) = re.findall("“tidbok (summons send [^”]+)”", check(clinic, "OFF", "relation")["fix"])
    done(clinic(*command.split(), "--at", THEN, stdin=BO))
    assert check(clinic, "OFF", "relation")["result"] == "pass"


def test_a_configuration_put_in_force_afterwards_sends_nothing(clinic: Run, tmp_path: Path) -> None:
    backdated = "UPDATE unit_version SET begins = {}, applied_at = applied_at + 60 WHERE begins = {}"
    march, before = (midnight(date.fromisoformat(day)) for day in ("2026-03-01", "2026-02-10"))
    altered(tmp_path, backdated.format(before, march))
    told = check(clinic, "UNMAPPED", "relation")
    assert told["evidence"]["no_summons_because"] == "backdated"
    assert told["evidence"]["shown_since"] == "2026-02-10T00:00:00+01:00"
    assert "was not put in force until" in told["message"]


def test_a_region_whose_journal_sends_no_summons_says_so(clinic: Run, tmp_path: Path) -> None:
    policy = f'{REGION}[policy]\nclinic_booking_message = "notice"\n'
    (tmp_path / "config" / "tidbok.toml").write_text(policy, "utf-8")
    told = check(clinic, "EARLY", "relation")
    assert told["evidence"]["no_summons_because"] == "no_summonses"
    assert "the region's journal sends no summons" in told["message"]


def test_who_ended_a_booking_is_told(clinic: Run, tmp_path: Path) -> None:
    whole = BOOKINGS.replace(f"TWICE,ogon,UPPF30,{DAG},2026-12-01T14:00,2026-02-15,,,\n", "")
    (tmp_path / "whole.csv").write_text(whole, "utf-8")
    done(clinic("booking", "import", str(tmp_path / "whole.csv"), "--complete", "--at", "2026-04-01"))
    done(clinic("booking", "cancel", "LIVE", "--local", "--at", "2026-04-02"))
    for booking, by, told in (
        ("ENDED", "import", "Sun 15 Mar 2026 00:00, by an import"),
        (
            "TWICE",
            "import",
            f"Wed 1 Apr 2026 00:00: it was no longer in {tmp_path / 'whole.csv'}, imported as complete",
        ),
        ("LIVE", "clinic", "Thu 2 Apr 2026 00:00 by the clinic"),
    ):
        found = check(clinic, booking, "booking")
        assert (found["evidence"]["ended_by"], told in found["message"]) == (by, True)
    assert "ended_by" not in check(clinic, "LIVE", "booking", "2026-04-01")["evidence"]
    assert "cancelled by the clinic\n" in clinic("booking", "show", "LIVE").out
    done(clinic("booking", "import", "-", "--at", "2026-05-01", stdin=BOOKINGS))
    evidence = check(clinic, "TWICE", "booking", "2026-04-15")["evidence"]
    assert (evidence["ended_by"], evidence["absent_from"]) == ("import", str(tmp_path / "whole.csv"))


def test_a_configuration_that_waits_is_told_where_it_changes_the_answer(clinic: Run) -> None:
    done(clinic("relation", "record", BO, "ogon", "clinic_added", "--at", "2026-10-01"))
    waits = "from Fri 20 Nov 2026 00:00 the time is not shown"
    assert waits in notes(why(clinic, "OWN"))["configuration_waits"]
    assert "configuration_waits" not in notes(why(clinic, "OWN", "2026-11-20"))  # it is in force
    assert "configuration_waits" not in notes(why(clinic, "EARLY"))  # hidden before and after
    assert (
        "Sun 1 Mar 2026 00:00 the time is shown"
        in notes(why(clinic, "OFF", "2026-02-20", "--assume", "relation=pass"))["configuration_waits"]
    )
    assert "put in force by tester" in clinic("why", "OWN", "--at", "2026-11-20").out


def test_others_with_the_same_obstacle_are_counted(clinic: Run) -> None:
    said = notes(why(clinic, "OFF"))["others_alike"]
    assert "(Relation: missing) at the clinic: 5 other bookings of 3 residents." in said
    assert "“tidbok sweep --unit ogon --reason relation.never --at 2026-11-01T00:00”" in said
    done(clinic("relation", "record", DAG, "ogon", "clinic_added", "--at", "2026-10-01"))
    assert "3 other bookings of 2 residents" in notes(why(clinic, "OFF"))["others_alike"]
    assert "others_alike" not in notes(why(clinic, "LIVE"))


def test_no_more_than_so_many_bookings_are_looked_at() -> None:
    found = ((number, ("unit.show_off",)) for number in range(LOOKED_AT - 1))
    assert others_alike(["unit.show_off", "relation.never"], found, None) == (
        OthersAlike("unit.show_off", LOOKED_AT - 1, LOOKED_AT - 1, more=True, at=None),
    )


def test_a_shown_time_says_what_shows_it(clinic: Run) -> None:
    done(clinic("relation", "record", BO, "ogon", "clinic_added", "--at", "2026-10-01T12:00"))
    told = clinic("why", "OWN", "--at", THEN, "-o", "text").out
    assert (
        "What shows it: the care service UPPF30 is shown as “Besök” (units/ogon.toml:11), and the resident added the "
        "clinic to the start page on Thu 1 Oct 2026 12:00 (recorded by hand).\n"
    ) in told
    assert "What shows it" not in clinic("why", "OFF", "--at", "2026-02-20").out
