"""The manual page: every command and option, in both languages.

The formatter has no complaints.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from support.command_line import subprocess_environment

from tidbok_cli import i18n
from tidbok_cli.cli.base import tree
from tidbok_cli.cli.base.typer_private import is_option
from tidbok_cli.render import roff

MACROS: Final = {"TH", "SH", "SS", "PP", "TP", "RS", "RE", "nf", "fi", "nh", "ad"}
HEADINGS: Final = {
    "en": "NAME|SYNOPSIS|DESCRIPTION|OPTIONS|COMMANDS|ENVIRONMENT|EXIT STATUS|FILES",
    "sv": "NAMN|ÖVERSIKT|BESKRIVNING|FLAGGOR|KOMMANDON|MILJÖVARIABLER|SLUTSTATUS|FILER",
}


@pytest.fixture(scope="module", params=i18n.LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def page(language: str) -> str:
    """The page, made in a process of its own, since help texts are taken when the commands are imported."""
    made = subprocess.run(
        [sys.executable, "-m", "tidbok_cli.cli.base.manual", language],
        env=subprocess_environment(COLUMNS="37"), capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert (made.returncode, made.stderr) == (0, "")
    return made.stdout


def formatted(page: str) -> str:
    """The page as people read it; skips the test where there is no groff."""
    groff = shutil.which("groff")
    if not groff:
        pytest.skip("there is no groff on this machine")
    command = [groff, "-man", "-Kutf8", "-Tutf8", "-ww", "-P-cbou", "-rLL=200n"]
    ran = subprocess.run(command, input=page, capture_output=True, encoding="utf-8")
    if "can't" in ran.stderr:
        pytest.skip(f"groff is not whole on this machine: {ran.stderr}")
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


def test_the_sections(page: str, language: str) -> None:
    assert re.findall(r'^\.SH "(.*)"$', page, re.MULTILINE) == HEADINGS[language].split("|")


def test_only_macros_begin_with_a_full_stop(page: str) -> None:
    begun = {line[1:].split()[0] for line in page.splitlines() if line.startswith((".", "'"))}
    assert begun <= MACROS


def test_every_command_option_and_example_is_on_it(page: str) -> None:
    read = " ".join(formatted(page).split())
    for words, command in tree.walk(tree.build()):
        assert words in read
        for parameter in command.params:
            for name in (*parameter.opts, *parameter.secondary_opts) if is_option(parameter) else ():
                assert name in read
        for line in (command.epilog or "").splitlines():
            assert line.replace("[dim]$[/dim]", "$") in read or not line.startswith("[dim]")


def test_what_is_printed_can_be_pasted(page: str) -> None:
    assert not re.search("[\u2010\u2011\u2012\u2018\u2019\u2212]", formatted(page))


def test_every_word_of_it_is_in_the_language(page: str, language: str) -> None:
    swedish = len(re.findall(r"\b(och|som|inte|eller)\b", page))
    english = len(re.findall(r"\b(and|which|not|or)\b", page))
    assert (swedish > 20, english > 20) == (language == "sv", language == "en")


@pytest.mark.parametrize("text", [r"\fB \n \\", ".SH x", "'br", "a-b --c", '"q" `x` ^ ~', "…", "  a\n  b"])
def test_a_text_stands_as_it_is(text: str) -> None:
    read = formatted("\n".join([*roff.title("x", 1, "x"), *roff.section("S"), *roff.text(text), *roff.example([text])]))
    assert read.count(" ".join(text.split())) == 2


def test_the_package_ships_both_pages() -> None:
    folder = Path(tree.__file__).parents[2] / "man"
    assert {str(path.relative_to(folder)) for path in folder.rglob("*.1")} == {"tidbok.1", "sv/tidbok.1"}
