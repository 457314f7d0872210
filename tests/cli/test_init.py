"""`init`: it finds configuration and store as every command does, and makes only what is missing."""

import json
from pathlib import Path

import pytest
from support.answers import error
from support.command_line import done, run
from support.region import REGION
from support.stores import VERSIONS

from tidbok_cli.store.address import Address
from tidbok_cli.store.reader import SCHEMA
from tidbok_cli.store.write.migrate import make_store


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder, a home folder, and the folders that systemd makes, all empty."""
    for name, folder in (("XDG_CONFIG_HOME", "home/config"), ("XDG_DATA_HOME", "home/data")):
        monkeypatch.setenv(name, str(tmp_path / folder))
    for name in ("work", "etc", "var", "home/config/tidbok"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


@pytest.fixture
def by_systemd(work: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The folders that systemd gives a service."""
    etc, var = work.parent / "etc", work.parent / "var"
    monkeypatch.setenv("CONFIGURATION_DIRECTORY", f"{etc}:/elsewhere")
    monkeypatch.setenv("STATE_DIRECTORY", str(var))
    return etc, var


def configured(folder: Path, store: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tidbok.toml").write_text(REGION + f'[store]\nurl = "{store}"\n' * bool(store), encoding="utf-8")
    return folder


def init(*options: str) -> dict[str, object]:
    ran = run(*options, "init", "-o", "json")
    done(ran)
    return dict(json.loads(ran.out))


def found(config: Path, config_by: str, store: Path, store_by: str, *, made: str = "") -> dict[str, object]:
    """The answer: what is named in `made` was made."""
    return {
        "schema": "tidbok.init/1",
        "config": str(config), "config_made": "config" in made, "config_by": config_by,
        "store": str(store), "store_made": "store" in made, "store_by": store_by,
    }  # fmt: skip


def test_a_configuration_that_is_found_is_the_only_one(work: Path, by_systemd: tuple[Path, Path]) -> None:
    etc, var = by_systemd
    configured(etc)
    answer = found(etc, "CONFIGURATION_DIRECTORY", var / "tidbok.db", "STATE_DIRECTORY", made="store")
    assert init() == answer
    assert init() == answer | {"store_made": False}
    assert list(work.iterdir()) == [] and (etc / "units").is_dir()
    said = run("init").out
    assert f"{etc}: there already, found by CONFIGURATION_DIRECTORY" in said
    assert f"{var}/tidbok.db: there already, found by STATE_DIRECTORY" in said


def test_in_systemds_empty_folder_it_is_made(work: Path, by_systemd: tuple[Path, Path]) -> None:
    etc, var = by_systemd
    made = "config store"
    assert init() == found(etc, "CONFIGURATION_DIRECTORY", var / "tidbok.db", "STATE_DIRECTORY", made=made)
    assert list(work.iterdir()) == [] and sorted(path.name for path in etc.iterdir()) == [
        *(".gitignore", "tidbok.toml", "units")
    ]
    done(run("unit", "list"))


def test_the_users_own_configuration_is_found(work: Path) -> None:
    config = configured(work.parent / "home/config/tidbok")
    store = work.parent / "home/data/tidbok/tidbok.db"
    assert init() == found(config, "home", store, "home", made="store")
    assert list(work.iterdir()) == []
    assert f"{store}: there already, in your home folder" in run("init").out


def test_where_none_is_found_it_is_made_here(work: Path) -> None:
    answer = found(work / "config", "./config", work / "config/tidbok.db", "tidbok.toml", made="config store")
    assert init() == answer
    assert init() == answer | {"config_made": False, "store_made": False}
    assert sorted(path.name for path in work.iterdir()) == [".gitignore", "config"]
    done(run("unit", "new", "SE2321000024-1A2B", "--name", "Ögon"))
    done(run("unit", "apply", "--yes"))
    # another region's is its own, wherever it is made
    other = found(work / "other", "--config", work / "other/tidbok.db", "tidbok.toml", made="config store")
    assert init("--config", "other") == other
    assert json.loads(run("--config", "other", "unit", "list", "-o", "json").out) == []
    # an older configuration keeps the store that it had
    (work / "config/tidbok.toml").write_text(REGION, encoding="utf-8")
    assert init()["store"] == str(work.parent / "home/data/tidbok/tidbok.db")


def test_what_is_here_comes_before_systemds(work: Path, by_systemd: tuple[Path, Path]) -> None:
    configured(by_systemd[0])
    here = configured(work / "config", "own.db")
    assert init() == found(here, "./config", here / "own.db", "tidbok.toml", made="store")


def test_the_option_and_its_variable(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configured(work / "config")
    answer = found(work / "a", "--config", work / "a.db", "--store", made="config store")
    assert init("--config", "a", "--store", "a.db") == answer
    monkeypatch.setenv("TIDBOK_CONFIG", "b")
    monkeypatch.setenv("TIDBOK_STORE", "b.db")
    assert init() == found(work / "b", "TIDBOK_CONFIG", work / "b.db", "TIDBOK_STORE", made="config store")


def test_an_older_store_is_left_to_the_upgrade(work: Path, by_systemd: tuple[Path, Path]) -> None:
    """Nothing is made beside it, and it is not changed."""
    etc, var = by_systemd
    make_store(Address(path=var / "tidbok.db"), VERSIONS[-2])
    before = (var / "tidbok.db").read_bytes()
    for command in ("store info", "init"):
        ran = run(*command.split(), "-o", "json")
        assert (ran.status, error(ran)["code"]) == (2, "store.older_schema")
        assert "tidbok store upgrade" in error(ran)["message"]
    assert [*work.iterdir(), *etc.iterdir()] == []
    assert (var / "tidbok.db").read_bytes() == before
    done(run("store", "upgrade"))
    assert init()["config_made"] is True
    assert json.loads(run("store", "info", "-o", "json").out)["schema_version"] == SCHEMA


@pytest.mark.parametrize(("language", "comment"), [("en", "# printed where"), ("sv", "# skrivs ut där")])
def test_its_comments_are_in_the_chosen_language(work: Path, language: str, comment: str) -> None:
    done(run("--lang", language, "init"))
    text = (work / "config/tidbok.toml").read_text(encoding="utf-8")
    assert f"[contacts]                             {comment}" in text
    assert not [line for line in text.splitlines() if len(line) > 120]
