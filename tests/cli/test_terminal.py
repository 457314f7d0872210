"""Questions, colours, widths and interrupts on a real terminal."""

import json
import re
import shutil
from pathlib import Path

import pytest
from support.command_line import ESCAPE, Run, Terminal, ended
from support.people import ANNA
from support.region import OGON, OGON_FILE, RegionAt, put_in_force, write_unit
from support.stores import altered

BOOKINGS = f"""\
booking_id,unit,code,resident,start,created_at
B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01T12:00
"""


@pytest.fixture
def clinic_file(region: Run, tmp_path: Path) -> Run:
    """A region with a clinic's file that is not in force."""
    write_unit(tmp_path, OGON_FILE)
    return region


@pytest.fixture
def eye_clinic(clinic_file: Run) -> Run:
    """The same with the clinic in force, and a booking that is not shown, since there is no relation."""
    assert clinic_file("unit", "apply", "--yes", "--at", "2019-01-01").status == 0
    assert clinic_file("booking", "import", "-", "--at", "2026-11-01", stdin=BOOKINGS).status == 0
    return clinic_file


def in_force(run: Run) -> list[str]:
    listed = json.loads(run("unit", "list", "-o", "json").out)
    return [row["unit"] for row in listed if row["state"] == "in_force"]


@pytest.mark.parametrize(
    ("language", "answer"),
    [("en", "y"), ("en", "yes"), ("en", "j"), ("en", " Y "), ("sv", "ja"), ("sv", "J"), ("sv", "yes")],
)
def test_a_yes_in_either_language_does_it(clinic_file: Run, terminal: Terminal, language: str, answer: str) -> None:
    child = terminal("unit", "apply", TIDBOK_LANG=language)
    child.expect(r"\+ SE2321000024-1A2B Ögonmottagningen")
    child.expect(r"\? \[(y/N|j/N)\] ")
    assert in_force(clinic_file) == []
    child.sendline(answer)
    assert ended(child)[1] == 0
    assert in_force(clinic_file) == [OGON]


@pytest.mark.parametrize("answer", ["n", "", "nej", "no", "yeah", "jag vet inte"])
def test_anything_else_does_nothing(clinic_file: Run, terminal: Terminal, answer: str) -> None:
    child = terminal("unit", "apply")
    child.expect(r"\[y/N\] ")
    child.sendline(answer)
    screen, status = ended(child)
    assert status == 1
    assert "error: " in screen
    assert in_force(clinic_file) == []


def test_an_interrupt_at_the_question_ends_with_130(clinic_file: Run, terminal: Terminal) -> None:
    child = terminal("unit", "apply")
    child.expect(r"\[y/N\] ")
    child.sendintr()
    screen, status = ended(child)
    assert status == 130
    assert "Traceback" not in screen
    assert in_force(clinic_file) == []


def test_the_end_of_input_at_the_question_does_nothing(clinic_file: Run, terminal: Terminal) -> None:
    child = terminal("unit", "apply")
    child.expect(r"\[y/N\] ")
    child.sendeof()
    assert ended(child)[1] == 1
    assert in_force(clinic_file) == []


def test_nothing_is_asked_where_there_is_nothing_to_do_or_yes_was_said(clinic_file: Run, terminal: Terminal) -> None:
    screen, status = ended(terminal("unit", "apply", "--yes"))
    assert (status, "[y/N]" in screen) == (0, False)
    screen, status = ended(terminal("unit", "apply"))
    assert (status, "[y/N]" in screen) == (0, False)


def test_off_a_terminal_yes_must_be_said(clinic_file: Run) -> None:
    for stdin in ("", "y\n"):
        ran = clinic_file("unit", "apply", "-o", "json", stdin=stdin)
        assert (ran.status, ran.out) == (2, "")
        error = json.loads(ran.err)["error"]
        assert error["code"] == "apply.needs_yes" and "--yes" in error["message"]
    assert in_force(clinic_file) == []


def test_a_letter_is_coloured_begins_with_the_verdict_and_is_folded(eye_clinic: Run, terminal: Terminal) -> None:
    screen, status = ended(terminal("why", "B1", "--at", "2026-11-01"))
    assert status == 1
    assert screen.startswith("\x1b[1;31mNOT SHOWN\x1b[0m")
    lines = ESCAPE.sub("", screen).splitlines()
    assert max(map(len, lines)) <= 80
    whole = " ".join(" ".join(lines).split())
    for told in ("B1", "Besök", "Ögonmottagningen", "Tue 1 Dec 2026 09:00", "19121212-****", "OGON-TB1"):
        assert told in whole
    plain = eye_clinic("why", "B1", "--at", "2026-11-01").out
    assert whole == " ".join(plain.split())


def test_a_letter_that_is_shown(eye_clinic: Run, terminal: Terminal) -> None:
    screen, status = ended(terminal("why", "B1", "--at", "2026-11-01", "--assume", "relation=pass"))
    assert (status, screen.startswith("\x1b[1;32mWOULD BE SHOWN, assuming relation=pass\x1b[0m")) == (0, True)


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
@pytest.mark.parametrize("command", ["why B1", "unit list", "--help", "why --help", "why B9"])
def test_colours_can_be_declined(
    eye_clinic: Run, terminal: Terminal, command: str, environment: dict[str, str]
) -> None:
    screen, _ = ended(terminal(*command.split(), **environment))
    assert not re.search(r"\x1b\[[0-9;]*(3[0-7]|9[0-7]|38)[;m]", screen)
    if "TERM" in environment:
        assert "\x1b" not in screen


def test_a_letter_for_pasting_has_no_colours(eye_clinic: Run, terminal: Terminal) -> None:
    screen, _ = ended(terminal("why", "B1", "--at", "2026-11-01", "-o", "text"))
    assert screen == eye_clinic("why", "B1", "--at", "2026-11-01", "-o", "text").out
    assert "\x1b" not in screen


@pytest.mark.parametrize("form", ["json", "ndjson", "csv"])
def test_machine_forms_are_the_same_on_a_terminal(eye_clinic: Run, terminal: Terminal, form: str) -> None:
    command = ("sweep", "--at", "2026-11-01", "-o", form)
    assert ended(terminal(*command))[0] == eye_clinic(*command).out


# ---------------------------------------------------------------------------------------------- tables

LONG_ID = "SE2321000024-BUPKUNGSGARDET0001"
LONG_CLINIC = OGON_FILE.replace(OGON, LONG_ID).replace("ogon", "bup-kungsgardet").replace(
    "Ögonmottagningen", "Barn- och ungdomspsykiatriska öppenvårdsmottagningen Kungsgärdet"
)  # fmt: skip


@pytest.fixture
def long_clinic(eye_clinic: Run, tmp_path: Path) -> Run:
    """A second clinic, with an HSA-id of 31 characters, and a booking there."""
    (tmp_path / "config/units/bup.toml").write_text(LONG_CLINIC, encoding="utf-8")
    assert eye_clinic("unit", "apply", "--yes", "--at", "2019-01-02").status == 0
    booking = ("booking", "add", LONG_ID, "UPPF30", ANNA, "2026-12-02T10:00", "--id", "COS-100233")
    assert eye_clinic(*booking, "--at", "2026-10-01").status == 0
    return eye_clinic


@pytest.mark.parametrize("columns", [30, 60, 80, 120])
@pytest.mark.parametrize("command", ["unit list", "booking list", "sweep"])
def test_what_names_a_row_is_whole_on_any_terminal(
    long_clinic: Run, terminal: Terminal, command: str, columns: int
) -> None:
    screen, _ = ended(terminal(*command.split(), columns=columns))
    lines = [line.rstrip() for line in ESCAPE.sub("", screen).splitlines()]
    assert max(map(len, lines)) <= max(columns, 59)  # the names alone are wider than 30 columns
    name, *others = (LONG_ID, "bup-kungsgardet") if command == "unit list" else ("COS-100233",)
    (named,) = (line.split() for line in lines if name in line.split())
    assert set(others) <= set(named)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "No room for: {}. Use a wider terminal, or -o csv."),
                           ("sv", "Får inte plats: {}. Gör fönstret bredare, eller använd -o csv.")]
)  # fmt: skip
def test_a_line_below_names_the_columns_for_which_there_is_no_room(
    long_clinic: Run, terminal: Terminal, language: str, said: str
) -> None:
    shown, _ = ended(terminal("unit", "list", TIDBOK_LANG=language))
    titles = {"en": "Calendar, In force since, Codes", "sv": "Tidbok, Gäller sedan, Koder"}[language]
    assert said.format(titles) in " ".join(ESCAPE.sub("", shown).split())
    assert "\x1b[2m" + said[:9] in shown
    whole, _ = ended(terminal("unit", "list", TIDBOK_LANG=language, columns=200))
    assert said[:9] not in whole
    assert all(title in whole for title in titles.split(", "))


def test_off_a_terminal_nothing_is_left_out_or_folded(long_clinic: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    heading, row, _ = long_clinic("unit", "list").out.splitlines()
    assert heading.split() == ["HSA-id", "Alias", "Name", "Offers", "Calendar", "In", "force", "since", "Codes"]
    assert row.split()[0] == LONG_ID and row.endswith("2019-01-02 00:00  1")


# ---------------------------------------------------------------------------------------------- paging


@pytest.fixture
def many(eye_clinic: Run) -> Run:
    """So many bookings that they fill more than a screen."""
    rows = (f"M{number:02},ogon,UPPF30,191212121212,2026-12-01T09:00,2026-10-01" for number in range(30))
    text = "\n".join(["booking_id,unit,code,resident,start,created_at", *rows])
    assert eye_clinic("booking", "import", "-", stdin=text).status == 0
    return eye_clinic


def test_what_is_longer_than_the_screen_goes_through_the_pager(many: Run, terminal: Terminal) -> None:
    """With its colours, and with less told to let them pass."""
    screen, status = ended(terminal("booking", "list", PAGER="""sh -c 'sed s/^/paged:/; echo "LESS is $LESS"'"""))
    assert status == 0
    lines = screen.splitlines()
    assert lines[-1] == "LESS is -FRX"
    assert len(lines) > 30 and all(line.startswith("paged:") for line in lines[:-1])
    assert "\x1b[1m" in lines[0] and any("M29" in line for line in lines)
    screen, _ = ended(terminal("booking", "list", PAGER="sh -c 'cat >&2; echo LESS is $LESS'", LESS="-S"))
    assert screen.endswith("LESS is -S\n")


@pytest.mark.parametrize(
    ("lines", "environment"),
    [(24, {"PAGER": "cat"}), (24, {"PAGER": ""}), (24, {"PAGER": "there-is-no-such-pager"}),
     (24, {"PAGER": "false", "TERM": "dumb"}), (60, {"PAGER": "false"})],
    ids=["cat", "empty", "unknown", "dumb", "short"],
)  # fmt: skip
def test_what_has_no_need_of_a_pager(many: Run, terminal: Terminal, lines: int, environment: dict[str, str]) -> None:
    screen, status = ended(terminal("booking", "list", lines=lines, **environment))
    assert status == 0
    assert "M00" in screen and "M29" in screen


def test_nobody_turns_pages_where_standard_input_is_no_terminal(many: Run, terminal: Terminal) -> None:
    screen, status = ended(terminal("booking", "list", stdin="</dev/null", PAGER="false"))
    assert (status, "M29" in screen) == (0, True)


def test_an_interrupt_in_the_pager_is_no_error(many: Run, terminal: Terminal) -> None:
    child = terminal("sweep", "--at", "2026-11-01", PAGER="sh -c 'echo waiting; exec sleep 60'")
    child.expect("waiting")
    child.sendintr()
    screen, status = ended(child)
    assert "Traceback" not in screen
    assert status in (1, 130)


@pytest.mark.skipif(not shutil.which("less"), reason="less is not installed")
def test_less_is_the_pager_where_none_is_named(many: Run, terminal: Terminal) -> None:
    child = terminal("booking", "list")
    child.expect("M10")
    child.send("q")
    screen, status = ended(child)
    assert status == 0
    assert "Traceback" not in screen and "M29" not in screen


# -------------------------------------------------------------------------------- what tables are made of


def test_a_table_is_boxed_and_folds_its_cells(eye_clinic: Run, terminal: Terminal) -> None:
    screen, _ = ended(terminal("unit", "list"))
    lines = ESCAPE.sub("", screen).splitlines()
    assert max(map(len, lines)) <= 80
    assert any("─" in line for line in lines)
    assert "…" not in screen


@pytest.mark.parametrize("command", ["why B1", "service list ogon", "unit show ogon", "booking show B1", "unit list"])
def test_markup_and_control_characters_are_shown_not_obeyed(
    eye_clinic: Run, terminal: Terminal, region_at: RegionAt, tmp_path: Path, command: str
) -> None:
    put_in_force(eye_clinic, tmp_path, OGON_FILE.replace("Ögonmottagningen", "[A1] [/x]"), "2020-01-01")
    altered(tmp_path, "UPDATE service_version SET label = '[/red]\u200b\u2028\u202e' WHERE label = 'Besök'")
    screen, status = ended(terminal(*command.split(), "--at", "2026-11-01"))
    assert status == (1 if command == "why B1" else 0), screen
    assert not set("\u200b\u2028\u202e") & set(screen)
    shown = "".join(ESCAPE.sub("", screen).split())
    if command != "unit list":
        assert "[/red]" in shown or "[/r" in shown
    if command in ("why B1", "booking show B1"):
        assert r"[/red]\u200b\u2028\u202e" in shown and "[A1][/x]" in shown


@pytest.mark.parametrize(
    "command",
    [
        ("unit", "plan"),
        ("unit", "apply", "--yes"),
        ("unit", "history", "ogon"),
        ("unit", "waiting"),
        ("unit", "set", "ogon", "--calendar", "OGON-TB2"),
        ("unit", "import", "table.csv"),
        ("unit", "validate"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_long_lines_fold_with_what_goes_on_further_in(
    eye_clinic: Run, terminal: Terminal, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """Something in each is longer than the terminal is wide, and nothing of it is lost."""
    name = "Mottagningen för allt som behöver ett långt namn för att synas på två rader i ett smalt fönster"
    (tmp_path / "table.csv").write_text(f"hsa_id,name\nSE2321000024-7A,{name}\n", encoding="utf-8")
    write_unit(tmp_path, OGON_FILE.replace("Ögonmottagningen", name) + "note = 1\n" * (command[1] == "validate"))
    if command[1] in ("history", "waiting"):
        at = ("--at", "2090-01-01") if command[1] == "waiting" else ()
        assert eye_clinic("unit", "apply", "--yes", *at).status == 0
    screen, _ = ended(terminal(*command, lines=200, columns=80))
    lines = [line.rstrip() for line in ESCAPE.sub("", screen).splitlines()]
    folded = [number for number, line in enumerate(lines) if len(line) > 60 and lines[number + 1].startswith("  ")]
    assert folded and max(len(line) for line in lines if len(line.split()) > 1) <= 80
    if command[1] not in ("set", "validate"):
        assert name in " ".join(" ".join(lines).split())


def test_help_fits_the_terminal(terminal: Terminal) -> None:
    for command in ("--help", "unit apply --help", "service map --help"):
        screen, status = ended(terminal(*command.split()))
        assert status == 0
        assert max(map(len, ESCAPE.sub("", screen).splitlines())) <= 80
        assert "Examples:" in screen


# ------------------------------------------------------------------------------ person numbers, progress


@pytest.mark.parametrize(("language", "asked"), [("en", "is not shown"), ("sv", "visas inte")])
def test_a_person_number_is_typed_without_being_shown(
    eye_clinic: Run, terminal: Terminal, language: str, asked: str
) -> None:
    child = terminal("why", "--resident", "-", "--at", "2026-11-01", TIDBOK_LANG=language)
    child.expect(asked + r"\): ")
    child.sendline("19121212-1212")
    screen, status = ended(child)
    assert status == 1
    assert "B1" in screen and "1912" in screen
    assert "-1212" not in screen.replace("19121212-****", "")


def test_an_interrupt_and_the_end_of_input_where_a_person_number_is_asked_for(
    eye_clinic: Run, terminal: Terminal
) -> None:
    child = terminal("relation", "show", "-", "ogon")
    child.expect(r"\): ")
    child.sendintr()
    screen, status = ended(child)
    assert (status, "Interrupted." in screen, "Traceback" in screen) == (130, True, False)
    child = terminal("relation", "show", "-", "ogon")
    child.expect(r"\): ")
    child.sendeof()
    screen, status = ended(child)
    assert (status, "no person number" in screen) == (2, True)


def long_file(folder: Path, rows: int) -> str:
    """More bookings than can be read before anything is drawn."""
    row = "B{},ogon,UPPF30,191212121212,2026-12-01T09:00,2026-10-01T12:00\n"
    text = BOOKINGS.splitlines(keepends=True)[0] + "".join(row.format(number) for number in range(rows))
    (folder / "bookings.csv").write_text(text, encoding="utf-8")
    return "bookings.csv"


def test_a_long_import_shows_how_far_it_has_come_and_can_be_interrupted(
    eye_clinic: Run, terminal: Terminal, tmp_path: Path
) -> None:
    child = terminal("booking", "import", long_file(tmp_path, 400_000))
    child.expect(r"Reading.*\d rows, \d+ rows/s.*\d:\d\d")
    child.sendintr()
    screen, status = ended(child)
    assert (status, "Interrupted." in screen, "Traceback" in screen) == (130, True, False)
    assert [each["booking"] for each in json.loads(eye_clinic("booking", "list", "-o", "json").out)] == ["B1"]


def test_nothing_is_drawn_on_a_dumb_terminal(eye_clinic: Run, terminal: Terminal, tmp_path: Path) -> None:
    screen, status = ended(terminal("booking", "import", long_file(tmp_path, 150_000), "--dry-run", TERM="dumb"))
    assert (status, "Reading" in screen, "\x1b" in screen) == (0, False, False)


def test_nothing_is_drawn_for_a_short_import(eye_clinic: Run, terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "short.csv").write_text(f"{BOOKINGS}\n", encoding="utf-8")
    assert ended(terminal("booking", "import", "short.csv")) == ("unchanged: 1\n", 0)
