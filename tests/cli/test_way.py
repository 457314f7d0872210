"""The way to the answer: clinics by name, and what somebody may have meant."""

import json
import re
from pathlib import Path

import pytest
from support.command_line import Run, done
from support.people import ANNA
from support.region import FLOGSTA, NO_FILE, OGON, OGON_FILE, apply_units, write_unit

pytestmark = pytest.mark.both

ADD = ("booking", "add", "ogon", "UPPF30", ANNA, "2026-12-01T09:00", "--at", "2026-11-01")


def refused(run: Run, *arguments: str) -> tuple[str, str]:
    ran = run(*arguments, "-o", "json")
    assert (ran.status, ran.out) == (2, "")
    error = json.loads(ran.err.splitlines()[-1])["error"]
    return error["code"], error["message"]


def shown_id(run: Run, *arguments: str) -> str:
    ran = run("unit", "show", *arguments, "-o", "json")
    done(ran)
    told: str = json.loads(ran.out)["unit"]
    return told


def test_a_clinic_by_its_name_in_force(eye_clinic: Run, tmp_path: Path) -> None:
    """Names of the moment come first, then the files', then those of other moments."""
    write_unit(tmp_path, OGON_FILE.replace("Ögonmottagningen", "Ögon och öra"))
    for name in ("Ögonmottagningen", "ögonMOTTAGNINGEN", " Flogsta  vårdcentral", "Ögon och öra"):
        assert shown_id(eye_clinic, name) == (FLOGSTA if "F" in name else OGON)
    assert eye_clinic("unit", "plan", "Ögon och öra").status == 1
    done(eye_clinic("unit", "apply", "Ögon och öra", "--yes", "--at", "2026-06-01"))
    assert shown_id(eye_clinic, "Ögonmottagningen") == OGON
    done(eye_clinic("service", "map", "ögon och öra", "NY", "--label", "Nytt"))
    done(eye_clinic(*ADD, "--id", "COS-100231"))
    for command in ("booking list", "sweep", "slot list", "basis list", "summons list"):
        assert eye_clinic(*command.split(), "--unit", "ögon och öra").status == 0


def test_a_name_that_several_clinics_have(eye_clinic: Run, tmp_path: Path) -> None:
    write_unit(tmp_path, OGON_FILE.replace(OGON, NO_FILE).replace('"ogon"', '"ogon-2"'), "ogon-2")
    apply_units(eye_clinic, "2026-02-01")
    code, message = refused(eye_clinic, "unit", "show", "ögonmottagningen")
    assert code == "unit.several"
    assert f"ogon ({OGON})" in message and f"ogon-2 ({NO_FILE})" in message
    assert refused(eye_clinic, "service", "map", "ögonmottagningen", "X")[0] == "unit.several"
    assert shown_id(eye_clinic, "ögonmottagningen", "--at", "2026-01-15") == OGON
    assert shown_id(eye_clinic, "ogon") == OGON


CLINICS = {
    "Ögonmotagningen": "Ögonmottagningen (ogon)",
    "flogsta vc": "Flogsta vårdcentral (flogsta)",
    "OGON": "Ögonmottagningen (ogon)",
    "vårdcentral": "Flogsta vårdcentral (flogsta)",
    f"{FLOGSTA[:-1]}E": "Flogsta vårdcentral (flogsta)",
    "tandvården": "",
}


def test_the_clinic_that_was_meant(eye_clinic: Run) -> None:
    for text, near in CLINICS.items():
        code, message = refused(eye_clinic, "booking", "list", "--unit", text)
        assert (code, meant(message)) == ("unit.unknown", near)
    for text, near in CLINICS.items():
        code, message = refused(eye_clinic, "service", "map", text, "X")
        assert (code, meant(message)) == ("unit.no_file", near)


def meant(message: str) -> str:
    found = re.search("Did you mean (.*)[?]$", message)
    return found[1] if found else ""


def test_the_booking_that_was_meant(eye_clinic: Run) -> None:
    done(eye_clinic(*ADD, "--id", "COS-100231"))
    done(eye_clinic("booking", "add", "flogsta", "PROV10", ANNA, "2026-12-01T10:00", "--id", "COS-100232"))
    for typed in ("cos-100231", "COS 100231", "cos100231", " COS-100231 ", "COS-1002311"):
        code, message = refused(eye_clinic, "why", typed)
        assert (code, meant(message)) == ("booking.unknown", "COS-100231"), typed
    assert meant(refused(eye_clinic, "why", "COS-10023")[1]) == "COS-100231, COS-100232"
    assert meant(refused(eye_clinic, "why", "COS-10023", "--unit", "ogon")[1]) == "COS-100231"
    assert meant(refused(eye_clinic, "why", "COS")[1]) == ""


def test_a_published_time_and_a_basis_that_were_meant(bookable: Run) -> None:
    done(bookable("slot", "publish", "ogon", "UPPF30", "2026-12-01T09:00", "--minutes", "30", "--id", "TS-1"))
    done(bookable("basis", "add", ANNA, "ogon", "OP60", "--id", "TU-1"))
    for command, code in ((("slot", "withdraw", "ts 1"), "slot"), (("basis", "withdraw", "tu1"), "basis")):
        found, message = refused(bookable, *command)
        assert (found, re.findall("Did you mean (.*)[?]", message)) == (
            f"{code}.unknown",
            ["TS-1" if code == "slot" else "TU-1"],
        )


NOTHING = {
    "booking list": "There are no such bookings.",
    "booking export": "There are no such bookings.",
    "booking stats": "Nothing has happened in that time.",
    "slot list": "There are no such published times.",
    "basis list": "There are no such booking bases.",
    "relation list": "There are no such relations.",
    "summons list": "There are no such summonses.",
    f"inbox {ANNA}": "The inbox is empty at that moment.",
    "sweep": "There are no such bookings.",
    "sweep --summary": "There are no such bookings.",
    "sweep --by unit,code": "Nothing stands in the way of these bookings.",
    "sweep --saved": "No sweep is saved.",
    "unit list": "No clinic is configured at that moment, and none has a file.",
    "coupling check": "No clinic offers anything that needs a route at that moment.",
}


def test_an_empty_answer_says_so(region: Run) -> None:
    for command, sentence in NOTHING.items():
        ran = region(*command.split(), "-o", "table")
        assert (ran.status, ran.out.splitlines()[:1]) == (0, [sentence]), command
        swedish = region("--lang", "sv", *command.split(), "-o", "table").out.splitlines()[0]
        assert swedish.endswith(".") and swedish != sentence
        if command != "coupling check":
            assert region(*command.split(), "-o", "json").out == "[]\n"
            assert len(region(*command.split(), "-o", "csv").out.splitlines()) == 1
