"""`tidbok help`: the topics, a guide as Markdown or on a terminal, and what is no topic."""

import json
import os
from pathlib import Path

import pytest
from support.command_line import ESCAPE, Terminal, done, ended, run
from support.people import ANNA

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
    assert (made.err, "wrong on purpose" in made.out) == ("", True)
    monkeypatch.delenv("TIDBOK_STORE")
    booking = made.out.partition("tidbok why ")[2].split()[0]
    monkeypatch.chdir(tmp_path / "tidbok-demo")
    assert run("why", booking).status == 1
    assert not (tmp_path / "elsewhere.db").exists()


def test_only_a_demo_that_nobody_changed_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done(run("demo", "--bookings", "20"))
    demo, place = tmp_path / "tidbok-demo", ("--config", "tidbok-demo/config", "--store", "tidbok-demo/tidbok.db")
    done(run("demo", "--bookings", "30"))
    mine, file = demo / "config/units/mine.toml", demo / "config/tidbok.toml"
    text = file.read_text()
    file.write_text(f"{text}# mine\n")
    done(run("demo", "--bookings", "30"))  # as it is, nothing is made
    mine.symlink_to("/etc/passwd")
    refused = run("demo", "--bookings", "20")
    assert (refused.status, "config/tidbok.toml, config/units/mine.toml" in refused.err) == (2, True)
    mine.unlink()
    file.write_text(text)
    done(run(*place, "relation", "record", ANNA, "ogon", "clinic_added"))
    assert "tidbok.db" in run("demo", "--bookings", "20").err
    (demo / "demo.json").write_text('{"asked": 1, "files": {"../x": ""}}')
    assert run("demo", "--bookings", "20").status == 2
    assert {"demo.json", "tidbok.db", "bookings.csv"} < {path.name for path in demo.iterdir()}
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "demo.json").write_text("[" * 100_000)
    assert (run("demo", "theirs").status, len(list((tmp_path / "theirs").iterdir()))) == (2, 1)
    assert run("demo", "~nosuchuser/x").status == 2


def test_the_demo_says_how_to_reach_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    made = run("demo", "--bookings", "20", "a folder")
    assert "/bin/activate\n  cd 'a folder'\n" in made.out
