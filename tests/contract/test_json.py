"""Shapes of all answers with `-o json`, for scripts: tests/golden/json/.

A shape has each key, in order, with the kind of its value (of `schema` the value itself), and `?` after a key that is
not always there; of a list, what its items have in common. `--update-golden` writes them anew: mind that a key that
goes breaks a script.
"""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from support.answers import Golden
from support.command_line import Copied, Run
from support.commands import COMMANDS, Told
from support.files import EVENTS, TAK_EXPORT
from support.journal import asking
from support.paths import GOLDEN
from support.people import ANNA, BO
from support.region import BOOKABLE, OGON_FILE, RegionAt, put_in_force, sample_in_force
from support.stores import altered, is_sqlite
from support.tak_server import TakApi, serving

from tidbok_cli.cli.base.typer_private import is_option

pytestmark = pytest.mark.both

BOOKINGS = f"""\
booking_id,unit,code,resident,start,end,created_at,origin,calendar,care_type,information,meeting_link
B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-12-01T09:30,2026-10-01,clinic,OGON-TB1,SYN,Ring,https://a.example
B2,SE2321000024-9X9X,HUDB,{BO},2026-12-01T09:00,,2026-10-01,,,,,
"""
SLOTS = """\
slot_id,unit,code,start,end,calendar
S1,ogon,UPPF30,2026-12-02T09:00,2026-12-02T09:30,OGON-TB1
"""
COMING = f"""\
booking_id,unit,code,resident,start,end,origin,calendar,care_type
B8,ogon,UPPF30,{ANNA},2090-03-01T09:00,2090-03-01T09:30,clinic,OGON-TB1,SYN
B9,ogon,UPPF30,{ANNA},2090-03-02T09:00,,,,
"""
"""One that the journal has too, and one that it lacks, both still to come whenever this runs."""
BASES = f"""\
basis_id,resident,unit,code,valid_from,valid_to
U1,{BO},ogon,UPPF30,2026-10-10,2026-12-31
"""


CLINICS = "hsa_id,name\nSE2321000024-3C4D,Hud\n"
TYPES = """\
<GetAllTimeTypesResponse><ListOfTimeTypes><timeTypeId>NY</timeTypeId></ListOfTimeTypes></GetAllTimeTypesResponse>
"""

USUAL = {"UNIT": "ogon", "RESIDENT": "-", "BOOKING": "B1", "SLOT": "S1", "BASIS": "U1"}
"""The arguments of a call that CALLS need not spell out."""


def usual_call(told: Told) -> str | None:
    """The command with the usual arguments; None where it must have others."""
    needed = [each.metavar for each in told.command.params if not is_option(each) and each.required]
    words = (*told.words.split()[1:], *(USUAL.get(each, "") for each in needed))
    return " ".join(words) if all(words) else None


CALLS = {
    # the answer's name: the command, and its standard input
    **{told.words.removeprefix("tidbok "): (call, ANNA) for told in COMMANDS if (call := usual_call(told))},
    "demo": ("demo --bookings 20", ""),
    "why": ("why B2", ""),
    "why cancel": ("why B1 --action cancel", ""),
    "why resident": ("why --resident -", ANNA),
    "sweep summary": ("sweep --summary", ""),
    "sweep by": ("sweep --by unit,code,reason", ""),
    "sweep since": ("sweep --since night", ""),
    "sweep since summary": ("sweep --since night --summary", ""),
    "sweep saved": ("sweep --saved", ""),
    "help topic": ("help support", ""),
    "unit new": ("unit new SE2321000024-3C4D --name Hud", ""),
    "unit new from": ("unit new --from -", CLINICS),
    "unit import": ("unit import -", CLINICS),
    "unit set": ("unit set ogon --no-book", ""),
    "unit set all": ("unit set --all --no-book", ""),
    "service copy": ("service copy ogon ogon", ""),
    "service list": ("service list ogon", ""),
    "service list all": ("service list", ""),
    "unit show not configured": ("unit show ogon --at 2000-01-01", ""),
    "unit checklist": ("unit checklist ogon --closing", ""),
    "unit checklist all": ("unit checklist --all", ""),
    "unit apply": ("unit apply --yes", ""),
    "service map": ("service map ogon NY --label Ny", ""),
    "service unmap": ("service unmap ogon SYNF60", ""),
    "service import": ("service import ogon -", "code,label\nNY,Ny\n"),
    "service discover": ("service discover ogon -", TYPES),
    "relation record": ("relation record - ogon booking_link_login", BO),
    "relation void": ("relation void 1", ""),
    "relation show": ("relation show - ogon", BO),
    "relation list": ("relation list --ended", ""),
    "relation import": ("relation import -", EVENTS.replace("ogon", "flogsta")),
    "booking add": ("booking add ogon UPPF30 - 2026-12-01T09:00", ANNA),
    "summons send": ("summons send - ogon --booking B1", ANNA),
    "booking import": ("booking import -", BOOKINGS.replace("B1", "B3")),
    "booking import complete": ("booking import - --complete --allow-mass", BOOKINGS.replace("B1", "B3")),
    "booking book": ("booking book S1 - --unit ogon", BO),
    "booking cancel": ("booking cancel B1 --local", ""),
    "booking rebook": ("booking rebook B1 S1 --local", ""),
    "slot publish": ("slot publish ogon UPPF30 2026-12-01T09:00", ""),
    "slot import": ("slot import -", SLOTS.replace("S1", "S2")),
    "basis add": ("basis add - ogon UPPF30", ANNA),
    "basis import": ("basis import -", BASES.replace("U1", "U2")),
    "why live": ("why B8 --live", ""),
    "why slot": ("why --slot S1 --resident -", ANNA),
    "coupling check consumer": ("coupling check --consumer SE2321000024-T001", ""),
    "coupling import-tak": ("coupling import-tak -", TAK_EXPORT),
    "coupling fetch": ("coupling fetch --connection-point NTJP/TEST --url {url}", ""),
    "store backup": ("store backup backup.db", ""),
    "store restore": ("store restore backup.db --replace", ""),
    "store purge": ("store purge --batch 1 --yes", ""),
    "store purge before": ("store purge --before 2026-10-05 --yes", ""),
    "store copy": ("store copy --to copy.db", ""),
}


def shape(values: Sequence[Any]) -> Any:
    """What the values at one place have in common."""
    if all(isinstance(value, dict) for value in values):
        found: dict[str, list[Any]] = {}
        for key, value in (item for each in values for item in each.items()):
            found.setdefault(key, []).append(value)
        return {
            key if len(there) == len(values) else f"{key}?": there[0] if key == "schema" else shape(there)
            for key, there in found.items()
        }
    if all(isinstance(value, list) for value in values):
        items = [item for value in values for item in value]
        return [shape(items)] if items else []
    return " or ".join(sorted({kind(value) for value in values}))


LIVE = ("journal ping", "journal show", "journal rehearse", "why live")
"""Answers of the stand-in journal, which tells of now alone."""

WRITE_WHERE_DUE = ("slot list", "init", "store upgrade")
"""Commands that write only where something is missing or old, which here it is not."""


def kind(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}
    return names.get(type(value)) or json.dumps(shape([value]))


@pytest.fixture(scope="module")
def filled(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample region in force, with bookings and events, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    run = sample_in_force(region_at, folder)
    assert run("booking", "import", "-", "--at", "2026-10-02", stdin=BOOKINGS).status == 0
    assert run("relation", "import", "-", "--at", "2026-10-20", stdin=EVENTS).status == 0
    return folder


@pytest.fixture
def region(filled: Path, copied: Copied, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line of a copy of it, in whose folder the test is."""
    monkeypatch.chdir(tmp_path)
    return copied(filled)


def upset(run: Run, name: str, folder: Path) -> None:
    """What must be wrong for the answer to have something in it."""
    if name.startswith(("sweep since", "sweep saved")):
        assert run("sweep", "--save", "night", "--at", "2026-10-03").status == 1
        put_in_force(run, folder, OGON_FILE.replace("UPPF30", "SYNF60"), "2026-10-05")
    if name.startswith("coupling check"):
        assert run("coupling", "import-tak", "-", "--at", "2026-10-05", stdin=TAK_EXPORT).status == 0
    if name.startswith(("booking", "slot", "basis", "why slot")):
        put_in_force(run, folder, BOOKABLE, "2026-10-05")
        assert run("slot", "import", "-", "--at", "2026-10-05", stdin=SLOTS).status == 0
        assert run("basis", "import", "-", "--at", "2026-10-05", stdin=BASES).status == 0
    if name in LIVE:
        assert run("booking", "import", "-", "--at", "2026-10-05", stdin=COMING).status == 0
    upset_files(run, name, folder)
    if name == "store restore":
        if not is_sqlite(folder):
            pytest.skip("a store in PostgreSQL is restored by pg_restore")
        assert run("store", "backup", "backup.db").status == 0
    if name == "store check":
        altered(folder, "DELETE FROM relation_period")
    if name == "audit verify":
        altered(folder, "UPDATE audit SET actor = 'somebody else'")


def upset_files(run: Run, name: str, folder: Path) -> None:
    """What must be wrong with the clinics' files, or wait."""
    if name == "unit validate":
        (folder / "config/units/wrong.toml").write_text('hsa_id = "SE1"\n', encoding="utf-8")
    if name == "unit waiting":
        put_in_force(run, folder, OGON_FILE.replace("Besök", "Återbesök"), "2090-01-01")
    if name in ("unit plan", "unit apply"):
        file = folder / "config/units/ogon.toml"
        file.write_text(file.read_text(encoding="utf-8").replace("Ögonm", "Syn- och ögonm"), encoding="utf-8")


@pytest.mark.parametrize("name", CALLS)
def test_the_shape_of_an_answer(name: str, golden: Golden, region: Run, tmp_path: Path) -> None:
    """… is held, and the help says whether it is an array, or which object."""
    command, stdin = CALLS[name]
    upset(region, name, tmp_path)
    moment = () if "--at" in command or name in LIVE else ("--at", "2026-11-01")
    for lock in tmp_path.rglob("*.db.lock"):
        lock.unlink()
    with (
        serving(TakApi()) if "{url}" in command else nullcontext() as api,
        asking(tmp_path) if name in LIVE else nullcontext(),
    ):
        arguments = command.format(url=api and api.url).split()
        answer = json.loads(region(*arguments, *moment, "-o", "json", stdin=stdin).out)
    assert answer, "an empty answer has no shape"
    (told,) = (each for each in COMMANDS if f"tidbok {command} ".startswith(f"{each.words} "))
    (said,) = (part for part in told.command.help.split("\n\n") if part.startswith("With -o json: "))
    assert ("array" if isinstance(answer, list) else f"an object, {answer['schema']}") in said
    golden(f"json/{name}.json", json.dumps(shape([answer]), indent=2) + "\n")
    if is_sqlite(tmp_path):
        can_wait = any("--wait" in parameter.opts for parameter in told.command.params)
        reveals = any("--reveal" in parameter.opts for parameter in told.command.params)
        wrote = any(tmp_path.rglob("*.db.lock"))  # which every writer leaves beside its store
        assert can_wait is (wrote or reveals or name in WRITE_WHERE_DUE), (
            "a command that writes is told how long to wait, and no other"
        )


def test_each_answer_is_held() -> None:
    answering = {
        told.words.removeprefix("tidbok ")
        for told in COMMANDS
        if any(parameter.name == "output" for parameter in told.command.params)
    }
    called = {words for words in answering for command, _ in CALLS.values() if f"{command} ".startswith(f"{words} ")}
    assert answering == called
    assert {path.stem for path in (GOLDEN / "json").iterdir()} == set(CALLS)
