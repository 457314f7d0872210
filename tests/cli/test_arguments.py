"""The door of arguments and variables: texts in NFC, and nothing in them that nobody sees."""

import json
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.answers import error
from support.command_line import Run, run
from support.commands import COMMANDS, Told
from support.region import OGON

from tidbok_cli.cli.base.argument import received
from tidbok_cli.cli.base.typer_private import is_option
from tidbok_cli.domain.cells import parse_name, parse_text
from tidbok_cli.domain.visit import parse_information
from tidbok_cli.errors import BadInput
from tidbok_cli.exchange.unit_file import parse_unit

EXEMPT = {"FILE", "DIR", "URL", "SHEET", "RESIDENT"}
"""Names that others gave, and numbers, which are refused in another way."""
PARAMETERS = {
    (each.metavar, tuple(each.opts) if is_option(each) else ()): (told, each)
    for told in COMMANDS
    for each in told.command.params
    if each.metavar and each.metavar.strip("[]…") not in EXEMPT
}
"""One command for each kind of argument and each option."""


def called_with(told: Told, parameter: Any, text: str) -> list[str]:
    """A call that gives what is required, and the text where the parameter stands."""
    words = []
    for each in (each for each in told.command.params if each.required or each is parameter):
        value = text if each is parameter else "x"
        words += [each.opts[0], value] if is_option(each) else [value]
    return [*told.words.split()[1:], *words]


@pytest.mark.parametrize(("told", "parameter"), PARAMETERS.values(), ids=map(str, PARAMETERS))
def test_what_nobody_sees_is_refused_at_every_door(told: Told, parameter: Any) -> None:
    ran = run(*called_with(told, parameter, "x\u200b"))
    assert (ran.status, ran.out) == (2, "")
    assert "\\u200b" in ran.err and "\u200b" not in ran.err


@given(st.characters(categories=("Cf", "Zl", "Zp")), st.sampled_from(("CODE", "[UNIT]…", "TEXT", "NAME", "TIME")))
def test_of_every_kind(sign: str, kind: str) -> None:
    with pytest.raises(BadInput) as refusal:
        received(kind, "--x", ["a", f"a{sign}b"])
    assert (refusal.value.code, str(refusal.value.where)) == ("argument.unseen_character", "--x")
    assert sign not in str(refusal.value.params["text"])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("booking list --code A\u00a0B", "argument.other_space"),
        ("booking show A\u2007B", "argument.other_space"),
        ("booking list --unit {unit}\u00a0", "argument.other_space"),
        ("booking list --code A\tB", "argument.control_character"),
        ("unit set ogon --calendar A\u00a0B --dry-run", "unit.mistaken"),
        ("why B1 --purpose T\u202e1", "argument.unseen_character"),
        ("why B1 --purpose T\x1b[31m", "argument.control_character"),
        ("view 19121212\u200b1212", "resident.not_ascii"),
        ("booking show 19121212\u200b1212", "argument.unseen_character"),
    ],
)  # fmt: skip
def test_by_name(eye_clinic: Run, line: str, code: str) -> None:
    ran = eye_clinic(*line.format(unit=OGON).split(" "), "-o", "json")
    assert (ran.status, error(ran)["code"]) == (2, code)
    assert "1212-1212" not in ran.err.replace("\\\\u200b", "-")


@pytest.mark.parametrize("name", ["TIDBOK_ACTOR", "TIDBOK_PURPOSE", "TIDBOK_RUN_ID"])
def test_variables(eye_clinic: Run, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "a\u200bb")
    ran = eye_clinic("unit", "list", "-o", "json")
    told = error(ran)
    assert (ran.status, told["code"], told["where"]) == (2, "argument.unseen_character", name)
    assert "a\\u200bb" in told["message"]
    monkeypatch.setenv(name, "a\nb")
    assert error(eye_clinic("unit", "list", "-o", "json"))["code"] == "argument.control_character"


def test_names_with_spaces_of_their_own(eye_clinic: Run) -> None:
    """A name may have a space that does not break; whoever asks writes any space."""
    assert eye_clinic("unit", "set", "ogon", "--name", "Ögon\u00a0mottagningen").status == 0
    assert eye_clinic("unit", "apply", "--yes").status == 0
    told = json.loads(eye_clinic("unit", "show", "ögon mottagningen", "-o", "json").out)
    assert (told["unit"], told["name"]) == (OGON, "Ögon\u00a0mottagningen")


UNIT_FILE = """\
hsa_id = "{unit}"
name = "Ögon"
coupling.calendar = "A{sign}B"
[[care_service]]
code = "A"
label = "B{sign}C"
"""


@given(st.characters(categories=("Cf", "Zl", "Zp")))
def test_no_door_takes_what_nobody_sees(sign: str) -> None:
    """Cells of every format, clinics' files, `tidbok.toml`, and arguments."""
    for parsed in (parse_name(f"A{sign}B"), parse_text(f"A{sign}B"), parse_information(f"A\n{sign}B")):
        assert [each.code for each in parsed.problems] == ["cell.unseen_character"]
    file = parse_unit(UNIT_FILE.format(unit=OGON, sign=sign), "x")
    assert [each.code for each in file.problems] == ["toml.unseen_character"] * 2
    for kind in ("CODE", "TEXT", "NAME"):
        with pytest.raises(BadInput):
            received(kind, "--x", f"A{sign}B")


@given(st.characters(categories=["Zs"], exclude_characters=" "))
def test_other_spaces_stand_in_texts_alone(sign: str) -> None:
    assert parse_name(f"A{sign}B").value is None
    assert parse_text(f"A{sign}B").value == normalize("NFC", f"A{sign}B")
    codes = [each.code for each in parse_unit(UNIT_FILE.format(unit=OGON, sign=sign), "x").problems]
    assert codes == ["toml.other_space"]


@given(st.text(st.characters(categories=("L", "M", "N", "P", "S"), exclude_characters="\\"), min_size=1))
def test_every_door_keeps_one_form(text: str) -> None:
    kept = normalize("NFC", text)
    for form in ("NFC", "NFD"):
        assert parse_text(normalize(form, text)).value == received("CODE", "--x", normalize(form, text)) == kept
