"""Next steps of `why`: done to the letter they mend the check (contract, section 4).

Each case brings one check to fail in a small region, reads the steps that `why` prints for what fails, does them as
they are printed (edits of files, commands; what stands open is filled in; what people do on 1177 or in the journal is
done in the store), and asks again. The check passes then, or nothing was to be done.
"""

import json
import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support.command_line import Run, done, run_in
from support.people import ANNA, BO
from support.region import BOOKABLE, FLOGSTA, NO_FILE, OGON, put_in_force
from support.stores import Stores
from support.tak import EVERYTHING, by_number, ways

from tidbok_cli import i18n
from tidbok_cli.domain.checks import CHECKS
from tidbok_cli.render.check_names import check_name

THEN = "2026-11-01T12:00"
LATER = "2026-11-01T13:00"
BOOKINGS = f"""\
booking_id,unit,code,resident,start,end,created_at,origin,calendar,care_type
B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,,2026-10-01,clinic,,
B2,{NO_FILE},HUDB,{BO},2026-12-01T09:00,,2026-10-01,,,
B3,ogon,TT9,{ANNA},2026-12-01T10:00,,2026-10-01,,,TYST
B4,ogon,TT 8,{ANNA},2026-12-01T11:00,,2026-10-01,,,
B5,ogon,UPPF30,{BO},2026-12-01T12:00,,2026-10-01,,,
B6,ogon,UPPF30,{ANNA},2026-12-01T13:00,,2026-10-01,,OGON-TB2,
"""
SLOTS = """\
slot_id,unit,code,start,end
U1,ogon,UPPF30,2026-12-02T09:00,2026-12-02T09:30
U2,ogon,UPPF30,2026-12-02T10:00,2026-12-02T10:30
U3,ogon,UPPF30,2026-10-20T10:00,2026-10-20T10:30
P1,ogon,OP60,2026-12-03T09:00,2026-12-03T09:30
P2,ogon,OP60,2026-12-03T10:00,2026-12-03T10:30
T1,ogon,TYST,2026-12-04T09:00,2026-12-04T09:30
F1,flogsta,UPPF30,2026-12-02T09:00,2026-12-02T09:30
"""


class Case(NamedTuple):
    """What is done before, as commands; edits of the clinic's file, put in force; and what is asked."""

    reason: str
    asked: str
    before: tuple[str, ...] = ()
    edits: Mapping[str, str] = {}
    at: str = THEN
    region: str = ""
    mends: bool = True


OFFERS = "cancel = true\nrebook = true\nbook   = true\n"
LABELLED = 'label  = "Besök"\nshow   = true\ncancel = true\nrebook = true\nbook   = "open"'
CANCEL, REBOOK = "B1 --action cancel", "B1 --action rebook"
BOOK, RESTRICTED = f"--slot U1 --resident {ANNA}", f"--slot P1 --resident {ANNA}"
BOOKS_P2 = f"booking book P2 {ANNA} --at 2026-10-20"

CASES = (
    Case("booking.not_yet_made", "B1", at="2026-09-01", mends=False),
    Case("booking.cancelled", "B1", ("booking cancel B1 --local --at 2026-10-20",), mends=False),
    Case("booking.rebooked", "B1", ("booking rebook B1 U1 --local --at 2026-10-20",)),
    Case("window.over", "B1", at="2026-12-02", mends=False),
    Case("unit.not_configured", "B2"),
    Case("unit.not_configured", "B2 --action cancel"),
    Case("unit.not_configured", "B1", ("rm ogon", "unit apply --remove --yes --at 2026-10-20")),
    Case("unit.not_configured", CANCEL, ("rm ogon", "unit apply --remove --yes --at 2026-10-20")),
    Case(
        "unit.not_configured", "B1",
        (
            "coupling import-tak none.json --allow-mass --at 2026-10-16",
            "rm ogon",
            "unit apply --remove --yes --at 2026-10-20",
        ),
        edits={"[coupling]\n": f'[coupling]\nlogical_address = "{FLOGSTA}"\n'},
    ),
    Case("unit.not_configured", BOOK, ("rm ogon", "unit apply --remove --yes --at 2026-10-20")),
    Case(
        "unit.show_off", "B1",
        edits={"show   = true\ncancel = true\nrebook = true\nbook   = true\n[coupling]": "[coupling]"},
    ),
    Case("coupling.missing", "B1", edits={OFFERS: "", 'calendar = "OGON-TB1"\n': ""}),
    Case("coupling.other_calendar", "B6"),
    Case("coupling.not_routed", "B1", ("coupling import-tak none.json --allow-mass --at 2026-10-20",)),
    Case("coupling.unverified", "B1", region="require_verified_coupling = true"),
    Case("service.not_mapped", "B4"),
    Case("service.not_mapped", "B4 --action rebook"),
    Case("service.show_off", "B3"),
    Case("service.show_off", "B3 --action cancel"),
    Case("service.show_off", "B1", edits={LABELLED: ""}),
    Case("relation.never", "B5"),
    Case("relation.removed_by_resident", "B1", (f"relation record {ANNA} ogon clinic_removed --at 2026-10-20",)),
    Case(
        "relation.approval_withdrawn", "B1",
        tuple(
            f"relation record {ANNA} ogon {event} --at 2026-10-{day}"
            for event, day in (("communication_approved", 20), ("approval_withdrawn", 21))
        ),
    ),
    Case("relation.no_data", "B5", region='relation_data = "partial"'),
    Case("offer.off", CANCEL, edits={OFFERS: ""}),
    Case("offer.off", BOOK, edits={"book   = true": "book   = false"}),
    Case("permission.off", CANCEL, edits={'cancel = true\nrebook = true\nbook   = "open"': 'book = "open"'}),
    Case("permission.off", BOOK, edits={'book   = "open"\ncancel_deadline': "cancel_deadline"}),
    Case("permission.off", "B3 --action rebook"),
    Case("deadline.passed", CANCEL, at="2026-11-30T12:00", mends=False),
    Case("deadline.passed", CANCEL, at="2026-12-01T10:00", mends=False),
    Case("deadline.passed", BOOK, at="2026-12-02T10:00", mends=False),
    Case("basis.none", RESTRICTED),
    Case("basis.not_yet_valid", RESTRICTED, (f"basis add {ANNA} ogon OP60 --from 2026-11-20 --at 2026-10-20",)),
    Case(
        "basis.expired", RESTRICTED,
        (f"basis add {ANNA} ogon OP60 --from 2026-10-01 --to 2026-10-31 --at 2026-10-02",),
    ),
    Case("basis.used", RESTRICTED, (f"basis add {ANNA} ogon OP60 --from 2026-10-01 --at 2026-10-02", BOOKS_P2)),
    Case("slot.taken", BOOK, (f"booking book U1 {BO} --at 2026-10-20",)),
    Case("slot.taken", f"{REBOOK} --slot U1", (f"booking book U1 {BO} --at 2026-10-20",)),
    Case("slot.withdrawn", BOOK, ("slot withdraw U1 --at 2026-10-20",)),
    Case("slot.over", f"--slot U3 --resident {ANNA}"),
    Case("slot.other_unit", f"{REBOOK} --slot F1"),
    Case("slot.other_service", f"{REBOOK} --slot P1"),
)  # fmt: skip


def test_each_failing_check_of_the_table_is_tried() -> None:
    assert {case.reason for case in CASES} == {
        f"{check.name}.{reason.code}" for check in CHECKS for reason in check.reasons if check.name != "journal"
    }  # the journal's are mended in the journal: test_why_live.py


@pytest.fixture(scope="module")
def filled(bookable_in_force: Path, stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The region with its bookings and published times, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    run = copied(bookable_in_force, stores, folder)
    for kind, rows in (("booking", BOOKINGS), ("slot", SLOTS)):
        done(run(kind, "import", "-", "--at", "2026-10-02", stdin=rows))
    return folder


def copied(region: Path, stores: Stores, folder: Path) -> Run:
    shutil.copytree(region / "config", folder / "config")
    stores.copy(region, folder)
    return run_in(folder)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.reason} {case.asked.replace(ANNA, 'Anna')}")
def test_the_steps_mend(
    case: Case, filled: Path, stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = copied(filled, stores, tmp_path)
    bring_about(case, run, tmp_path)
    before = failing(run, case.asked, case.at)
    assert case.reason in before
    if not case.mends:
        assert "tidbok" not in before[case.reason].fix
        return
    looks = [command for unmet in before.values() for command in do(unmet, run, tmp_path)]
    assert not set(before) & set(failing(run, asked_next(case.asked, looks, run), LATER))


def bring_about(case: Case, run: Run, folder: Path) -> None:
    """Edit the policy and the clinic's file, and do what is done before."""
    (folder / "none.json").write_text(json.dumps(by_number(ways(FLOGSTA, EVERYTHING))), encoding="utf-8")
    if case.region:
        file = folder / "config" / "tidbok.toml"
        key = case.region.partition(" ")[0]
        file.write_text(re.sub(rf"^{key} .*", case.region, file.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    text = BOOKABLE
    for old, new in case.edits.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    if case.edits:
        put_in_force(run, folder, text, "2026-10-15")
    for command in case.before:
        if command == "rm ogon":
            (folder / "config" / "units" / "ogon.toml").unlink()
        else:
            done(run(*shlex.split(command)))


class Unmet(NamedTuple):
    """The next step of a check that does not pass, and the HSA-id of the clinic asked about."""

    fix: str
    unit: str


def failing(run: Run, question: str, at: str) -> dict[str, Unmet]:
    """What does not pass, by reason."""
    told: dict[str, Any] = json.loads(run("why", *shlex.split(question), "--at", at, "-o", "json").out)
    unit = (told["booking"] or told["slot"])["unit"]
    unmet = (each for each in told["checks"] if each["result"] != "pass")
    return {f"{each['check']}.{each['reason']}": Unmet(each["fix"] or "", unit) for each in unmet}


def asked_next(question: str, looks: list[str], run: Run) -> str:
    """The question about the booking that a step names, or the first published time that its list has."""
    for command in looks:
        kind, *rest = shlex.split(command)
        if kind == "why":
            return shlex.join(rest)
        first, *_ = json.loads(run(kind, *rest, "--at", LATER, "-o", "json").out)
        return re.sub(r"--slot \w+", f"--slot {first['slot']}", question)
    return question


OPEN = {"--name …": "--name Hudmottagningen", "--calendar …": "--calendar HUD-TB1", "--label …": "--label Besök"}
FILES = {
    "coupling": json.dumps(by_number((*ways(FLOGSTA, EVERYTHING), *ways(OGON, EVERYTHING)))),
    "relation": f"resident,unit,event,occurred_at\n{BO},ogon,clinic_added,2026-10-20T12:00\n",
    "basis": f"basis_id,resident,unit,code,valid_from,valid_to\nNEW,{ANNA},ogon,OP60,2026-11-01,\n",
}
"""What a command reads where its step says FILE."""
DEEDS = {
    "The resident adds the clinic again": f"relation record {ANNA} {{unit}} clinic_added",
    "adds the clinic on its contact card": f"relation record {BO} {{unit}} clinic_added",
    "Staff approve the resident": f"relation record {ANNA} {{unit}} communication_approved",
}
"""What people do on 1177, as the store learns of it."""
STEP = re.compile(r"[Ss]et (\w+) = (\S+) under \[(\w+)\] in (\S+), then|“tidbok ([^”]+)”")


def do(unmet: Unmet, run: Run, folder: Path) -> Iterator[str]:
    """Do a step to the letter; gives the commands that only look, for the next question."""
    for words, command in DEEDS.items():
        if words in unmet.fix:
            done(run(*command.format(unit=unmet.unit).split(), "--at", THEN))
    for key, value, table, file, command in re.findall(STEP, unmet.fix):
        if key:
            edit(folder / "config" / file, table, f"{key} = {value.replace('…', 'OGON-TB1')}")
        elif command.startswith(("why ", "slot list ")):
            yield command
        else:
            perform(command, run, folder)


def edit(file: Path, table: str, line: str) -> None:
    """Set a key of a table in a clinic's file."""
    key = line.partition(" ")[0]
    head, heading, rest = file.read_text("utf-8").partition(f"[{table}]\n")
    of_table, mark, others = rest.partition("[")
    kept = "".join(each for each in of_table.splitlines(keepends=True) if each.split()[:1] != [key])
    file.write_text(f"{head}{heading}{line}\n{kept}{mark}{others}", "utf-8")


def perform(command: str, run: Run, folder: Path) -> None:
    """Run a command as it is printed, with what stands open filled in, at the moment asked about.

    Where it asks for a person number (`-`), it gets that of the resident without a relation.
    """
    for words, filled_in in OPEN.items():
        command = command.replace(words, filled_in)
    kind, *rest = shlex.split(command)
    (folder / "FILE").write_text(FILES.get(kind, ""), "utf-8")
    rest += () if "--at" in rest else ("--at", THEN)
    rest += ("--yes",) if command.startswith("unit apply") else ()
    done(run(kind, *rest, stdin=BO))


def told(run: Run, question: str, reason: str, at: str = THEN, language: str = "en") -> str:
    """What the letter says of a reason, until the next empty line."""
    letter = run("--lang", language, "why", *shlex.split(question), "--at", at, "-o", "text").out
    i18n.activate(language)
    name = check_name(reason.partition(".")[0])
    return next(part for part in letter.split("\n\n") if part[2:].startswith(f"{name}: "))


@pytest.fixture
def clinic(filled: Path, stores: Stores, tmp_path: Path) -> Run:
    return copied(filled, stores, tmp_path)


def test_the_mapping_that_decided_is_named(clinic: Run) -> None:
    said = told(clinic, "B3 --action rebook", "permission.off")
    assert "The mapping of the code TYST" in said
    assert "“tidbok service map ogon TYST --rebook”" in said


def test_a_clinic_that_was_ended_is_told_as_ended(clinic: Run, tmp_path: Path) -> None:
    (tmp_path / "config" / "units" / "ogon.toml").unlink()
    done(clinic("unit", "apply", "--remove", "--yes", "--at", "2026-10-20T08:00"))
    said = told(clinic, "B1", "unit.not_configured")
    assert "The clinic Ögonmottagningen was ended in 1177 tidbok on Tue 20 Oct 2026 08:00 by tester." in said
    assert "Since: Tue 20 Oct 2026 08:00" in said
    assert "Ögonmottagningen" in clinic("why", "B1", "--at", THEN, "-o", "text").out.splitlines()[0]
    (unit,) = (
        each["evidence"]
        for each in json.loads(clinic("why", "B1", "--at", THEN, "-o", "json").out)["checks"]
        if each["check"] == "unit"
    )
    assert unit == {
        "unit": OGON, "name": "Ögonmottagningen", "ended_at": "2026-10-20T08:00:00+02:00", "ended_by": "tester",
    }  # fmt: skip


def test_a_clinic_that_was_ended_is_put_back_without_an_alias_that_another_has(clinic: Run, tmp_path: Path) -> None:
    (tmp_path / "config" / "units" / "ogon.toml").unlink()
    done(clinic("unit", "apply", "--remove", "--yes", "--at", "2026-10-20T08:00"))
    assert "--alias ogon" in told(clinic, "B1", "unit.not_configured")
    done(clinic("unit", "new", "SE2321000024-7A", "--name", "Ny", "--alias", "ogon"))
    done(clinic("unit", "apply", "--yes", "--at", "2026-10-20T09:00"))
    said = told(clinic, "B1", "unit.not_configured")
    (command,) = re.findall("“tidbok (unit new [^”]*)”", said)
    done(clinic(*shlex.split(command)))  # with the alias it would be refused
    done(clinic("unit", "apply", "--yes", "--at", "2026-10-20T10:00"))


def test_the_clinic_can_change_a_time_only_before_it_starts(clinic: Run) -> None:
    assert "which can still change" in told(clinic, CANCEL, "deadline.passed", "2026-12-01T08:59")
    for question, at, day in ((CANCEL, "2026-12-01T09:00", "Tue 1"), (BOOK, "2026-12-02T09:00", "Wed 2")):
        said = told(clinic, question, "deadline.passed", at)
        assert f"It is too late: the time began {day} Dec 2026 09:00." in said
        assert said.endswith("Nothing to mend.")
    done(clinic("booking", "cancel", "B1", "--local", "--at", "2026-10-20"))
    assert "Next:" not in told(clinic, CANCEL, "deadline.passed", "2026-12-01T08:00")
    assert "Next:" in told(clinic, "B1", "booking.cancelled", "2026-12-01T10:59")
    assert "Next:" not in told(clinic, "B1", "booking.cancelled", "2026-12-01T11:00")


def test_a_used_basis_is_named_beside_an_expired_one(clinic: Run) -> None:
    add_basis(clinic, "LATER", "2026-10-25")
    add_basis(clinic, "USED", "2026-10-22")
    made = clinic("booking", "book", "P2", ANNA, "--at", "2026-10-20", "-o", "json").out
    booking = json.loads(made)["booking"]["id"]
    assert f"booking basis USED was used for the booking {booking}; its last day was Thu 22 Oct 2026." in told(
        clinic, RESTRICTED, "basis.expired"
    )
    add_basis(clinic, "FIRST", "2026-10-21")
    assert f"basis USED has been used for the booking {booking}; another, FIRST, has expired" in told(
        clinic, RESTRICTED, "basis.expired"
    )


def add_basis(run: Run, name: str, last: str) -> None:
    validity = ("--from", "2026-10-01", "--to", last)
    done(run("basis", "add", ANNA, "ogon", "OP60", *validity, "--id", name, "--at", "2026-10-02"))


def test_the_resident_has_the_time_already(clinic: Run) -> None:
    booking = json.loads(clinic("booking", "book", "U1", ANNA, "--at", "2026-10-20", "-o", "json").out)["booking"]["id"]
    for question in (BOOK, f"{REBOOK} --slot U1"):
        said = told(clinic, question, "slot.taken")
        assert f"The resident has the time U1 already: the booking {booking}." in said
        assert f"“tidbok why {booking} --unit {OGON}”" in said
    assert clinic("why", booking, "--unit", OGON, "--at", THEN).status == 0
    assert "already" not in told(clinic, BOOK.replace(ANNA, BO), "slot.taken")
    refused = clinic("booking", "rebook", "B1", "U1", "--as", "resident", "--at", THEN, "-o", "json").err
    assert "The resident has the time U1 already" in refused
    assert [each["code"] for each in json.loads(refused)["error"]["problems"]] == ["slot.taken"]


def test_since_when_a_check_fails(clinic: Run, tmp_path: Path) -> None:
    """Versions that fail alike are one stretch, whatever else they changed."""
    services = f"show   = true\n{OFFERS}"
    assert services in BOOKABLE
    put_in_force(clinic, tmp_path, BOOKABLE.replace(services, "book = true\n"), "2026-10-10")
    put_in_force(clinic, tmp_path, BOOKABLE.replace(services, ""), "2026-10-15")
    assert "  Since: Sat 10 Oct 2026 00:00, put in force by tester\n" in told(clinic, "B1", "unit.show_off")
    assert "  Since: Thu 15 Oct 2026 00:00, put in force by tester\n" in told(clinic, BOOK, "offer.off")
    assert "  Since: Thu 1 Jan 2026 00:00, put in force by tester\n" in told(clinic, "B4", "service.not_mapped")
    assert "  Since: " not in told(clinic, "B2", "unit.not_configured")
    assert "  Sedan: lör 10 okt 2026 kl. 00:00, infört av tester\n" in told(
        clinic, "B1", "unit.show_off", language="sv"
    )


def test_since_when_a_route_is_gone(clinic: Run, tmp_path: Path) -> None:
    for name, clinics, at in (("all", OGON, "10"), ("none", FLOGSTA, "20"), ("none", FLOGSTA, "25")):
        export = by_number(ways(clinics, EVERYTHING), taken=f"2026-10-{at}T06:00:00Z")
        (tmp_path / f"{name}.json").write_text(json.dumps(export), encoding="utf-8")
        done(clinic("coupling", "import-tak", str(tmp_path / f"{name}.json"), "--allow-mass", "--at", f"2026-10-{at}"))
    assert "  Since: Tue 20 Oct 2026 00:00\n" in told(clinic, "B1", "coupling.not_routed")
