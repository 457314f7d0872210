"""`tidbok help`: the topics, a guide as Markdown or on a terminal, and what is no topic."""

import json
import os
from pathlib import Path

import pytest
from support.command_line import ESCAPE, Terminal, ended, run

from tidbok_cli import i18n
from tidbok_cli.domain.handbook import TOPICS
from tidbok_cli.exchange.handbook import read_guide


def test_the_topics_are_listed_with_a_line_each() -> None:
    listed = json.loads(run("help", "-o", "json").out)
    assert [row["topic"] for row in listed] == list(TOPICS)
    printed = run("help")
    assert printed.status == 0
    for row in listed:
        assert f"{row['topic']} " in printed.out and row["about"] in printed.out


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_the_topics_are_listed_for_programs(form: str) -> None:
    lines = run("help", "-o", form).out.splitlines()
    assert len(lines) == len(TOPICS) + (form == "csv")


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_guide_is_markdown_whole_off_a_terminal(language: str) -> None:
    try:
        shown = run("--lang", language, "help", "Support")
    finally:
        i18n.activate("en")
    assert (shown.status, shown.out) == (0, read_guide(language, "support").text)


def test_a_guide_needs_neither_configuration_nor_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("help", "privacy").status == 0
    assert os.listdir(tmp_path) == []  # noqa: PTH208


@pytest.mark.parametrize(
    ("topic", "code", "said"),
    [
        ("suport", "help.misspelt_topic", "Did you mean support?"),
        ("why", "help.command", "tidbok why --help"),
        ("zzz", "help.no_such_topic", "support, onboarding"),
        ("19121212-1212", "help.no_such_topic", "19121212-****"),
    ],
)
def test_what_is_no_topic(topic: str, code: str, said: str) -> None:
    answered = run("help", topic)
    assert (answered.status, answered.out) == (2, "")
    assert said in answered.err
    assert json.loads(run("help", topic, "-o", "json").err)["error"]["code"] == code


def test_a_guide_is_paged_on_a_terminal(terminal: Terminal) -> None:
    screen, status = ended(terminal("help", "support", PAGER="sh -c 'sed s/^/paged:/'"))
    assert status == 0
    plain = ESCAPE.sub("", screen)
    assert plain.startswith("paged:") and read_guide("en", "support").title in plain
    assert "```" not in plain and "](" not in plain


def test_a_guide_fits_the_terminal(terminal: Terminal) -> None:
    screen, _ = ended(terminal("help", "support", columns=60, PAGER="cat"))
    assert max(map(len, ESCAPE.sub("", screen).splitlines())) <= 60


def test_topics_are_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_TIDBOK_COMPLETE", "complete_zsh")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", "tidbok help p")
    offered = run().out.splitlines()
    assert [line.partition(":")[0] for line in offered] == ["privacy", "postgresql"]


def test_the_demo_region_is_asked_without_setting_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIDBOK_STORE", "elsewhere.db")
    made = run("demo", "--bookings", "30")
    assert "\n  unset TIDBOK_STORE\n  cd tidbok-demo\n  tidbok why COS-" in made.out
    monkeypatch.delenv("TIDBOK_STORE")
    booking = made.out.partition("tidbok why ")[2].split()[0]
    monkeypatch.chdir(tmp_path / "tidbok-demo")
    assert run("why", booking).status == 1
    assert not (tmp_path / "elsewhere.db").exists()


def test_the_demo_region_of_an_older_version_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("demo", "--bookings", "30").status == 0
    mark, file = (tmp_path / "tidbok-demo" / part for part in ("demo.json", "config/tidbok.toml"))
    older = {key: value for key, value in json.loads(mark.read_text()).items() if key != "version"}
    mark.write_text(json.dumps(older))
    file.write_text("[region]\n")
    assert run("demo", "--bookings", "30").status == 0
    assert 'url = "../tidbok.db"' in file.read_text()
    file.write_text(file.read_text() + "# mine\n")
    assert run("demo", "--bookings", "30").status == 0
    assert "# mine" in file.read_text()


def test_the_demo_says_how_to_reach_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    made = run("demo", "--bookings", "20", "a folder")
    assert "/bin/activate\n  cd 'a folder'\n" in made.out
