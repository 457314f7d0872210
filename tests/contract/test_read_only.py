"""A SQLite store that may only be read: another user's, in a closed folder, on a read-only mount.

What asks answers as for its owner, and leaves nothing behind; what writes says who may.
"""

import fcntl
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from support.command_line import Ran, Run, place_of, run_in, subprocess_environment
from support.paths import ROOT, TEMPORARY
from support.people import ANNA, BO, RESIDENTS
from support.region import BOOKABLE, RegionAt, put_in_force

pytestmark = pytest.mark.files

NOBODY = 65534
AT = ("--at", "2026-11-01")
BOOKINGS = "booking_id,unit,code,resident,start,created_at,origin\n" + "".join(
    f"B{number},ogon,UPPF30,{RESIDENTS[number % 7]},2026-12-01T09:00,2026-10-01,clinic\n" for number in range(150)
)
SLOTS = "slot_id,unit,code,start,end\nT1,ogon,UPPF30,2026-12-01T09:00,2026-12-01T09:30\n"
QUESTIONS = (
    "why B1 -o json", f"why --resident {ANNA} -o json", "sweep --summary", f"view {ANNA}", f"inbox {ANNA}", "unit list",
    "unit show ogon", "unit plan", "unit history ogon", "unit export ogon", "unit checklist ogon", "service list ogon",
    "relation list --unit ogon", f"relation show {ANNA} ogon", "booking list", "booking show B1", "booking stats",
    "booking export", "slot list", "basis list", "summons list", "coupling check", "store info", "store check",
)  # fmt: skip
CHANGES = (
    f"relation record {BO} ogon clinic_added", f"booking add ogon UPPF30 {ANNA} 2026-12-01T09:00", "unit apply --yes",
    "booking import -", "slot import -", f"summons send {BO} ogon",
)  # fmt: skip


@pytest.fixture(scope="module")
def filled(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    (folder / "config/units").mkdir(parents=True)
    run = region_at(folder)
    put_in_force(run, folder, BOOKABLE, "2026-01-01")
    assert run("booking", "import", "-", "--at", "2026-10-02", stdin=BOOKINGS).status == 0
    return folder


@pytest.fixture
def place(filled: Path) -> Iterator[Path]:
    """A region's folder that everybody may enter: pytest's own are private."""
    with (
        tempfile.TemporaryDirectory(prefix="tidbok-", dir=TEMPORARY) as name,
        tempfile.TemporaryDirectory(prefix="tidbok-", dir=TEMPORARY) as elsewhere,
    ):
        folder = Path(name)
        shutil.copytree(filled, folder, dirs_exist_ok=True)
        with (folder / "config/tidbok.toml").open("a", encoding="utf-8") as file:
            file.write(f'\n[audit]\nfallback = "{elsewhere}/audit.jsonl"\n')
        Path(elsewhere).chmod(0o777)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        yield folder


def needs_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can be another user, or mount")


@contextmanager
def somebody_else() -> Iterator[None]:
    """This process as another user, for whom rights hold; to begin with it is root."""
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


def answers(run: Run) -> list[Ran]:
    return [run(*question.split(), *AT) for question in QUESTIONS if not question.startswith("store")]


def code_of(ran: Ran, status: int = 2) -> str:
    assert (ran.status, ran.out) == (status, ""), ran
    return str(json.loads(ran.err)["error"]["code"])


@contextmanager
def in_use(folder: Path) -> Iterator[None]:
    """Somebody has the store open, and the last change is not in its file yet."""
    script = f"""
import sqlite3, sys
store = sqlite3.connect({str(folder / "tidbok.db")!r}, isolation_level=None)
store.execute("UPDATE booking SET starts_at = starts_at + 3600 WHERE booking_id = 'B1'")
print(flush=True)
sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        assert owner.stdout and owner.stdin
        owner.stdout.readline()
        yield
        owner.stdin.close()


# ------------------------------------------------------------------------------------------- as another user


def asking(place: Path, name: str) -> Run:
    """The command line there; what anybody may change is believed only by whoever says so."""
    for_all = PLACES[name][0] & 0o002 or PLACES[name][1] & 0o002
    return lambda *words, stdin="": run_in(place)(*(("--unsafe-permissions",) if for_all else ()), *words, stdin=stdin)


PLACES = {
    "another's file": (0o644, 0o755, "store.file_of_another"),
    "another's folder": (0o666, 0o755, "store.folder_of_another"),
    "another's file in a folder for all": (0o644, 0o777, "store.file_of_another"),
}


@pytest.mark.parametrize("name", PLACES)
def test_whoever_may_only_read_is_answered_as_the_owner_is(place: Path, name: str) -> None:
    needs_root()
    run = asking(place, name)
    expected = answers(run)
    assert [ran.err for ran in expected if ran.status not in (0, 1)] == []
    (place / "tidbok.db").chmod(PLACES[name][0])
    place.chmod(PLACES[name][1])
    before = sorted(place.iterdir())
    with somebody_else():
        assert answers(run) == expected
        assert [run("store", what).status for what in ("info", "check")] == [0, 0]
    assert sorted(place.iterdir()) == before  # files of theirs would keep the owner from writing
    assert run("relation", "record", BO, "ogon", "clinic_added").status == 0


def test_what_the_owner_has_just_written_is_in_the_answer(place: Path) -> None:
    needs_root()
    run = run_in(place)
    earlier = run("why", "B1", *AT)
    with in_use(place):
        with somebody_else():
            later = run("why", "B1", *AT)
            assert answers(run)
        assert later == run("why", "B1", *AT) != earlier
    with somebody_else():
        assert run("why", "B1", *AT) == later


def test_a_change_in_the_midst_of_reading_is_never_told_as_an_answer(place: Path) -> None:
    """The store on a read-only mount, as in a container, while the owner writes to it elsewhere."""
    mounted = mount_of(place)
    with closing_process(mounted("sweep", *AT, "-o", "json")) as sweep:
        assert sweep.stdout
        fcntl.fcntl(sweep.stdout, fcntl.F_SETPIPE_SZ, 4096)
        assert sweep.stdout.readline() == "[\n"  # it stands still: the pipe is too small for all
        assert run_in(place)("relation", "record", BO, "ogon", "clinic_added").status == 0
        _, err = sweep.communicate()
        assert sweep.returncode == 75
        assert json.loads(err)["error"]["code"] == "store.changed_meanwhile"
    with closing_process(mounted("sweep", *AT, "-o", "ndjson")) as again:
        assert len(again.communicate()[0].splitlines()) == 150 and again.returncode == 0


@pytest.mark.parametrize("name", PLACES)
def test_who_may_not_write_is_told_who_may(place: Path, name: str) -> None:
    needs_root()
    run = asking(place, name)
    file_mode, folder_mode, code = PLACES[name]
    for change in CHANGES:
        run(*change.split(), "--help")
    (place / "tidbok.db").chmod(file_mode)
    place.chmod(folder_mode)
    (place / "config/units/ogon.toml").write_text(BOOKABLE.replace("Besök", "Ett besök"), encoding="utf-8")
    before = sorted(place.iterdir())
    with somebody_else():
        for change in CHANGES:
            stdin = SLOTS if "slot" in change else BOOKINGS
            ran = run(*change.split(), "-o", "json", stdin=stdin)
            assert code_of(ran) == code, change
            assert "sudo -u root" in ran.err and str(place) in ran.err
        assert run("sweep", "--reveal", "-o", "json").status == 0  # recorded elsewhere
        assert run("init").status == 0  # nothing is missing, and so nothing is made
        assert code_of(run("booking", "import", "-", "--dry-run", "-o", "json", stdin=BOOKINGS)) == (
            "import.dry_run_writes"
        )
    assert sorted(place.iterdir()) == before


def test_who_may_not_even_read_is_told_whom_to_ask(place: Path) -> None:
    needs_root()
    run = run_in(place)
    (place / "data").mkdir()
    store = (place / "tidbok.db").rename(place / "data/tidbok.db")
    store.chmod(0o640)
    call = ("--config", str(place / "config"), "--store", str(store), "why", "B1", "-o", "json")
    with somebody_else():
        ran = run(*call)
        assert code_of(ran) == "store.not_readable" and "belongs to root, and its mode is 0640" in ran.err
    (place / "data").chmod(0o700)
    with somebody_else():
        for more in (call, (*call[:4], "relation", "record", BO, "ogon", "clinic_added", "-o", "json")):
            ran = run(*more)
            assert code_of(ran) == "store.folder_closed" and str(place / "data") in ran.err


def test_changes_that_a_killed_process_left_beside_the_file(place: Path) -> None:
    needs_root()
    run = run_in(place)
    with in_use(place):
        for part in ("", "-wal", "-shm"):
            shutil.copyfile(place / f"tidbok.db{part}", place / f"left.db{part}")
    left = ("--config", str(place / "config"), "--store", str(place / "left.db"))
    with somebody_else():
        told = run(*left, "why", "B1", *AT)
        assert told.out == run("why", "B1", *AT).out
    (place / "left.db-shm").unlink()
    with somebody_else():
        ran = run(*left, "why", "B1", *AT, "-o", "json")
        assert code_of(ran) == "store.changes_left" and "left.db-wal" in ran.err
    assert run(*left, "why", "B1", *AT).out == told.out
    with somebody_else():
        assert run(*left, "why", "B1", *AT).out == told.out


# ------------------------------------------------------------------------------------------- one's own


def own(place: Path, file_mode: int, folder_mode: int) -> Callable[..., Ran]:
    """The command line of somebody who owns the store, and took the right to write away."""

    def bound(*arguments: str) -> Ran:
        run = run_in(place)
        run(*arguments, "--help")
        (place / "tidbok.db").chmod(file_mode)
        place.chmod(folder_mode)
        if os.geteuid() != 0:
            return run(*arguments)
        for path in (place, *place.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        with somebody_else():
            return run(*arguments)

    return bound


@pytest.mark.parametrize(
    ("modes", "code", "mend"),
    [((0o400, 0o700), "store.file_mode", "chmod u+w "), ((0o600, 0o500), "store.folder_mode", "chmod u+wx ")],
)
def test_the_owner_is_told_which_mode_forbids_it(place: Path, modes: tuple[int, int], code: str, mend: str) -> None:
    run = own(place, *modes)
    run_in(place)("why", "B1", *AT)
    run_in(place)("relation", "record", ANNA, "ogon", "clinic_added")
    assert run("why", "B1", *AT).status == 0
    ran = run("relation", "record", BO, "ogon", "clinic_added", "-o", "json")
    place.chmod(0o755)
    assert code_of(ran) == code and mend in ran.err


# ------------------------------------------------------------------------------------------- mounted


def mount_of(place: Path) -> Callable[..., "subprocess.Popen[str]"]:
    """Starts the program where the region's folder is mounted read-only, for that process alone."""
    needs_root()
    quoted = shlex.quote(str(place))
    mount = f"mount --bind {quoted} {quoted} && mount -o remount,ro,bind {quoted}"
    if subprocess.run(["unshare", "--mount", "sh", "-c", mount], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")

    def start(*arguments: str) -> "subprocess.Popen[str]":
        command = shlex.join((sys.executable, "-m", "tidbok_cli", *place_of(place), *arguments))
        return subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", f"{mount} && exec {command}"],
            cwd=ROOT, env=subprocess_environment(), text=True, encoding="utf-8",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    return start


@contextmanager
def closing_process(process: "subprocess.Popen[str]") -> Iterator["subprocess.Popen[str]"]:
    with closing(process.stdout), closing(process.stderr):  # type: ignore[type-var]
        yield process
        process.wait()


def test_a_read_only_mount_is_read_and_says_that_it_is_one(place: Path) -> None:
    mounted = mount_of(place)
    for question in (("why", "B1", *AT), ("store", "check")):
        out, err = mounted(*question).communicate()
        assert (out, err) == (run_in(place)(*question).out, "")
    out, err = mounted("relation", "record", BO, "ogon", "clinic_added", "-o", "json").communicate()
    assert (out, json.loads(err)["error"]["code"]) == ("", "store.mount")


def test_a_line_is_completed_where_one_may_only_read(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_root()
    place.chmod(0o755)
    monkeypatch.setenv("TIDBOK_STORE", str(place / "tidbok.db"))
    monkeypatch.setenv("TIDBOK_CONFIG", str(place / "config"))
    monkeypatch.setenv("_TIDBOK_COMPLETE", "complete_bash")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", "tidbok why B14")
    run = run_in(place)
    expected = run()
    with somebody_else():
        assert run() == expected
    assert "B149" in expected.out
