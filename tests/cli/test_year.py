"""A year of a region through the command line, every step said twice: the second time nothing is left to do."""

import json
from pathlib import Path

import pytest
from support.command_line import Ran, Run
from support.people import ANNA, BO

CLINICS = 30
COLUMNS = "hsa_id,name,alias,calendar,show,cancel"


def hsa_id(number: int, letter: str = "K") -> str:
    return f"SE2321000024-{letter}{number:03}"


@pytest.fixture
def units(region: Run, tmp_path: Path) -> Path:
    """Thirty clinics out of a table, each with one code, in force since the new year."""
    rows = [f"{hsa_id(n)},Mottagning {n},m{n},TB-{n},ja,ja" for n in range(CLINICS)]
    assert imported(region, *rows) == (CLINICS, 0)
    for n in range(CLINICS):
        assert region("service", "map", f"m{n}", "UPPF30", "--label", "Besök", "--show", "--cancel").status == 0
    assert applied(region, "--at", "2026-01-01") == CLINICS
    return tmp_path / "config" / "units"


def imported(run: Run, *rows: str) -> tuple[int, int]:
    """Import a table of clinics, twice; return how many files were made and how many changed the first time."""
    done = []
    for _ in range(2):
        ran = run("unit", "import", "-", "-o", "json", stdin="\n".join((COLUMNS, *rows)))
        assert ran.status == 0, ran.err
        told = json.loads(ran.out)
        assert told["created"] + told["updated"] + told["unchanged"] == len(rows)
        done.append((told["created"], told["updated"]))
    assert done[1] == (0, 0)
    return done[0]


def set_keys(run: Run, *arguments: str) -> int:
    """Change clinics' files, twice; return how many were changed the first time."""
    changed = []
    for _ in range(2):
        ran = run("unit", "set", *arguments, "-o", "json")
        assert ran.status == 0, ran.err
        told = json.loads(ran.out)
        changed.append(sum(1 for each in told.get("files", [told]) if each["changed"]))
    assert changed[1] == 0
    return changed[0]


def applied(run: Run, *options: str) -> int:
    """Put the files in force, twice; return how many clinics changed the first time. Then the plan is empty."""
    changed = []
    for _ in range(2):
        ran = run("unit", "apply", "--yes", "-o", "json", *options)
        assert ran.status == 0, ran.err
        changed.append(len(json.loads(ran.out)["actions"]))
    assert changed[1] == 0
    of_plan = options[: options.index("--purpose")] if "--purpose" in options else options
    planned = run("unit", "plan", "-o", "json", *of_plan)
    assert planned.status == 0, planned.out
    return changed[0]


def refused(run: Run, *options: str) -> str:
    """Be refused, twice; return the error's code."""
    codes = set()
    for _ in range(2):
        ran = run("unit", "apply", "--yes", "-o", "json", *options)
        assert ran.status in (1, 2) and not ran.out
        codes.add(json.loads(ran.err.splitlines()[-1])["error"]["code"])
    (code,) = codes
    return str(code)


def edit(path: Path, before: str, after: str) -> str:
    """Change a file; return how it was, as git would give it back."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    return text


def told(ran: Ran) -> list[str]:
    """What a list in JSON says of each clinic: its alias, or HSA-id, and state."""
    return [f"{each['alias']} {each['state']}" for each in json.loads(ran.out)]


def test_a_year(region: Run, units: Path, tmp_path: Path) -> None:
    rows = [f"B{n},m{n},UPPF30,{(ANNA, BO)[n % 2]},2027-06-01T09:00,2026-02-01" for n in range(CLINICS)]
    events = [f"{(ANNA, BO)[n % 2]},m{n},clinic_added,2026-01-15" for n in range(CLINICS)]
    table = "\n".join(("booking_id,unit,code,resident,start,created_at", *rows))
    assert region("booking", "import", "-", "--at", "2026-02-02", stdin=table).status == 0
    table = "\n".join(("resident,unit,event,occurred_at", *events))
    assert region("relation", "import", "-", "--at", "2026-02-02", stdin=table).status == 0
    shown = region("sweep", "--summary", "--at", "2026-02-03", "-o", "json")
    assert [(each["verdict"], each["bookings"]) for each in json.loads(shown.out)] == [("shown", CLINICS)]

    # a pilot: one clinic rebooks; of the others nothing is touched, although one file is being written
    assert set_keys(region, "m1", "--rebook") == 1
    half = edit(units / "m2.toml", 'name = "', "name = ")
    assert region("unit", "plan", "--at", "2026-02-10").status == 2
    assert applied(region, "m1", "--at", "2026-02-10", "--purpose", "PILOT-1") == 1
    (units / "m2.toml").write_text(half, encoding="utf-8")

    # a schedule, waiting; the routine apply of the same files leaves it where it is
    for n in range(3, 6):
        edit(units / f"m{n}.toml", 'label = "Besök"', 'label = "Återbesök"')
    assert applied(region, "--at", "2090-01-01", "--purpose", "REK-17") == 3
    assert applied(region) == 0
    waiting = json.loads(region("unit", "waiting", "-o", "json").out)
    assert [(each["unit"], each["purpose"]) for each in waiting] == [(hsa_id(n), "REK-17") for n in range(3, 6)]

    # an urgent fix in between loses nothing unsaid, and the schedule is laid anew with it
    edit(units / "m3.toml", "TB-3", "TB-3B")
    assert refused(region, "m3") == "apply.loses_waiting"
    scheduled = edit(units / "m3.toml", "Återbesök", "Besök")
    assert applied(region, "m3", "--replace-waiting", "--at", "2026-03-01") == 1
    (units / "m3.toml").write_text(scheduled, encoding="utf-8")
    assert applied(region, "m3", "--at", "2090-01-01") == 1
    assert [each["unit"] for each in json.loads(region("unit", "waiting", "-o", "json").out)] == [
        hsa_id(n) for n in range(3, 6)
    ]  # fmt: skip

    # a label everywhere: those that wait are named, and everybody else has it
    before = {}
    for n in range(6, CLINICS):
        before[n] = edit(units / f"m{n}.toml", 'label = "Besök"', 'label = "Kontroll"')
    assert applied(region, "--at", "2026-04-01") == CLINICS - 6

    # git revert
    for n, text in before.items():
        (units / f"m{n}.toml").write_text(text, encoding="utf-8")
    assert applied(region, "--at", "2026-05-01") == CLINICS - 6

    # too much at once by mistake
    texts = {n: edit(units / f"m{n}.toml", "show = true", "show = false") for n in range(6, CLINICS)}
    for n in texts:
        path = units / f"m{n}.toml"
        path.write_text(path.read_text(encoding="utf-8").replace("cancel = true", "cancel = false"), encoding="utf-8")
    assert refused(region, "--at", "2026-06-01") == "apply.hides_too_many"
    for n, text in texts.items():
        (units / f"m{n}.toml").write_text(text, encoding="utf-8")
    assert applied(region, "--at", "2026-06-01") == 0

    # a clinic is closed: its file is gone, which is a difference until it is ended
    (units / "m29.toml").unlink()
    for _ in range(2):
        assert region("unit", "plan", "--at", "2026-07-01").status == 1
    assert "m29 file_gone" in told(region("unit", "list", "--at", "2026-07-01", "-o", "json"))
    assert applied(region, "--remove", "--at", "2026-07-01") == 1

    # one gets another HSA-id: the alias goes over with it, and who loses the relation is counted
    edit(units / "m28.toml", hsa_id(28), hsa_id(28, "N"))
    assert refused(region, "--at", "2026-08-01") == "apply.alias_is_taken"
    planned = json.loads(region("unit", "plan", "--remove", "--at", "2026-08-01", "-o", "json").out)
    assert planned["effect"]["lost_relations"] == [
        {"unit": hsa_id(28), "successor": hsa_id(28, "N"), "residents": 1}
    ]  # fmt: skip
    assert applied(region, "--remove", "--at", "2026-08-01") == 2
    for at, unit in (("2026-07-31", hsa_id(28)), ("2026-08-01", hsa_id(28, "N"))):
        assert json.loads(region("unit", "show", "m28", "--at", at, "-o", "json").out)["unit"] == unit

    # a calendar is moved: until it is left, bookings are found in both
    edit(
        units / "m27.toml",
        'calendar = "TB-27"',
        'calendar = "NY-27"\nalso = [{ calendar = "TB-27", until = 2026-10-01 }]',
    )
    assert applied(region, "--at", "2026-09-01") == 1
    for n, at in ((0, "2026-09-02"), (1, "2026-10-02")):
        table = f"booking_id,unit,code,resident,start,calendar\nF,m27,UPPF30,{BO},2027-06-01T09:00,{('TB', 'NY')[n]}-27"
        assert region("booking", "import", "-", "--at", at, stdin=table).status == 0
        assert region("why", "F", "--at", at).status == 0

    # the table comes back: a new clinic, another name and calendar; what it does not have is left as it is
    rows = [f"{hsa_id(n)},Mottagning {n},m{n},TB-{n},ja,ja" for n in range(7, 27)]
    rows += [f"{hsa_id(6)},Mottagning sex,m6,TB-6B,ja,ja", f"{hsa_id(0, 'P')},Mottagning ny,ny,NY-1,ja,nej"]
    assert imported(region, *rows) == (1, 1)
    assert applied(region, "--at", "2026-10-05") == 2

    # what residents may do is turned off in two clinics, and on again; said of all, what is so already is nothing
    for option, offered in (("--no-cancel", False), ("--cancel", True)):
        assert set_keys(region, "m7", "m8", option) == 2
        day = f"2026-11-0{1 + offered}"
        effect = json.loads(region("unit", "plan", "--at", day, "-o", "json").out)["effect"]
        assert effect["cancel"]["allowed" if offered else "denied"] == 2
        assert applied(region, "--at", day) == 2
    assert set_keys(region, "--all", "--show") == 0

    # at the end all is told as it is
    states = told(region("unit", "list", "-o", "json"))
    assert len(states) == CLINICS and all(each.endswith("in_force") for each in states)
    assert region("store", "check").status == 0
    assert region("unit", "list", "--at", "2026-02-01").status == 0
