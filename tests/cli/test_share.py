"""What the wheel brings for a night without anybody: units of systemd, a crontab, the script (contract, section 6)."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import Run, done, place_of
from support.commands import called, called_in
from support.paths import PACKAGE, ROOT
from support.people import ANNA

SHARE = PACKAGE / "share"
SCRIPT = SHARE / "tidbok-nightly"
UNITS = sorted((SHARE / "systemd").iterdir())
PROGRAM = "/usr/local/bin/tidbok"
SUBSTITUTION = re.compile(r"\$+\(.*?\)")


def needed(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def calls() -> Iterator[str]:
    for unit in UNITS:
        for line in re.findall(r"^ExecStart=(.*)", unit.read_text(encoding="utf-8"), re.MULTILINE):
            if not line.startswith(f"{PROGRAM}-nightly"):
                yield from called_in(plain(line).removeprefix("/bin/sh -c 'exec ").rstrip("'"))
    for line in (SHARE / "cron" / "tidbok.crontab").read_text(encoding="utf-8").splitlines():
        if at := re.match(r"([0-9*]+ +){5}", line):
            yield from called_in(plain(line[at.end() :]))


def plain(line: str) -> str:
    """A line of shell with a date where it asks for one."""
    return SUBSTITUTION.sub("2026-01-01", line.replace(PROGRAM, "tidbok"))


def test_the_wheel_brings_them() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert built["wheel"]["shared-data"]["tidbok_cli/share"] == "share/tidbok"
    assert "tidbok_cli/share" in built["wheel"]["exclude"]
    assert os.access(SCRIPT, os.X_OK)


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """… with programs in place of ours, which are not where the units have them."""
    verify = (needed("systemd-analyze"), "verify", "--man=no")
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        (tmp_path / unit.name).write_text(re.sub(rf"{PROGRAM}\S*", "/bin/true", text), encoding="utf-8")
    ran = subprocess.run([*verify, *map(str, sorted(tmp_path.iterdir()))], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_shellcheck_finds_nothing() -> None:
    ran = subprocess.run([needed("shellcheck"), str(SCRIPT)], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_what_they_call_is_there() -> None:
    asked = list(calls())
    assert len(asked) == 6
    for call in asked:
        called(call)


# --------------------------------------------------------------------------------------- the script


def night(folder: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Runs the script, with a `mail` that only adds to a file."""
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "mail").write_text(f'#!/bin/sh\n{{ echo "Subject: $2"; echo "To: $3"; cat; }} >>"{folder}/mail"\n')
    (programs / "mail").chmod(0o755)
    path = f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    own = {"PATH": path, "TIDBOK_EXTRACTS": str(folder), "TIDBOK_MAIL": "night@region.example"} | changes
    return subprocess.run([str(SCRIPT)], cwd=folder, env=os.environ | own, capture_output=True, text=True)


def mailed(folder: Path) -> list[str]:
    """The subjects of what was mailed since the last call."""
    mail = folder / "mail"
    text = mail.read_text(encoding="utf-8") if mail.exists() else ""
    mail.unlink(missing_ok=True)
    return re.findall(r"^Subject: (.*)", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("status", "english", "swedish"),
    [
        (0, "", ""),
        (1, "something to read", "något att läsa"),
        (2, "to be mended", "måste rättas"),
        (70, "a bug", "programfel"),
        (75, "not possible just now", "gick inte just nu"),
        (143, "interrupted", "avbrutet"),
    ],
)
def test_each_exit_status_has_a_mail_of_its_own(tmp_path: Path, status: int, english: str, swedish: str) -> None:
    (tmp_path / "bin").mkdir()
    script = f'#!/bin/sh\necho "$*" >>calls\n[ "$1 $2" != "booking import" ] || exit {status}\n'
    (tmp_path / "bin" / "tidbok").write_text(script)
    (tmp_path / "bin" / "tidbok").chmod(0o755)
    for language, words in (("en", english), ("sv", swedish)):
        assert night(tmp_path, TIDBOK_LANG=language).returncode == status
        stopped = status == 143
        assert ("sweep --save night --summary" in (tmp_path / "calls").read_text()) is not stopped
        subjects = mailed(tmp_path)
        assert len(subjects) == bool(words)
        for subject in subjects:
            assert subject.startswith("tidbok: booking import: ") and words in subject and f"({status})" in subject


def test_a_night_after_others(eye_clinic: Run, tmp_path: Path) -> None:
    """… tells only what is new, and leaves its traces under its name."""
    done(eye_clinic("sweep", "--save", "night"))
    booking = f"B1,ogon,NOWHERE,{ANNA},2026-12-24T09:00,2026-10-01,clinic\n"
    (tmp_path / "bookings.csv").write_text(f"booking_id,unit,code,resident,start,created_at,origin\n{booking}")
    place = dict(zip(("TIDBOK_CONFIG", "TIDBOK_STORE"), place_of(tmp_path)[1::2], strict=True))
    ran = night(tmp_path, TIDBOK_PROM=str(tmp_path / "tidbok.prom"), TIDBOK_RUN_ID="n1", **place)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert mailed(tmp_path) == ["tidbok: sweep: something to read (1)"]
    lines = (tmp_path / "jobs.jsonl").read_text(encoding="utf-8")
    named = re.findall(r'"run": "(\w+)", "command": "([a-z ]+)"', lines)
    assert named == [("n1", "booking import"), ("n1", "sweep")]
    assert 'tidbok_job_exit_status{job="sweep"} 1' in (tmp_path / "tidbok.prom").read_text(encoding="utf-8")
