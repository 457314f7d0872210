"""The rules S1 … S30 as cases, one file each in `cases/`: commands, and what they answer.

Each begins in the sample region of `config/`, in force since 2019, where the resident has one booking at the eye
clinic (`ogon`), made 2026-10-01 and for 2026-12-01 09:00. A line that begins with `$` is a command; the line after it
is what `why` answers (its verdict and reasons), or how another command ended, where that is not well.
"""

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import CONFIG, Ran, RegionAt, Run

pytestmark = pytest.mark.both

CASES = sorted((Path(__file__).parent / "cases").glob("S*.txt"), key=lambda path: int(path.stem[1:].split(" ")[0]))

BOOKINGS = """\
booking_id,unit,code,resident,start,end,created_at
B1,ogon,UPPF30,191212121212,2026-12-01T09:00,2026-12-01T09:30,2026-10-01T12:00
"""


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Each command with what it is to answer; nothing said is nothing wrong."""
    for command, answer in re.findall(r"^\$ (.+)\n((?:(?!\$|\n).+\n?)*)", text, re.MULTILINE):
        yield command, answer.strip()


def answered(command: str, ran: Ran) -> str:
    """A run in the words of a case."""
    if command.startswith("why") and ran.out:
        answer = json.loads(ran.out)
        failing = (f"{each['check']}.{each['reason']}" for each in answer["checks"] if each["result"] != "pass")
        return " ".join([answer["verdict"], *failing])
    if command.startswith("who"):
        return " ".join(each["actor"] or "nobody" for each in json.loads(ran.out)["checks"] if each["result"] != "pass")
    if ran.status == 0:
        return ""
    return f"exit {ran.status} {json.loads(ran.err)['error']['code']}"


@pytest.fixture
def eye_clinic(region_at: RegionAt, tmp_path: Path) -> Run:
    shutil.copytree(CONFIG, tmp_path / "config")
    run = region_at(tmp_path)
    assert run("unit", "apply", "--yes", "--at", "2019-01-01").status == 0
    assert run("booking", "import", "-", stdin=BOOKINGS).status == 0
    return run


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, eye_clinic: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    asked = list(steps(path.read_text(encoding="utf-8")))
    assert asked
    for command, expected in asked:
        verb, *rest = shlex.split(command)
        ran = eye_clinic("why" if verb == "who" else verb, *rest, "-o", "json")
        assert answered(command, ran) == expected, f"{command}\n{ran.err}"


def test_each_rule_has_a_case() -> None:
    """Those of booking, of joining and of the statistics come with the work that builds them."""
    have = {path.stem.split(" ")[0] for path in CASES}
    assert {f"S{number}" for number in range(1, 31)} - have == {"S4", "S5", "S9", "S29", "S30"}
