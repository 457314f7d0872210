"""Rules S1 … S30 as cases, a file each: commands and answers.

Each begins in the sample region of `config/`, in force since 2019, where the resident has one booking at the eye
clinic (`ogon`), made 2026-10-01 and for 2026-12-01 09:00. A line that begins with `$` is a command; the line after it
is what `why` answers (its verdict and reasons), or how another command ended, where that is not well: an operation that
the rules refuse with the checks that fail. `| status actor` asks for these of each row of the answer, `step=codes`
among them for the rows of which that is so.
"""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Copied, Ran, Run
from support.people import ANNA
from support.region import RegionAt, sample_in_force

pytestmark = pytest.mark.both

CASES = sorted(Path(__file__).parent.glob("S*.txt"), key=lambda path: int(path.stem[1:].split(" ")[0]))

BOOKINGS = f"""\
booking_id,unit,code,resident,start,end,created_at
B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-12-01T09:30,2026-10-01T12:00
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
    if " | " in command:
        return "\n".join(told(json.loads(ran.out), command.partition(" | ")[2].split()))
    if ran.status == 0:
        return ""
    error = json.loads(ran.err)["error"]
    checks = [each["code"] for each in error["problems"]] if error["code"] == "operation.denied" else []
    return " ".join(["denied", *checks]) if checks else f"exit {ran.status} {error['code']}"


def told(answer: Any, asked: list[str]) -> Iterator[str]:
    """What is asked of each row of a list, or of the list in an answer."""
    rows = answer if isinstance(answer, list) else next(part for part in answer.values() if isinstance(part, list))
    conditions = dict(each.split("=") for each in asked if "=" in each)
    for row in rows:
        if all(row[name] == value for name, value in conditions.items()):
            yield " ".join(str(row[name]) for name in asked if "=" not in name)


@pytest.fixture(scope="module")
def filled(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    run = sample_in_force(region_at, folder, "2019-01-01")
    assert run("booking", "import", "-", stdin=BOOKINGS).status == 0
    return folder


@pytest.fixture
def eye_clinic(filled: Path, copied: Copied) -> Run:
    return copied(filled)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, eye_clinic: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    asked = list(steps(path.read_text(encoding="utf-8")))
    assert asked
    for command, expected in asked:
        verb, *rest = shlex.split(command.partition(" | ")[0])
        ran = eye_clinic("why" if verb == "who" else verb, *rest, "-o", "json")
        assert answered(command, ran) == expected, f"{command}\n{ran.err}"


def test_each_rule_has_a_case() -> None:
    assert [path.stem.split(" ")[0] for path in CASES] == [f"S{number}" for number in range(1, 31)]
