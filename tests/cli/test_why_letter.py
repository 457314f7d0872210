"""Letters of `why` for each reason in both languages: tests/golden/why/.

Each file begins with its case: the files of a region (that of config/tidbok.toml, unless the case has its own), the
clinics in force since 2026-01-01, `tak.json` read 2026-10-10, `slots.csv` and `bases.csv` imported 2026-10-12,
`bookings.csv` 2026-10-15 and `relations.csv` 2026-10-20; `later.toml` is the clinic's file from 2026-11-20;
`journal.json` has the times that the stand-in journal offers, and a fault. Then come commands, each line after `$`, and
what they print. A new case needs its head and its commands; `--update-golden` writes the rest.
"""

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.answers import Golden
from support.command_line import Run
from support.journal import CORRELATION_ID, asks
from support.journal_server import Journal, Slot, platform, serving, soap_fault
from support.paths import CONFIG, GOLDEN
from support.region import RegionAt

from tidbok_cli import i18n
from tidbok_cli.domain.checks import CHECKS
from tidbok_cli.render import check_texts
from tidbok_cli.render.check_names import check_name

SHOWN = "shown."
"""The letters about times that are shown; another's name is its reason, and what it tells beside."""
LETTERS = sorted((GOLDEN / "why").glob("*.txt"))
IMPORTS = (
    ("coupling import-tak", "tak.json", "2026-10-10"),
    ("slot import", "slots.csv", "2026-10-12"),
    ("basis import", "bases.csv", "2026-10-12"),
    ("booking import", "bookings.csv", "2026-10-15"),
    ("relation import", "relations.csv", "2026-10-20"),
)


def put_in_place(head: str, region_at: RegionAt, folder: Path) -> Run:
    """Writes the files of a case and takes them in."""
    (folder / "config" / "units").mkdir(parents=True)
    shutil.copyfile(CONFIG / "tidbok.toml", folder / "config" / "tidbok.toml")
    for name, text in re.findall(r"^== (.+) ==\n((?:(?!== ).*\n)*)", head, re.MULTILINE):
        (folder / name).write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    run = region_at(folder)
    assert run("unit", "apply", "--yes", "--at", "2026-01-01").status == 0
    for command, file, day in IMPORTS:
        if (folder / file).exists():
            assert run(*command.split(), file, "--at", day).status == 0
    if (folder / "later.toml").exists():
        (folder / "later.toml").replace(folder / "config" / "units" / "ogon.toml")
        assert run("unit", "apply", "--yes", "--at", "2026-11-20").status == 0
    return run


@contextmanager
def journal_of(folder: Path) -> Iterator[None]:
    """The journal of a case that has one, which its region asks."""
    if not (folder / "journal.json").exists():
        yield
        return
    told = json.loads((folder / "journal.json").read_text(encoding="utf-8"))
    faults = [soap_fault(told["fault"], times=0)] if "fault" in told else []
    files = platform(folder / "platform")
    with serving(Journal([Slot(**each) for each in told["slots"]], faults=faults), files) as journal:
        asks(folder, journal, files)
        yield


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_letter(
    path: Path, golden: Golden, region_at: RegionAt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    head, _, rest = path.read_text(encoding="utf-8").partition("$ ")
    run = put_in_place(head, region_at, tmp_path)
    told = head
    with journal_of(tmp_path):
        for command in re.findall(r"^\$ (.+)$", f"$ {rest}", re.MULTILINE):
            ran = run(*shlex.split(command)[1:])
            assert ran.err == ""
            told += f"$ {command}\n{CORRELATION_ID.sub('0', ran.out)}\n"
    golden(f"why/{path.name}", told.rstrip("\n") + "\n")


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_it_is_about_its_reason_in_both_languages(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"^\$ tidbok (?:--lang (..) )?why .+ -o text$", text, re.MULTILINE) == ["", "sv"]
    for language in i18n.LANGUAGES:
        i18n.activate(language)
        if path.stem.startswith(SHOWN):
            assert text.count(f"\n{i18n._(check_texts.SHOWN_BY).partition('{')[0]}") == 1
            continue
        name = check_name(path.stem.split(".")[0])
        assert len(re.findall(rf"^[✗?] {name}: ", text, re.MULTILINE)) in ((1, 2) if name == "Relation" else (1,))
    i18n.activate("en")


def test_each_reason_has_its_letter() -> None:
    told = {".".join(path.stem.split(".")[:2]) for path in LETTERS if not path.stem.startswith(SHOWN)}
    assert told == {f"{check.name}.{reason.code}" for check in CHECKS for reason in check.reasons}


def test_each_note_is_in_a_letter() -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in LETTERS)
    for language in i18n.LANGUAGES:
        i18n.activate(language)
        assert [note for note, text in check_texts.NOTES.items() if f"· {i18n._(text)}\n" not in everything] == []
    i18n.activate("en")
