"""Person numbers, masked unless asked for in full, which is recorded.

Wherever the program shows, logs or exports them; recorded are who asked, when and why (domain, *What follows*;
contract, section 1).
"""

import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.command_line import Ran, Run, place_of, run, subprocess_environment
from support.people import ANNA, BO, CILLA, DAG, EVA
from support.region import OGON, RegionAt, sample_in_force
from support.stores import altered, rows_of

EVERYBODY = (ANNA, BO, CILLA, DAG, EVA)
FORMS = ("table", "json", "ndjson", "csv")
BOOKINGS = f"""\
booking_id,unit,code,resident,start,created_at,origin
B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01,clinic
B2,ogon,UPPF30,{BO[:8]}-{BO[8:]},2026-12-01T09:00,2026-10-01,
B3,flogsta,PROV10,{CILLA},2026-12-01T09:00,2026-10-01,resident
"""
BASES = f"basis_id,resident,unit,code,valid_from\nU1,{CILLA},ogon,UPPF30,2026-10-01\n"
EVENTS = f"resident,unit,event,occurred_at\n{BO},ogon,clinic_added,2026-10-01\n{DAG},ogon,clinic_removed,2026-10-01\n"


def spelt(number: str) -> re.Pattern[str]:
    """The number in any form: with or without its century, and whatever stands before the last four."""
    return re.compile(rf"{number[2:4]}\W?{number[4:6]}\W?{number[6:8]}\W{{0,3}}{number[8:]}", re.IGNORECASE)


def leaks(texts: Iterable[str], numbers: Iterable[str] = EVERYBODY) -> list[str]:
    """What in the texts is a person number of theirs."""
    return [found[0] for text in texts for number in numbers for found in spelt(number).finditer(text)]


@pytest.mark.parametrize(
    "text",
    ["191212121212", "19121212-1212", "121212+1212", "x1912-12-12-1212y", "19121212 1212"],
    ids=["12", "hyphen", "10", "dashes", "space"],
)
def test_leaks_are_seen(text: str) -> None:
    assert leaks([text])
    assert not leaks(["19121212-****", "2026-12-01T09:00:00+01:00", OGON])


@pytest.fixture(scope="module")
def in_force(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample region with bookings and relations, to be copied."""
    folder = tmp_path_factory.mktemp("sample")
    run = sample_in_force(region_at, folder)
    assert run("booking", "import", "-", stdin=BOOKINGS).status == 0
    assert run("relation", "import", "-", stdin=EVENTS).status == 0
    return folder


@dataclass(frozen=True)
class Command:
    """A command that shows or takes residents' data, about whom it is, and what stands on standard input."""

    words: str
    about: tuple[str, ...] = ()
    stdin: str = ""
    text: bool = False  # has a text form
    reveals: bool = True  # takes --reveal

    @property
    def arguments(self) -> list[str]:
        names = {"ANNA": ANNA, "BO": BO, "CILLA": CILLA, "DAG": DAG, "EVA": EVA}
        return [names.get(word, word) for word in self.words.split()]


COMMANDS = (
    Command("why B1", (ANNA,), text=True),
    Command("why B2 --action cancel", (BO,), text=True),
    Command("why --resident BO", (BO,), text=True),
    Command("why --resident - --all", (BO,), stdin=BO, text=True),
    Command("view ANNA", (ANNA,), text=True),
    Command("view -", (EVA,), stdin=EVA, text=True),
    Command("sweep", (ANNA, BO, CILLA)),
    Command("sweep --all --unit flogsta", (CILLA,)),
    Command("booking show B1", (ANNA,), text=True),
    Command("booking list", (ANNA, BO, CILLA)),
    Command("booking list --resident ANNA", (ANNA,)),
    Command("booking list --resident -", (ANNA,), stdin=ANNA),
    Command("booking export", (ANNA, BO, CILLA)),
    Command("booking export --resident -", (ANNA,), stdin=ANNA),
    Command("summons list"),
    Command("summons list --resident ANNA", (ANNA,)),
    Command("summons send EVA ogon", (EVA,)),
    Command("booking add ogon UPPF30 EVA 2026-12-01T09:00", (EVA,)),
    Command("booking add ogon UPPF30 - 2026-12-01T09:00", (EVA,), stdin=EVA),
    Command("booking cancel B1 --local", (ANNA,)),
    Command("basis add EVA ogon UPPF30", (EVA,)),
    Command("basis add - ogon UPPF30", (EVA,), stdin=EVA),
    Command("basis list", reveals=False),
    Command("basis import -", stdin=BASES, reveals=False),
    Command("slot publish ogon UPPF30 2026-12-01T09:00", reveals=False),
    Command("slot list", reveals=False),
    Command("relation record EVA ogon clinic_added", (EVA,)),
    Command("relation show ANNA ogon", (ANNA,)),
    Command("relation show - ogon", (EVA,), stdin=EVA),
    Command("relation list", (ANNA, BO, CILLA)),
    Command("relation list --resident DAG --ended"),
    Command("relation list --resident - --unit ogon", (BO,), stdin=BO),
    Command("why --resident EVA", text=True),
    Command("inbox ANNA", reveals=False),
    Command("booking stats", reveals=False),
    Command("sweep --summary", reveals=False),
    Command("booking import -", stdin=BOOKINGS, reveals=False),
    Command("relation import -", stdin=EVENTS, reveals=False),
    Command("unit list", reveals=False),
    Command("unit show ogon", reveals=False),
    Command("unit validate", reveals=False),
    Command("unit apply --yes", reveals=False),
    Command("service list ogon", reveals=False),
    Command("store info", reveals=False),
    Command("store check", reveals=False),
    Command("store upgrade", reveals=False),
    Command("rules", reveals=False),
    Command("init", reveals=False),
)
REVEALING = [command for command in COMMANDS if command.reveals]


def by_words(command: object) -> str:
    return command.words if isinstance(command, Command) else ""


@pytest.mark.parametrize("command", COMMANDS, ids=by_words)
def test_no_command_prints_a_person_number(eye_clinic: Run, command: Command) -> None:
    for form in (*FORMS, *(("text",) if command.text else ())):
        ran = eye_clinic(*command.arguments, "-o", form, stdin=command.stdin)
        assert ran.status in (0, 1), f"{form}: {ran.err}"
        assert ran.out or ran.err or form in ("ndjson", "table"), form
        assert leaks([ran.out, ran.err]) == [], form


def audit(tmp_path: Path) -> list[tuple[int, str, str | None, str, str | None]]:
    """When, who, why, with which command, about whom: since the imports that made the region."""
    sql = """SELECT recorded_at, actor, purpose, command, number
             FROM audit a LEFT JOIN resident r ON r.id = resident_id WHERE command NOT LIKE '%import' ORDER BY a.id"""
    return [*rows_of(tmp_path, sql)]


@pytest.mark.parametrize("command", [each for each in REVEALING if each.about], ids=by_words)
def test_with_reveal_the_numbers_stand_in_full(eye_clinic: Run, command: Command) -> None:
    ran = eye_clinic(*command.arguments, "-o", "json", "--reveal", stdin=command.stdin)
    assert set(leaks([ran.out])) == {number[2:] for number in command.about}
    assert all(f'"{number}"' in ran.out for number in command.about)
    assert leaks([ran.err]) == []


@pytest.mark.parametrize("command", [each for each in REVEALING if each.about], ids=by_words)
def test_who_looked_when_why_and_with_what_is_recorded(eye_clinic: Run, tmp_path: Path, command: Command) -> None:
    before = int(time.time())
    eye_clinic(*command.arguments, "-o", "json", "--reveal", "--purpose", "INC-1", stdin=command.stdin)
    recorded = audit(tmp_path)
    assert recorded
    verb = " ".join(word for word in command.arguments[:2] if word.isalpha() and word.islower())
    for when, who, purpose, words, _ in recorded:
        assert before <= when <= int(time.time())
        assert (who, purpose, words) == ("tester", "INC-1", verb)


@pytest.mark.parametrize(
    "command", [each for each in REVEALING if len(each.about) == 1 and "sweep" not in each.words], ids=by_words
)
def test_at_whom_they_looked_is_recorded(eye_clinic: Run, tmp_path: Path, command: Command) -> None:
    eye_clinic(*command.arguments, "-o", "json", "--reveal", stdin=command.stdin)
    assert [number for *_, number in audit(tmp_path)] == list(command.about)


def test_without_reveal_no_reveal_is_recorded(eye_clinic: Run, tmp_path: Path) -> None:
    for command in COMMANDS:
        eye_clinic(*command.arguments, stdin=command.stdin)
    assert [bool(revealed) for (revealed,) in rows_of(tmp_path, "SELECT DISTINCT revealed FROM audit")] == [False]


def test_the_purpose_from_the_environment(eye_clinic: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDBOK_PURPOSE", "INC-2")
    monkeypatch.setenv("TIDBOK_ACTOR", "britta")
    assert eye_clinic("why", "B1", "--reveal").status == 0
    assert [(who, purpose) for _, who, purpose, *_ in audit(tmp_path)] == [("britta", "INC-2")]


@pytest.mark.parametrize("named", ["", "chefen"])
def test_the_actor_is_the_systems_user_whatever_the_environment_says(
    eye_clinic: Run, tmp_path: Path, named: str
) -> None:
    """In a process of its own, where nothing stands in for that user's name."""
    told = {"TIDBOK_ACTOR": named, "LOGNAME": "chefen", "USER": "chefen", "USERNAME": "chefen"}
    line = [sys.executable, "-m", "tidbok_cli", *place_of(tmp_path), "why", "B1", "--reveal"]
    subprocess.run(line, env=subprocess_environment(**told), check=True, capture_output=True)
    user = pwd.getpwuid(os.getuid()).pw_name
    assert rows_of(tmp_path, "SELECT actor, os_user FROM audit WHERE command = 'why'") == [(named or user, user)]


# -------------------------------------------------------------------------------------------- the purpose


@pytest.fixture
def strict(eye_clinic: Run, tmp_path: Path) -> Run:
    """The region refuses to show a resident's data without a purpose."""
    file = tmp_path / "config" / "tidbok.toml"
    text = file.read_text(encoding="utf-8").replace("require_purpose = false", "require_purpose = true")
    file.write_text(text, encoding="utf-8")
    return eye_clinic


SHOWING = [each for each in REVEALING if not {"add", "record", "send"} & set(each.words.split())]


@pytest.mark.parametrize("command", SHOWING, ids=by_words)
def test_without_a_purpose_a_residents_data_are_not_shown(strict: Run, command: Command) -> None:
    ran = strict(*command.arguments, "-o", "json", stdin=command.stdin)
    assert (ran.status, ran.out, json.loads(ran.err)["error"]["code"]) == (2, "", "purpose.missing")


@pytest.mark.parametrize("command", SHOWING, ids=by_words)
def test_what_is_refused_is_not_recorded_as_looked_at(strict: Run, tmp_path: Path, command: Command) -> None:
    ran = strict(*command.arguments, "--reveal", stdin=command.stdin)
    assert (ran.status, ran.out, audit(tmp_path)) == (2, "", [])


@pytest.mark.parametrize("command", SHOWING, ids=by_words)
def test_with_a_purpose_they_are(strict: Run, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    assert strict(*command.arguments, "--purpose", "INC-1", stdin=command.stdin).status in (0, 1)
    monkeypatch.setenv("TIDBOK_PURPOSE", "INC-1")
    assert strict(*command.arguments, stdin=command.stdin).status in (0, 1)


@pytest.mark.parametrize("command", [each for each in REVEALING if each not in SHOWING], ids=by_words)
def test_without_a_purpose_nothing_is_revealed(strict: Run, tmp_path: Path, command: Command) -> None:
    ran = strict(*command.arguments, "--reveal", stdin=command.stdin)
    assert ran.status == 2
    assert (leaks([ran.out, ran.err]), audit(tmp_path)) == ([], [])


TELLING = (
    Command("why B1"),
    Command("basis list"),
    Command("inbox ANNA"),
    Command("booking list --resident -", stdin=ANNA),
    Command("booking import -", stdin=BOOKINGS),
    Command("booking import - --dry-run", stdin=BOOKINGS),
    Command("relation import - --dry-run", stdin=EVENTS),
    Command("basis import - --dry-run", stdin=BASES),
    Command("store copy --to copy.db"),
)
"""Commands that show residents' data, or tell whether a resident is known."""


def asked(place: tuple[str, ...], command: Command, *more: str) -> tuple[int, str]:
    """The exit status of a command, and the code of its error."""
    ran = run(*place, *command.arguments, *more, "-o", "json", stdin=command.stdin)
    assert not (ran.status == 2 and ran.out)
    return ran.status, json.loads(ran.err)["error"]["code"] if ran.status == 2 else ""


def test_the_store_asks_for_a_purpose_whatever_another_configuration_says(
    strict: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does so from the first change on that is made by a configuration that asks; lifting it is recorded."""
    monkeypatch.chdir(tmp_path)
    own = (*place_of(tmp_path), "--config", str(tmp_path / "own"))
    shutil.copytree(tmp_path / "config", tmp_path / "own")
    of_own = tmp_path / "own" / "tidbok.toml"
    text = of_own.read_text(encoding="utf-8")
    of_own.write_text(text.replace("require_purpose = true", "require_purpose = false"), encoding="utf-8")
    for command in TELLING:
        assert asked(place_of(tmp_path), command) == (2, "purpose.missing")
    assert asked(own, TELLING[0])[0] == 0
    assert strict("relation", "import", "-", "--purpose", "INC-1", stdin=EVENTS).status == 0
    for command in TELLING:
        assert asked(own, command, "--purpose", " – !") == (2, "purpose.missing"), command
    assert asked(own, Command("sweep --summary"))[0] == asked(own, TELLING[-1], "--purpose", "1")[0] == 0
    lift = ("init", "--lift-purpose")
    assert json.loads(strict(*lift, "-o", "json").err)["error"]["code"] == "purpose.still_required"
    assert json.loads(run(*own, *lift, "-o", "json").err)["error"]["code"] == "purpose.why_lifted"
    for _ in range(2):
        assert run(*own, *lift, "--purpose", "INC-2").status == 0
    assert asked(own, TELLING[0])[0] == 0
    kept = rows_of(tmp_path, "SELECT actor, purpose, require_purpose FROM store_policy ORDER BY id")
    assert [(*who, bool(asks)) for *who, asks in kept] == [("tester", "INC-1", True), ("tester", "INC-2", False)]


# --------------------------------------------------------------------------------------------- bad input


WRONG = (
    "191212121213", "19121212-1213", "1212121213", "121212-1213", "121212+1213", "191312121212", "191212121212x",
    " 191212121212", "191212121212 ", "19121212 1212", "191212121212.0",
    "\N{NO-BREAK SPACE}191212121212", "'191212121212", "Anna 191212121212", "pnr:191212121212", "P191212121212",
)  # fmt: skip
"""Ways in which somebody writes a number that no command accepts; some have another check digit."""

ALMOST = (*EVERYBODY, "191212121213", "191312121212")


def told_nothing(ran: Ran) -> None:
    assert leaks([ran.out, ran.err], ALMOST) == []
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_a_number_that_is_refused_is_not_repeated(eye_clinic: Run, number: int) -> None:
    """Neither as the resident, nor where something else belongs."""
    wrong = WRONG[number]
    for arguments in (
        ("relation", "record", wrong, "ogon", "clinic_added"),
        ("relation", "show", wrong, "ogon"),
        ("view", wrong),
        ("booking", "list", "--resident", wrong),
        ("why", "--resident", wrong),
    ):
        for more in ((), ("-o", "json")):
            ran = eye_clinic(*arguments, *more)
            assert ran.status == 2
            told_nothing(ran)
    told_nothing(eye_clinic("relation", "record", "-", "ogon", "clinic_added", stdin=wrong))


WORDS = (
    "why {}",
    "why B1 {}",
    "why B1 --unit {}",
    "why B1 --assume {}",
    "why B1 --assume {}=pass",
    "why B1 --action {}",
    "why B1 --at {}",
    "why --resident ANNA --unit {}",
    "booking show {}",
    "booking show B1 --unit {}",
    "booking list --status {}",
    "booking list --from {}",
    "booking add {} UPPF30 ANNA 2026-12-01T09:00",
    "booking add ogon UPPF30 ANNA {}",
    "booking add ogon UPPF30 ANNA 2026-12-01 --end {}",
    "booking add ogon UPPF30 ANNA 2026-12-01 --minutes {}",
    "booking add ogon UPPF30 ANNA 2026-12-01 {}",
    "booking import {}",
    "booking import {}.csv",
    "booking import - --encoding {}",
    "booking export --unit {}",
    "booking stats --from {}",
    "summons send ANNA {}",
    "summons send ANNA ogon --booking {}",
    "summons list --unit {}",
    "view ANNA --html {}/page.html",
    "relation record ANNA {} clinic_added",
    "relation record ANNA ogon {}",
    "relation show ANNA {}",
    "relation list --unit {}",
    "relation import {}",
    "sweep --unit {}",
    "sweep --from {}",
    "sweep --to {}",
    "sweep {}",
    "booking add ogon UPPF30 ANNA -o {}",
    "sweep --{}",
    "{}",
    "relation {}",
    "unit show {}",
    "unit new {} --name Ny",
    "service list {}",
    "--lang {} rules",
)


@pytest.mark.parametrize("words", WORDS)
def test_a_number_in_a_wrong_place_is_not_repeated(eye_clinic: Run, words: str) -> None:
    for number in (ANNA, f"{ANNA[2:8]}+{ANNA[8:]}"):
        arguments = [word.format(number).replace("ANNA", BO) for word in words.split()]
        for more in ((), ("-o", "json")):
            ran = eye_clinic(*arguments, *more)
            assert ran.status == 2, ran
            told_nothing(ran)


BOOKING = {"booking_id": "X", "unit": "ogon", "code": "UPPF30", "resident": EVA, "start": "2026-12-01T09:00"}
EVENT = {"resident": EVA, "unit": "ogon", "event": "clinic_added", "occurred_at": "2026-10-01"}
SCHEDULE = "GetSubjectOfCareScheduleResponse"
BAD = (*WRONG, *EVERYBODY, "861106-2384", "121212+1212")


def astray(row: dict[str, str], columns: tuple[str, ...], column: str) -> str:
    """A file of rows that have each of the numbers in a cell where it does not belong."""
    header = (*row, *columns)
    rows = (row | {column: number} for number in (WRONG if column == "resident" else BAD))
    lines = (";".join(f'"{cells.get(name, "")}"' for name in header) for cells in rows)
    return "\n".join([";".join(header), *lines, ""])


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.parametrize("column", ["unit", "resident", "start", "end", "status", "created_at", "ended_at", "origin"])
def test_bad_rows_are_told_of_without_the_numbers(eye_clinic: Run, column: str, form: str) -> None:
    """Whatever cell the number strayed into, in whatever form."""
    text = astray(BOOKING, ("end", "status", "created_at", "ended_at", "origin"), column)
    ran = eye_clinic("booking", "import", "-", "-o", form, stdin=text)
    assert ran.status == 1
    told_nothing(ran)


@pytest.mark.parametrize("number", ["19121212–1212", "1912-12-12-1212"], ids=["a dash", "an ISO date"])
def test_a_number_with_other_signs_is_not_repeated_either(eye_clinic: Run, number: str) -> None:
    """As word processors and databases write them."""
    for column in ("unit", "event", "occurred_at"):
        header = ",".join(EVENT) + "\n"
        ran = eye_clinic("relation", "import", "-", stdin=header + ",".join((EVENT | {column: number}).values()) + "\n")
        assert ran.status == 1
        told_nothing(ran)


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.parametrize("column", ["unit", "resident", "event", "occurred_at"])
def test_bad_events_are_told_of_without_the_numbers(eye_clinic: Run, column: str, form: str) -> None:
    ran = eye_clinic("relation", "import", "-", "-o", form, stdin=astray(EVENT, (), column))
    assert ran.status == 1
    told_nothing(ran)


@pytest.mark.parametrize(
    "text",
    [
        f"booking_id,unit,code,resident,{ANNA}\nX,ogon,A,{ANNA},2026-12-01\n",
        f"booking_id,unit,code,resident,start,{ANNA}\nX,ogon,A,{ANNA},2026-12-01,\n",
        f"{ANNA}\n",
        f"booking_id,unit,code,resident,start\nX,ogon,A,{ANNA},2026-12-01,{BO}\n",
        f'booking_id,unit,code,resident,start\nX,ogon,A,"{ANNA}\n',
        f"booking_id,unit,code,resident,start\nX,ogon,A,{BO},2026-12-01\nX,ogon,A,{ANNA},2026-12-01\n",
        f"booking_id,unit,code,resident,start\nB1,ogon,UPPF30,{BO},2026-12-01T09:00\n",
        f"booking_id,unit,code,resident,start\n{ANNA},ogon,UPPF30,{BO},\n",
        f"<a>{ANNA}</b>",
        f"<{SCHEDULE}><timeslotDetail><bookingId>{ANNA}</bookingId></timeslotDetail></{SCHEDULE}>",
    ],
    ids=[
        *("in the header", "an extra column", "a header that is none", "a cell too many", "a quote too few"),
        *("two residents in the file", "two residents", "as the booking's id", "bad XML", "as a slot's id"),
    ],
)
def test_a_bad_file_is_told_of_without_the_number(eye_clinic: Run, text: str) -> None:
    for form in ("table", "json"):
        ran = eye_clinic("booking", "import", "-", "-o", form, stdin=text)
        told_nothing(ran)
        assert ran.err


def test_a_file_that_is_not_utf8_is_told_of_without_the_number(eye_clinic: Run) -> None:
    text = f"booking_id,unit,code,resident,start,calendar\nX,ogon,A,{ANNA},2026-12-01,Ögon\n".encode("windows-1252")
    ran = eye_clinic("booking", "import", "-", stdin=text)
    assert ran.status == 2
    told_nothing(ran)


# ------------------------------------------------------------------------------------------ in ids and names

TELLING_IDS = f"""\
booking_id,unit,code,resident,start,calendar
{ANNA},ogon,UPPF30,{ANNA},2026-12-01T09:00,
R-20000101T220,ogon,UPPF30,{ANNA},2026-12-02T09:00,
COS-100231,ogon,UPPF30,{ANNA},2026-12-03T09:00,B {BO[:8]} - {BO[8:]}
20261201090000,ogon,UPPF30,{ANNA},2026-12-04T09:00,{OGON}
"""


def test_numbers_in_ids_are_warned_of_counted_and_masked_for_people(eye_clinic: Run) -> None:
    ran = eye_clinic("booking", "import", "-", "-o", "json", stdin=TELLING_IDS)
    assert (ran.status, ran.err.count("3 rows have a person number in an id")) == (0, 1)
    assert json.loads(ran.out)["created"] == 4
    told = [eye_clinic(*words.split(), ANNA) for words in ("why", "booking show")]
    told += [eye_clinic("booking", "list"), eye_clinic("sweep"), eye_clinic("why", ANNA, "-o", "text")]
    assert not leaks(ran.out + ran.err for ran in told) and all("19121212****" in ran.out for ran in told)
    assert "R-20000101****" in told[2].out and "20261201090000" in told[2].out
    assert ANNA in eye_clinic("booking", "list", "--reveal").out
    assert f'"{ANNA}"' in eye_clinic("booking", "list", "-o", "json").out  # programs ask by it


def test_actors_and_purposes_are_masked(eye_clinic: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDBOK_ACTOR", f"anna {ANNA}")
    assert eye_clinic("relation", "record", EVA, "ogon", "clinic_added").status == 0
    assert eye_clinic("relation", "void", "1", "--purpose", f"{BO[2:8]}-{BO[8:]} rang").status == 0
    assert eye_clinic("sweep", "--save", "night").status == 1
    about = ("relation", "show", EVA, "ogon")
    for words in (about, (*about, "-o", "json"), ("sweep", "--saved"), ("sweep", "--saved", "-o", "json")):
        ran = eye_clinic(*words)
        assert not leaks([ran.out, ran.err]) and "****" in ran.out, words


# ------------------------------------------------------------------------------------------------ a bug


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_bug_leaves_a_report_without_the_number(
    eye_clinic: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """The one place where something is put in the program's place: a bug cannot be had otherwise."""

    def broken(*_: object, **__: object) -> None:
        try:
            raise KeyError(ANNA)
        except KeyError as error:
            raise RuntimeError(f"no row for {ANNA}, {ANNA[:8]}-{ANNA[8:]}") from error

    reports = tmp_path / "reports"
    reports.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(reports))
    monkeypatch.setattr("tidbok_cli.domain.why.judge", broken)
    ran = eye_clinic("why", "B1", "-o", form)
    assert (ran.status, ran.out) == (70, "")
    told_nothing(ran)
    (report,) = reports.iterdir()
    assert str(report) in ran.err
    text = report.read_text(encoding="utf-8")
    assert "RuntimeError" in text and "KeyError" in text and "why.py" in text
    assert leaks([text]) == []
    assert report.stat().st_mode & 0o777 == 0o600
    assert leaks([str(report)]) == []


def test_a_bug_of_which_no_report_can_be_written_is_told_all_the_same(
    eye_clinic: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError(ANNA)

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    monkeypatch.setattr("tidbok_cli.domain.why.judge", broken)
    ran = eye_clinic("why", "B1")
    assert (ran.status, ran.out) == (70, "")
    assert ran.err.startswith("This is a bug in tidbok: KeyError in domain/why.py:") and "at “tidbok why”" in ran.err
    assert "could not be written (No such file or directory): " in ran.err and "TMPDIR" in ran.err
    told_nothing(ran)


def test_an_error_of_the_database_does_not_show_the_values(
    eye_clinic: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store lacks a table, as a damaged one may: the statement that fails holds the number."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    altered(tmp_path, "ALTER TABLE resident RENAME TO lost")
    for command in COMMANDS:
        ran = eye_clinic(*command.arguments, stdin=command.stdin)
        told_nothing(ran)
    assert leaks(report.read_text(encoding="utf-8") for report in tmp_path.glob("*.txt")) == []
