"""Files that others may change are not trusted, and what is written is its owner's alone."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.answers import error
from support.command_line import place_of, run
from support.people import ANNA
from support.region import OGON, RegionAt, sample_in_force

pytestmark = pytest.mark.files

NOBODY = 65534
BOOKINGS = f"booking_id,unit,code,resident,start\nB1,ogon,UPPF30,{ANNA},2126-12-01T09:00\nB2,ogon,UPPF30,x,2126-12-01\n"


@pytest.fixture(scope="module")
def filled(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    assert sample_in_force(region_at, folder)("booking", "import", "-", "--skip-bad", "--rejected",
                                              str(folder / "bad.csv"), stdin=BOOKINGS).status == 1  # fmt: skip
    return folder


@pytest.fixture
def place(filled: Path, tmp_path: Path) -> Path:
    return shutil.copytree(filled, tmp_path / "region")


def offered(*words: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("_TIDBOK_COMPLETE", "complete_fish")
        patch.setenv("_TYPER_COMPLETE_ARGS", shlex.join(("tidbok", *words)) + " ")
        ran = run()
    assert (ran.status, ran.err) == (0, "")
    return ran.out


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        ("tidbok.db", 0o666), ("", 0o777), ("config", 0o1777), ("config/tidbok.toml", 0o646), ("config/units", 0o777),
        ("config/units/ogon.toml", 0o602),
    ],
)  # fmt: skip
def test_what_others_may_change_is_refused_with_what_mends_it(place: Path, path: str, mode: int) -> None:
    here, unsafe = place_of(place), (*place_of(place), "--unsafe-permissions")
    (place / path).chmod(mode)
    for words in (("why", "B1"), ("unit", "plan"), ("booking", "import", "-", "--dry-run"), ("init",)):
        ran = run(*here, *words, "-o", "json", stdin=BOOKINGS)
        assert (ran.status, ran.out, error(ran)["code"]) == (2, "", "permissions.others"), words
    assert offered(*here, "why") == ""
    assert run(*unsafe, "why", "B1").status == 1 and "B1" in offered(*unsafe, "why")
    mend = error(ran)["message"].partition("“")[2].partition("”")[0]
    subprocess.run(shlex.split(mend), check=True)
    assert run(*here, "why", "B1").status == 1 and "B1" in offered(*here, "why")


def test_a_group_of_others_counts_and_ones_own_does_not(place: Path) -> None:
    store = place / "tidbok.db"
    store.chmod(0o660)
    if os.geteuid() != 0:
        pytest.skip("only root may give a file to another group")
    assert run(*place_of(place), "why", "B1").status == 1
    os.chown(store, -1, 4711)
    ran = run(*place_of(place), "why", "B1", "-o", "json")
    assert error(ran)["code"] == "permissions.others" and f"chmod go-w {store}" in error(ran)["message"]


def test_a_configuration_that_another_user_has_put_here(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may give a file to another user")
    monkeypatch.chdir(place)
    os.chown("config/tidbok.toml", NOBODY, -1)
    monkeypatch.setenv("TIDBOK_STORE", "tidbok.db")
    ran = run("why", "B1", "-o", "json")
    assert (ran.status, error(ran)["code"]) == (2, "permissions.of_another")
    assert str(place / "config") in error(ran)["message"] and offered("why") == ""
    assert run("--config", "config", "why", "B1").status == run("--unsafe-permissions", "why", "B1").status == 1


@pytest.fixture(params=[0o000, 0o777], ids="{:03o}".format)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_what_is_written_is_its_owners_alone_whatever_the_umask(filled: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    out = tmp_path / "out"
    here = ("--config", str(filled / "config"), "--store", str(out / "deep/a%41 b?c#d.db"))
    assert run(*here, "init").status == 0
    rejected = ("--skip-bad", "--rejected", str(out / "bad.csv"))
    assert run(*here, "booking", "import", "-", *rejected, stdin=BOOKINGS).status == 1
    assert run(*here, "view", ANNA, "--html", str(out / "page.html")).status == 0
    assert run(*here, "store", "copy", "--to", str(out / "copies/copy.db")).status == 0
    modes = {path.relative_to(out).name: oct(path.stat().st_mode & 0o777) for path in (out, *out.rglob("*"))}
    store = ("a%41 b?c#d.db", "a%41 b?c#d.db.lock", "a%41 b?c#d.db.job")
    files = (*store, "bad.csv", "page.html", "copy.db", "copy.db.lock")
    assert modes == dict.fromkeys(files, "0o600") | dict.fromkeys(("", "deep", "copies"), "0o700")


@pytest.mark.parametrize("umask", [0o000], indirect=True)
def test_what_init_and_unit_new_make_is_believed(tmp_path: Path, umask: None) -> None:
    here = ("--config", str(tmp_path / "config"), "--store", str(tmp_path / "new/tidbok.db"))
    for words in (
        "init",
        f"unit new {OGON} --name Ögon --alias ogon",
        "unit apply --yes",
        f"demo --bookings 5 {tmp_path}/demo",
    ):
        assert run(*here, *words.split()).status == 0, words


def test_a_loose_store_is_tightened_when_it_is_written(place: Path) -> None:
    store, write = place / "tidbok.db", ("relation", "record", ANNA, "ogon", "clinic_added")
    for before, after in ((0o644, 0o600), (0o640, 0o640)):
        store.chmod(before)
        assert run(*place_of(place), *write).status == 0
        assert store.stat().st_mode & 0o777 == after


def test_where_it_stands_init_keeps_rejected_rows_out_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ignored = tmp_path / ".gitignore"
    for text in ("", "mine\n"):
        assert run("init").status == 0
        lines = ignored.read_text().splitlines()
        assert {"*.db", "*.rejected.csv"} <= set(lines) if not text else lines == ["mine"]
        ignored.write_text("mine\n")


def test_init_keeps_residents_data_out_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = ("--config", str(tmp_path / "config"), "--store", str(tmp_path / "config/tidbok.db"))
    ignored = tmp_path / "config/.gitignore"
    assert run(*here, "init").status == 0
    if shutil.which("git"):
        subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
        found = subprocess.run(["git", "-C", str(tmp_path), "status", "--porcelain", "-uall"], capture_output=True)
        assert found.stdout.split()[1::2] == [b"config/.gitignore", b"config/tidbok.toml"]
    assert {"*.db", "*.rejected.csv", "*.backup"} <= set(ignored.read_text().splitlines())
    ignored.write_text("mine\n")
    assert run(*here, "init").status == 0 and ignored.read_text() == "mine\n"
