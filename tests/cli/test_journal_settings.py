"""The table `[journal]`, wrong, as every command tells it: by file and line, and without a number."""

import re
from pathlib import Path

import pytest
from support.command_line import Run
from support.people import ANNA
from support.region import REGION

WRONG = f"""{REGION}[journal]
url = "http://rtp.region.example/vp"
environment = "staging"
residents = "any"
test_residents = ["{ANNA}", "{ANNA[:11]}3"]
parallel = 0
calls_per_second = 0
"""
LINES = len(REGION.splitlines())


@pytest.mark.parametrize("language", ["sv", "en"])
def test_all_that_is_wrong_is_told_at_once(region: Run, tmp_path: Path, language: str) -> None:
    (tmp_path / "config/tidbok.toml").write_text(WRONG, encoding="utf-8")
    ran = region("--lang", language, "unit", "validate")
    assert ran.status == 1
    assert re.findall(r"tidbok\.toml:([0-9]+), journal\.(\w+)", ran.out) == [
        (str(LINES + number), key)
        for number, key in enumerate(
            ("url", "environment", "residents", "test_residents", "parallel", "calls_per_second"), 2
        )
    ]
    assert ANNA not in ran.out + ran.err and ANNA[8:11] not in ran.out + ran.err
    for said in ("https://", "test, production", "decided_by", "64", "100"):
        assert said in ran.out
    assert "{contract}" in ran.out and "{{" not in ran.out


def test_a_right_table_is_no_command_but_journals_concern(region: Run, tmp_path: Path) -> None:
    right = f'{REGION}[journal]\nurl = "https://rtp.region.example/vp"\nenvironment = "test"\ncert = "none.pem"\n'
    (tmp_path / "config/tidbok.toml").write_text(right, encoding="utf-8")
    ran = region("unit", "validate")
    assert (ran.status, ran.err) == (0, "")
