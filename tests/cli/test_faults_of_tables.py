"""Tables and answers that go wrong in real life, each with what is right: tests/faults/ and their siblings.

They are made after public reports; the people and the ids are invented.
"""

import io
import json
import os
import stat
import threading
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.answers import error
from support.command_line import Ran, Run, place_of
from support.paths import ROOT
from support.people import ANNA
from support.region import OGON
from support.workbook import as_excel_saves_it, workbook

from tidbok_cli import app
from tidbok_cli.domain.formula import guarded
from tidbok_cli.domain.spoilt import misread
from tidbok_cli.exchange.csv_file import read_csv
from tidbok_cli.exchange.excel_cells import DateStyles
from tidbok_cli.exchange.file_stream import FileReader
from tidbok_cli.exchange.rows import Columns, FileRow

FAULTS = ROOT / "tests" / "faults"
HEADER = "booking_id,unit,code,resident,start"


def imported(run: Run, name: str, *more: str, what: str = "booking") -> Ran:
    return run(what, "import", str(FAULTS / name), *more, "-o", "json")


def done(ran: Ran) -> dict[str, int]:
    """What an import did, without what it did not."""
    assert ran.status == 0, ran.err
    return {name: count for name, count in json.loads(ran.out).items() if name != "schema" and count}


def problems(ran: Ran) -> list[tuple[str, str]]:
    """The bad cells: column, and what is wrong."""
    return [(each["where"].rpartition(", ")[2], each["code"]) for each in error(ran)["problems"]]


def rows(run: Run, text: str | bytes, *more: str, what: str = "booking") -> Ran:
    clinic = ("ogon",) if what == "service" else ()
    return run(what, "import", *clinic, "-", *more, "-o", "json", stdin=text)


# ------------------------------------------------------------------------------------------- CSV


@pytest.mark.parametrize("name", ["sep-line.csv", "title-line.csv"])
def test_the_headings_are_found_below_what_stands_above_them(eye_clinic: Run, name: str) -> None:
    assert done(imported(eye_clinic, name)) == {"created": 1, "events": 1}


def test_what_is_written_is_read_back_the_same(eye_clinic: Run) -> None:
    assert done(imported(eye_clinic, "apostrophe.csv"))["created"] == 4
    exported = eye_clinic("booking", "export", "--reveal", "-o", "csv").out
    assert done(rows(eye_clinic, exported)) == {"unchanged": 4}
    assert eye_clinic("service", "map", "ogon", "=A1", "--label", "=Besök", "--journal-name", "'-x").status == 0
    eye_clinic("unit", "apply", "--yes")
    told = eye_clinic("service", "list", "ogon", "-o", "csv").out
    assert "'=Besök" in told and set(done(rows(eye_clinic, told, what="service"))) == {"unchanged"}


def test_a_byte_order_mark_decides(eye_clinic: Run) -> None:
    ran = imported(eye_clinic, "utf8-with-mark.csv", "--encoding", "windows-1252")
    assert (done(ran), "mark of utf-8" in ran.err) == ({"created": 1}, True)
    assert json.loads(eye_clinic("booking", "show", "B1", "-o", "json").out)["code"] == "FÖR30"


@pytest.mark.parametrize("encoding", ["idna", "punycode", "rot13", "hex", "unicode_escape", "none-such"])
def test_codecs_that_are_no_text(eye_clinic: Run, encoding: str) -> None:
    ran = rows(eye_clinic, f"{HEADER}\n", "--encoding", encoding)
    assert (ran.status, error(ran)["code"]) == (2, "encoding.unknown")


def test_times_as_swedes_write_them(eye_clinic: Run) -> None:
    ran = imported(eye_clinic, "swedish-times.csv", "--skip-bad", "--rejected", "/dev/null")
    assert problems(ran) == [("start", code) for code in ("time.interval", "time.interval", "time.comma")]
    listed = json.loads(eye_clinic("booking", "list", "-o", "json").out)
    times = {each["booking"]: (each["start"][11:16], (each["end"] or "")[11:16]) for each in listed}
    assert times == {"K1": ("09:30", "10:15"), "K2": ("13:45", "")}


def test_what_nobody_sees_is_named(eye_clinic: Run) -> None:
    ran = imported(eye_clinic, "invisible.csv")
    columns = ["code"] * 5 + ["booking_id", "unit", "unit"]
    assert (ran.status, [column for column, _ in problems(ran)]) == (1, columns)
    signs = ("200B", "00A0", "FEFF", "00AD", "200E", "200B", "200B", "2011")
    told = [each["message"] for each in error(ran)["problems"]]
    assert [f"U+{sign} " in each for sign, each in zip(signs, told, strict=True)] == [True] * 8
    assert "differs only in case" not in ran.err  # from a code that is refused anyhow


def test_a_date_without_its_time(eye_clinic: Run) -> None:
    ran = imported(eye_clinic, "date-and-time-columns.csv")
    assert problems(ran) == [("start", "time.date_alone"), ("end", "time.date_alone")]
    assert "are not used: tid" in ran.err


SWEDISH = f"""Bokningar 2026
Bokning;Mottagning;Kod;Invånare;Start;Slut;Vårdtjänst;Möteslänk
S1;{OGON};UPPF30;{ANNA};2027-12-01T09:00;2027-12-01T09:30;SYN;https://example.org/1
"""


def test_swedish_headings_and_words(eye_clinic: Run) -> None:
    for encoding in ("utf-8", "windows-1252"):
        assert done(rows(eye_clinic, SWEDISH.encode(encoding), "--encoding", encoding))
    codes = "KOD;Typ;Namn i journalen;Namn för invånaren;Visa;Boka;Avbokningsgräns (timmar)\nN;;;Ny;Ja;öppen;3\n"
    assert done(rows(eye_clinic, codes, what="service")) == {"created": 1}
    slots = f"Tid;Mottagning;Kod;Start;Slut;Tidbok\nT1;{OGON};UPPF30;2027-12-01T09:00;2027-12-01T09:30;X\n"
    assert done(rows(eye_clinic, slots, what="slot")) == {"created": 1}
    bases = f"Underlag;Invånare;Mottagning;Kod;Från;Till\nU1;{ANNA};{OGON};UPPF30;2027-12-01;2027-12-31\n"
    assert done(rows(eye_clinic, bases, what="basis")) == {"created": 1}
    events = f"Invånare;Mottagning;Händelse;Inträffade\n{ANNA};{OGON};clinic_added;2026-10-01\n"
    assert done(rows(eye_clinic, events, what="relation")) == {"created": 1, "events": 1}


def test_headings_that_are_missing_name_those_that_are_there(eye_clinic: Run) -> None:
    ran = rows(eye_clinic, "Utdrag\n\nBokning;Mottagning;Nummer\n")
    told = error(ran)
    assert (told["code"], told["where"]) == ("columns.missing", "-:3")
    assert "code, resident, start" in told["message"] and "Bokning, Mottagning, Nummer" in told["message"]


def test_rejected_rows_are_read_back_with_the_same_options(eye_clinic: Run, tmp_path: Path) -> None:
    file, options = tmp_path / "codes.csv", ("--encoding", "windows-1252")
    file.write_bytes("kod;namn för invånaren;visa\nA;Återbesök;kanske\nB;Besök;ja\n".encode("windows-1252"))
    assert eye_clinic("service", "import", "ogon", str(file), *options, "--skip-bad").status == 1
    rejected = tmp_path / "codes.csv.rejected.csv"
    rejected.write_bytes(rejected.read_bytes().replace(b"kanske", b"ja"))
    assert done(eye_clinic("service", "import", "ogon", str(rejected), *options, "-o", "json")) == {"created": 1}
    assert 'label = "Återbesök"' in (tmp_path / "config/units/ogon.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("encoding", ["windows-1252", "mac-roman", "cp850"])
def test_text_that_was_decoded_twice(eye_clinic: Run, tmp_path: Path, encoding: str) -> None:
    spoilt = "Återbesök".encode().decode(encoding)
    doubt = misread(spoilt)
    assert doubt and doubt.params["before"] == "Återbesök"
    assert misread("Återbesök hos Zoë, été: 5 °C, § 3 – â") is None
    ran = rows(eye_clinic, f"code,label\nA,{spoilt}\na,x\n", what="service")
    assert "Återbesök" in ran.err and "“a” differs only in case" in ran.err
    assert "Återbesök" in eye_clinic("unit", "validate").out


@given(st.lists(st.text(st.characters(blacklist_categories=("C", "Z")) | st.sampled_from("='+-@;,\"'"), min_size=1)))
@settings(max_examples=60)
def test_any_cell_comes_back(texts: list[str]) -> None:
    """Of every CSV that is written, through the reader of every one that is read."""
    import csv

    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([("code",), *((guarded(text),) for text in texts)])
    data = FileReader(io.BytesIO(file.getvalue().encode()), "x.csv")
    found = [row.cells["code"] for row in read_csv(data, "x.csv", Columns(("code",))) if isinstance(row, FileRow)]
    assert found == texts


# ------------------------------------------------------------------------------------------- workbooks


def test_errors_in_cells_change_nothing(eye_clinic: Run) -> None:
    imported(eye_clinic, "error-cells-before.csv")
    ran = imported(eye_clinic, "error-cells-bookings.xlsx")
    assert problems(ran) == [(name, "cell.error_value") for name in ("status", "origin", "created_at", "calendar")]
    assert json.loads(eye_clinic("booking", "show", "E1", "-o", "json").out)["status"] == "cancelled"
    assert problems(imported(eye_clinic, "error-cells-bases.xlsx", what="basis")) == [("valid_to", "cell.error_value")]
    csv = f"{HEADER},calendar\n1,{OGON},UPPF30,{ANNA},2027-12-01T09:00,#SAKNAS!\n"
    assert problems(rows(eye_clinic, csv)) == [("calendar", "cell.error_value")]


@pytest.mark.parametrize("value", ["<f>A9</f>", "<f>A9</f><v/>"])
def test_a_formula_that_was_never_calculated(eye_clinic: Run, tmp_path: Path, value: str) -> None:
    cells = "".join(f'<c t="s"><v>{place}</v></c>' for place in range(6))
    row = "".join(f'<c t="s"><v>{place}</v></c>' for place in range(6, 11)) + f"<c>{value}</c>"
    texts = (*HEADER.split(","), "end", "1", OGON, "UPPF30", ANNA, "2027-12-01 09:00")
    file = as_excel_saves_it(tmp_path / "b.xlsx", f"<row>{cells}</row><row>{row}</row>", texts)
    assert problems(eye_clinic("booking", "import", file, "-o", "json")) == [("end", "cell.not_calculated")]


@pytest.mark.parametrize("value", ["", "<v></v>", "<v>Err:502</v>", "<v>x</v>"])
def test_an_error_that_does_not_say_which(eye_clinic: Run, tmp_path: Path, value: str) -> None:
    """An empty status would make a cancelled booking live again."""
    cells = "".join(f'<c t="s"><v>{place}</v></c>' for place in range(6))
    row = "".join(f'<c t="s"><v>{place}</v></c>' for place in range(6, 11)) + f'<c t="e">{value}</c>'
    texts = (*HEADER.split(","), "status", "1", OGON, "UPPF30", ANNA, "2027-12-01 09:00")
    file = as_excel_saves_it(tmp_path / "b.xlsx", f"<row>{cells}</row><row>{row}</row>", texts)
    ran = eye_clinic("booking", "import", file, "-o", "json")
    assert (ran.status, problems(ran)) == (1, [("status", "cell.error_value")])


def test_zeros_that_a_format_puts_before_an_id() -> None:
    """As the sheet shows them, and as its CSV has them."""
    styles = DateStyles()
    styles.define("170", "00000")
    for style in ("0", "170"):
        styles.add(style)
    assert [
        styles.text(each, style, from_1904=False) for each, style in (("42", "0"), ("42", "1"), ("123456", "1"))
    ] == [
        "42",
        "00042",
        "123456",
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Err:502", "cell.error_value"),
        ("Fel:508", "cell.error_value"),
        ("########", "cell.error_value"),
        ("1.2345678901234567e+18", "cell.number_shortened"),
    ],
)
def test_what_spreadsheets_write_into_tables(eye_clinic: Run, text: str, code: str) -> None:
    ran = rows(eye_clinic, f"{HEADER},calendar\nB1,ogon,UPPF30,{ANNA},2026-12-01T09:30,{text}\n")
    assert (ran.status, problems(ran)) == (1, [("calendar", code)])


def test_long_numbers_are_never_shortened(eye_clinic: Run) -> None:
    ran = imported(eye_clinic, "long-ids.xlsx")
    assert problems(ran) == [("booking_id", "cell.number_shortened")] * 4
    assert "Format the column as text" in error(ran)["problems"][0]["message"]
    shortened = rows(eye_clinic, f'{HEADER}\n"1,91212E+11",{OGON},UPPF30,{ANNA},2027-12-01T09:00\n')
    assert problems(shortened) == [("booking_id", "cell.number_shortened")]


@pytest.mark.parametrize("name", ["hidden-first-sheet.xlsx", "chart-first-sheet.xlsx"])
def test_the_first_sheet_that_is_seen(eye_clinic: Run, tmp_path: Path, name: str) -> None:
    ran = imported(eye_clinic, name)
    assert (done(ran), "“Bokningar” is read" in ran.err) == ({"created": 1}, True)
    file = workbook(
        tmp_path / "two.xlsx", {"Ett": [HEADER.split(","), ("1", OGON, "A", "x", "2027-01-01 09:00")], "Två": []}
    )
    assert (
        error(eye_clinic("booking", "import", file, "-o", "json"))["problems"][0]["where"]
        == f"{file} (Ett):2, resident"
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [("stray-cell.xlsx", "far_out"), ("wide.xlsx", "far_out"), ("stray.xlsx", "far_out"), ("locked.xlsx", "locked")],
)
def test_workbooks_that_are_refused_by_name(eye_clinic: Run, name: str, code: str) -> None:
    ran = imported(eye_clinic, name)
    assert (ran.status, error(ran)["code"]) == (2, f"excel.{code}")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x1f\x8b\x08", "compressed"), (b"%PDF-1.7\n", "pdf"), (b"<!DOCTYPE html><html>", "web_page"),
        (b"\xef\xbb\xbf\n<html>", "web_page"), (b"{\\rtf1", "document"), (b"SQLite format 3\0", "database"),
    ],
)  # fmt: skip
def test_files_are_told_as_what_they_are(eye_clinic: Run, tmp_path: Path, content: bytes, code: str) -> None:
    for what in ("booking", "slot"):
        ran = rows(eye_clinic, content, what=what)
        assert (ran.status, error(ran)["code"]) == (2, f"file.{code}")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("b.csv", HEADER)
    assert error(eye_clinic("booking", "import", str(tmp_path / "a.zip"), "-o", "json"))["code"] == "file.compressed"


BEGINNINGS = {"workbook": b"PK\x03\x04", "xml": b"<?xml version", "compressed": b"\x1f\x8b\x08", "pdf": b"%PDF-1.7\n"}


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("service discover ogon", ("workbook", "compressed", "pdf")),
        ("coupling import-tak", ("workbook", "xml", "compressed", "pdf")),
        ("slot import", ("xml", "compressed", "pdf")),
        ("unit import", ("xml", "compressed", "pdf")),
    ],
)
def test_every_door_tells_what_it_does_not_read(eye_clinic: Run, words: str, kinds: tuple[str, ...]) -> None:
    for kind in kinds:
        ran = eye_clinic(*words.split(), "-", "-o", "json", stdin=BEGINNINGS[kind])
        assert (ran.status, error(ran)["code"]) == (2, f"file.{kind}")


# ------------------------------------------------------------------------------------------- answers in XML


def test_an_answer_that_is_a_fault(eye_clinic: Run) -> None:
    imported(eye_clinic, "big1p.xml")
    one = imported(eye_clinic, "big2p.xml")
    assert (one.status, [each["code"] for each in error(one)["problems"]]) == (1, ["xml.fault"])
    whole = imported(eye_clinic, "big2p.xml", "--complete")
    assert (whole.status, error(whole)["code"], "VP009" in error(whole)["message"]) == (2, "xml.fault", True)
    assert error(whole)["where"].endswith("big2p.xml:16")


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [("fault.xml", "xml.fault", "VP009"), ("allfail.xml", "xml.all_failed", "NoDataSynchFailed")],
)
def test_answers_of_nobody(eye_clinic: Run, name: str, code: str, told: str) -> None:
    ran = imported(eye_clinic, name)
    assert (ran.status, error(ran)["code"], told in error(ran)["message"]) == (2, code, True)


def test_a_clinic_that_did_not_answer_is_not_told_of(eye_clinic: Run) -> None:
    imported(eye_clinic, "night1p.xml")
    ran = imported(eye_clinic, "night2p.xml", "--complete")
    assert (json.loads(ran.out)["ended"], ran.status) == (0, 0)
    assert "SE2321000024-1A2C did not answer" in ran.err
    live = json.loads(eye_clinic("booking", "list", "--status", "booked", "-o", "json").out)
    assert {each["booking"] for each in live} == {"P1", "P2", "P3", "P4"}


def test_answers_joined_without_a_declaration_and_an_empty_one(eye_clinic: Run) -> None:
    """As `cat` joins them; an envelope without an answer is none."""
    whole = (FAULTS / "night1p.xml").read_text(encoding="utf-8").replace('<?xml version="1.0" encoding="UTF-8"?>', "")
    assert done(rows(eye_clinic, whole)) == {"created": 4}
    empty = rows(eye_clinic, f'{whole}<e:Envelope xmlns:e="x"><e:Body/></e:Envelope>', "--complete")
    assert (empty.status, error(empty)["code"]) == (2, "xml.empty_answer")


@pytest.mark.parametrize(
    "other",
    ["502 Bad Gateway\n", "<html><body>502</body></html>", '<?xml version="1.0"?><html><body>502</body></html>'],
)
@pytest.mark.parametrize("place", ["among them", "last"])
def test_what_is_no_answer_among_answers(eye_clinic: Run, other: str, place: str) -> None:
    """As a fetching program, or a proxy, writes it in place of the answer."""
    answer = (FAULTS / "night1p.xml").read_text(encoding="utf-8").replace('<?xml version="1.0" encoding="UTF-8"?>', "")
    assert done(rows(eye_clinic, answer)) == {"created": 4}
    night = answer + other + (answer if place == "among them" else "")
    whole = rows(eye_clinic, night, "--complete")
    assert (whole.status, error(whole)["code"]) == (2, "xml.empty_answer")
    one = rows(eye_clinic, night)
    assert (one.status, [each["code"] for each in error(one)["problems"]]) == (1, ["xml.empty_answer"])


# ------------------------------------------------------------------------------------------- TAK


def test_two_routes_are_refused_by_the_platform(eye_clinic: Run) -> None:
    assert eye_clinic("coupling", "import-tak", str(FAULTS / "two.json")).status == 0
    assert "two routes in force for SE2321000024-1A2B" in eye_clinic("coupling", "check").err


@pytest.mark.parametrize(("more", "told"), [("\u200b", r"\u200b"), ("\u00a0", r"\u00a0"), (" ", "ends with a space")])
def test_an_address_that_only_looks_like_a_clinic_s(eye_clinic: Run, more: str, told: str) -> None:
    routes = (FAULTS / "star.json").read_text(encoding="utf-8").replace('"*"', f'"{OGON}{more}"')
    ran = eye_clinic("coupling", "import-tak", "-", stdin=routes)
    assert (ran.status, told in ran.err, "leads to no clinic" in ran.err) == (0, True, True)


def test_the_default_route_carries(eye_clinic: Run) -> None:
    assert eye_clinic("coupling", "import-tak", str(FAULTS / "star.json")).status == 0
    routes = json.loads(eye_clinic("coupling", "check", OGON, "-o", "json").out)["routes"]
    assert {(each["routed"], each["carried_by"], each["producer"]) for each in routes} == {
        (True, "*", "SE2321000024-PROD")
    }


# ------------------------------------------------------------------------------------------- files that are written


def test_devices_pipes_and_links_are_written_to(eye_clinic: Run, tmp_path: Path) -> None:
    bad = f"{HEADER}\n1,{OGON},UPPF30,x,2026-12-20T10:00\n"
    assert rows(eye_clinic, bad, "--skip-bad", "--rejected", "/dev/null").status == 1
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    pipe, heard = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    listener = threading.Thread(target=lambda: heard.append(pipe.read_text(encoding="utf-8")))
    listener.start()
    assert rows(eye_clinic, bad, "--skip-bad", "--rejected", str(pipe)).status == 1
    listener.join()
    assert "UPPF30" in heard[0]
    (tmp_path / "link").symlink_to("target")
    (tmp_path / "target").write_text("old")
    assert rows(eye_clinic, bad, "--skip-bad", "--rejected", str(tmp_path / "link")).status == 1
    assert (tmp_path / "link").is_symlink() and "UPPF30" in (tmp_path / "target").read_text(encoding="utf-8")
    folder = rows(eye_clinic, bad, "--skip-bad", "--rejected", str(tmp_path))
    assert (folder.status, error(folder)["code"]) == (2, "file.folder_not_replaced")


def test_a_unit_file_behind_a_link_stays_there(eye_clinic: Run, tmp_path: Path) -> None:
    file, kept = tmp_path / "config/units/ogon.toml", tmp_path / "kept.toml"
    kept.write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(kept)
    assert eye_clinic("service", "map", "ogon", "NY", "--label", "Ny").status == 0
    assert file.is_symlink() and '"NY"' in kept.read_text(encoding="utf-8")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_what_somebody_else_owns_is_not_written_over(eye_clinic: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("theirs")
    os.chown(page, 12345, 12345)
    ran = eye_clinic("view", ANNA, "--html", str(page), "-o", "json")
    assert (ran.status, error(ran)["code"], page.read_text(encoding="utf-8")) == (2, "file.not_own", "theirs")


def test_an_answer_that_could_not_be_written_says_what_was_done(eye_clinic: Run, tmp_path: Path) -> None:
    """A full disk under standard output, after what changes something and after what does not."""
    bad = tmp_path / "bad.csv"
    bad.write_text(f"{HEADER}\n1,{OGON},UPPF30,x,2026-12-20T10:00\n", encoding="utf-8")
    lines = {
        ("slot", "publish", "ogon", "UPPF30", "2027-01-01T10:00", "--minutes", "30"): True,
        ("slot", "list"): False,
        ("booking", "import", str(bad)): False,
    }
    for command, told in lines.items():
        assert told_on_full(*place_of(tmp_path), *command) is told, command


@pytest.mark.files
def test_an_answer_about_the_store_says_what_was_done(eye_clinic: Run, tmp_path: Path) -> None:
    here, backup = place_of(tmp_path), str(tmp_path / "b.db")
    new = ("--config", str(tmp_path / "new"), "--store", str(tmp_path / "new.db"))
    assert told_on_full(*new, "init")
    assert not told_on_full(*new, "init")
    assert told_on_full(*here, "store", "backup", backup)
    assert not told_on_full(*here, "store", "backup", backup, "--verify")
    assert told_on_full(*here, "store", "restore", backup, "--replace")
    assert told_on_full(*here, "store", "copy", "--to", str(tmp_path / "copy.db"))
    assert told_on_full("demo", str(tmp_path / "demo"), "--bookings", "1")


def told_on_full(*line: str) -> bool:
    """Whether a command whose answer finds no room says that it has done its work."""
    err = io.StringIO()
    with Path("/dev/full").open("w") as full, redirect_stdout(full), redirect_stderr(err):
        assert app.run(line) in (1, 2), err.getvalue()
    return "is done" in err.getvalue()


BOOKED = f"{OGON},UPPF30,{ANNA}"
TIMES_APART = {
    "start": ("booking", "booking_id;unit;code;resident;start;tid", f"1,{BOOKED},2027-12-01 00:00,09:30"),
    "start ": ("booking", "bokning;mottagning;kod;invånare;start;Starttid", f"1,{BOOKED},2027-12-01T00:00:00,9.30"),
    "end": (
        "booking",
        "booking_id;unit;code;resident;start;slut;sluttid",
        f"1,{BOOKED},2027-12-01 09:00,2027-12-02 00:00:00.000,kl 10:00",
    ),
    "occurred_at": (
        "relation",
        "invånare;mottagning;händelse;inträffade;tid",
        f"{ANNA},{OGON},clinic_added,2026-10-01,9:30",
    ),
    "created_at": (
        "booking",
        "booking_id;unit;code;resident;start;skapad;tid",
        f"1,{BOOKED},2027-12-01 09:00,2026-10-01,08:15",
    ),
    "start  ": ("slot", "slot_id;unit;code;start;tid;end", f"1,{OGON},UPPF30,2027-12-01 00:00,09:30,2027-12-01 10:00"),
}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("column", TIMES_APART)
def test_a_time_in_a_column_of_its_own(eye_clinic: Run, tmp_path: Path, form: str, column: str) -> None:
    what, header, row = TIMES_APART[column]
    file = tmp_path / f"rows.{form}"
    if form == "csv":
        file.write_text(f"{header}\n{row.replace(',', ';')}\n", encoding="utf-8")
    else:
        workbook(file, {"Blad1": [header.split(";"), row.split(",")]})
    ran = eye_clinic(what, "import", str(file), "-o", "json")
    assert problems(ran) == [(column.strip(), "time.apart")]
    assert "stands in the column" in error(ran)["problems"][0]["message"]


@pytest.mark.parametrize(
    "row", [f"1,{BOOKED},2027-12-01 09:30,09:30", f"1,{BOOKED},2027-12-01 00:00,00:00", f"1,{BOOKED},2027-12-01 00:00,"]
)
def test_a_time_that_is_said_twice(eye_clinic: Run, row: str) -> None:
    assert done(rows(eye_clinic, f"{HEADER},tid\n{row}\n"))["created"] == 1


def test_a_time_for_an_id(eye_clinic: Run) -> None:
    """`tid` is the published time's id in Swedish, and to many a time of day."""
    table = f"tid,mottagning,kod,start,slut\n09:30,{OGON},UPPF30,2027-12-01 09:30,2027-12-01 10:00\n"
    assert problems(rows(eye_clinic, table, what="slot")) == [("slot_id", "cell.time_for_id")]


# ------------------------------------------------------------------------------------------- spaces around texts


@pytest.mark.parametrize(
    "line",
    [
        "unit set ogon --name",
        "unit set ogon --calendar",
        "service map ogon Y --label",
        "service map ogon Y --journal-name",
    ],
)
@pytest.mark.parametrize("text", [" Besök", "Besök ", " "])
def test_a_space_around_a_text_is_refused(eye_clinic: Run, line: str, text: str) -> None:
    """No table would keep it."""
    ran = eye_clinic(*line.split(), text, "-o", "json")
    assert (ran.status, error(ran)["code"]) == (2, "unit.mistaken")
    assert error(ran)["problems"][0]["code"] in ("toml.space_around", "toml.blank")


@pytest.mark.parametrize("written", ['"""\nRad ett\nRad två\n"""', '"  Rad ett\\nRad två \\n"'])
def test_information_comes_back_from_a_table(eye_clinic: Run, tmp_path: Path, written: str) -> None:
    """Text of several lines ends with one in its file, and in no table."""
    file = tmp_path / "config/units/ogon.toml"
    entry = f'\n[[care_service]]\ncode = "NY"\nlabel = "Ny"\ninformation = {written}\n'
    file.write_text(file.read_text(encoding="utf-8") + entry, encoding="utf-8")
    assert eye_clinic("unit", "apply", "--yes").status == 0
    told = eye_clinic("service", "list", "ogon", "-o", "csv").out
    assert "Rad ett\nRad två" in told and set(done(rows(eye_clinic, told, what="service"))) == {"unchanged"}


@pytest.mark.parametrize("option", ["--id", "--calendar"])
def test_an_id_with_a_space_around_it(eye_clinic: Run, option: str) -> None:
    ran = eye_clinic("booking", "add", "ogon", "UPPF30", ANNA, "2027-12-01T09:00", option, "X ", "-o", "json")
    assert (ran.status, error(ran)["code"]) == (2, "argument.not_a_name")
