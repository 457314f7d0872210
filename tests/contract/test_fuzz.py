"""Readers under made-up input: rows, problems, or a refusal by name, and nothing else.

`make fuzz` reads a hundred thousand; every run of the tests a tenth of a percent of them. `--fuzz-seed` gives the same
again.
"""

import io
import json
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from support.journal_server import envelope
from support.people import ANNA
from support.region import OGON, OGON_FILE, REGION
from support.tak import EVERYTHING, by_name, export, ways
from support.workbook import as_excel_saves_it

from tidbok_cli.domain.cells import CellParsers
from tidbok_cli.domain.formula import guarded, unguarded
from tidbok_cli.domain.identity import parse_hsa_id, parse_resident
from tidbok_cli.domain.journal import ActorType, JournalQuestion
from tidbok_cli.domain.times import parse_instant, parse_rivta
from tidbok_cli.errors import Problem, TidbokError
from tidbok_cli.exchange.csv_file import read_csv
from tidbok_cli.exchange.excel_file import read_excel
from tidbok_cli.exchange.http import base_of
from tidbok_cli.exchange.journal_answer import HttpAnswer, read_answer
from tidbok_cli.exchange.journal_certificate import read_consumer
from tidbok_cli.exchange.journal_message import CONTRACTS
from tidbok_cli.exchange.region_file import read_region
from tidbok_cli.exchange.rivta import ScheduleRows, TypeRows
from tidbok_cli.exchange.rows import Columns, FileRow, RowSource
from tidbok_cli.exchange.tak import read_tak
from tidbok_cli.exchange.tak_api import ConnectionPoint, ask_tak
from tidbok_cli.exchange.unit_file import read_unit
from tidbok_cli.render.lines import visible
from tidbok_cli.render.problems import line, lines
from tidbok_cli.store.address import parse_address

HOSTILE = (
    "\0", "\x1b[2J", "\x9b31m", "\u202e", "\u200b", "\u2028", "[bold]", "[link=x]", "=cmd()", "\t", "\r", "\n", ";",
    ",", '"', "'", "\\", "{", "}", "[", "]", "<", ">", "&a;", "&#0;", "<!DOCTYPE a [<!ENTITY a 'b'>]>",
    "<?xml version='1.0'?>",
    "../" * 9, "~x", "$(x)", "`x`", "%s{0}{x}", "9" * 5000, "-1e999", "NaN", "a." * 500, "[" * 3000, "{'a':" * 1500,
    "(a+)+b", "\ufeff", "0000-00-00", "9999-12-31T23:59:60Z", ANNA, "null", "true", "1", "é" * 300, "漢" * 900,
    "http://[::1", "r='XFD1048576'",
)  # fmt: skip
RAW = (b"\xff", b"\xed\xa0\x80", b"\xff\xfe", b"\x00\x00", b"\x80", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
COLUMNS = Columns(("booking_id", "unit", "code", "resident", "start"), ("end",))
CSV = f"booking_id,unit,code,resident,start,end\n1,{OGON},UPPF30,{ANNA},2026-12-20T10:00,\n2,ogon,A,x,y,z\n".encode()
SCHEDULE = f"""<?xml version="1.0"?><e><GetSubjectOfCareScheduleResponse><timeslotDetail><bookingId>1</bookingId>
<healthcare_facility>{OGON}</healthcare_facility><timeTypeID>A</timeTypeID><subject_of_care>{ANNA}</subject_of_care>
<startTimeInclusive>20261220100000</startTimeInclusive></timeslotDetail></GetSubjectOfCareScheduleResponse></e>""".encode()
TYPES = b"""<a><GetAllTimeTypesResponse><ListOfTimeTypes><timeTypeId>1</timeTypeId><timeTypeName>N</timeTypeName>
</ListOfTimeTypes></GetAllTimeTypesResponse></a>"""
JOURNAL = f"""[journal]\nurl = "https://rtp.example/vp"\nenvironment = "test"\ntest_residents = ["{ANNA}"]
residents = "any"\ndecided_by = "x"\ntimeout_seconds = 35\n"""
SHEET = """<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1.5</v></c></row>
<row r="2"><c r="A2" t="inlineStr"><is><t>x</t></is></c></row>"""


@st.composite
def spoilt(draw: st.DrawFn, sound: bytes) -> bytes:
    """Sound input with a few strokes of the worst."""
    piece = st.sampled_from([*(each.encode() for each in HOSTILE), *RAW]) | st.binary(max_size=8)
    text = sound
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(text)))
        end = min(len(text), begin + draw(st.sampled_from((0, 0, 1, 5, 50))))
        text = text[:begin] + draw(piece) + text[end:]
    return text


def told(source: RowSource, parsers: CellParsers) -> Iterator[Problem]:
    """Problems of the rows, and of what their cells are parsed as."""
    yield from source.warnings
    for row in source:
        if not isinstance(row, FileRow):
            yield row
            continue
        for text in row.cells.values():
            assert unguarded(guarded(text)) == text
            for parse in (parsers.unit, parsers.resident, parsers.start, parsers.moment):
                yield from parse(text).problems


def of_csv(content: bytes, folder: Path) -> Iterator[Problem]:
    for encoding in ("utf-8-sig", "utf-16", "windows-1252"):
        parsers = CellParsers(date(2026, 11, 1), "[a-z]+")
        try:
            yield from told(read_csv(io.BytesIO(content), "in.csv", COLUMNS, encoding), parsers)
        except TidbokError as refused:
            yield Problem(refused.code, refused.params, refused.where)


def of_excel(content: bytes, folder: Path) -> Iterator[Problem]:
    """The content as a sheet, in a workbook."""
    with zipfile.ZipFile(as_excel_saves_it(folder / "a.xlsx", SHEET, ("booking_id", "a" * 200))) as saved:
        parts = {name: saved.read(name) for name in saved.namelist()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name, part in parts.items():
            made.writestr(name, content if "sheet1" in name and "rels" not in name else part)
    yield from told(read_excel(packed, "in.xlsx", Columns((), COLUMNS.required)), CellParsers(date(2026, 11, 1)))


def of_workbook(content: bytes, folder: Path) -> Iterator[Problem]:
    yield from told(read_excel(io.BytesIO(content), "in.xlsx", COLUMNS), CellParsers(date(2026, 11, 1)))


def of_schedule(content: bytes, folder: Path) -> Iterator[Problem]:
    yield from told(ScheduleRows(io.BytesIO(content), "in.xml"), CellParsers(date(2026, 11, 1), time=parse_rivta))


def of_types(content: bytes, folder: Path) -> Iterator[Problem]:
    yield from told(TypeRows(io.BytesIO(content), "in.xml"), CellParsers(date(2026, 11, 1)))


def of_tak(content: bytes, folder: Path) -> Iterator[Problem]:
    yield from read_tak(content, "in.json").problems


def of_tak_api(content: bytes, folder: Path) -> Iterator[Problem]:
    """The content as each of the API's answers."""
    ask_tak(lambda *_: content, ConnectionPoint("NTJP", "TEST"), [OGON])
    yield from ()


def of_journal(content: bytes, folder: Path) -> Iterator[Problem]:
    """The content as a journal's answer to each question; breaches as problems."""
    for contract in CONTRACTS:
        for status in (200, 500):
            question = JournalQuestion(contract, OGON, ANNA, ActorType.RESIDENT, ANNA)
            answer = read_answer(question, HttpAnswer(status, {"content-type": "text/xml"}, content))
            told = (answer.detail, answer.outcome_text, *answer.failed, *(breach.value for breach in answer.breaches))
            yield from (Problem("xml.fault", {"code": "", "text": text}) for text in told)
            assert visible(answer.detail) == answer.detail


def of_certificate(content: bytes, folder: Path) -> Iterator[Problem]:
    (folder / "in.pem").write_bytes(content)
    yield from filter(None, (read_consumer(folder / "in.pem", None).doubt(0),))


def of_unit(content: bytes, folder: Path) -> Iterator[Problem]:
    (folder / "in.toml").write_bytes(content)
    yield from read_unit(folder / "in.toml", "in.toml").problems


def of_region(content: bytes, folder: Path) -> Iterator[Problem]:
    (folder / "in.toml").write_bytes(content)
    yield from read_region(folder / "in.toml", "in.toml").problems


def of_argument(content: bytes, folder: Path) -> Iterator[Problem]:
    text = content.decode(errors="replace")
    yield from parse_hsa_id(text).problems
    yield from parse_instant(text).problems
    yield from parse_resident(text, reserve="(a+)+b", today=date(2026, 11, 1)).problems
    for parse in (lambda: parse_address(text, folder), lambda: base_of(text, login=True, certificates=False)):
        try:
            parse()
        except TidbokError as refused:
            yield from (Problem(refused.code, refused.params, refused.where),)


def _workbook() -> bytes:
    """Bytes of a sound workbook."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return Path(as_excel_saves_it(Path(folder) / "a.xlsx", SHEET, ("booking_id", "unit"))).read_bytes()


API = [{
    "id": 1, "platform": "NTJP", "environment": "TEST", "snapshotTime": "2026-10-01T06:00:00Z",
    "logicalAddress": OGON, "serviceContract": {"namespace": "x"}, "rivtaProfile": "y",
}]  # fmt: skip
READERS: dict[str, tuple[Callable[[bytes, Path], Iterator[Problem]], bytes]] = {
    "csv": (of_csv, CSV),
    "excel": (of_excel, f"<worksheet><sheetData>{SHEET}</sheetData></worksheet>".encode()),
    "workbook": (of_workbook, _workbook()),
    "schedule": (of_schedule, SCHEDULE),
    "types": (of_types, TYPES),
    "tak": (of_tak, export(*ways(OGON, EVERYTHING[:1])).encode()),
    "tak by name": (of_tak, json.dumps(by_name(ways(OGON, EVERYTHING[:1]))).encode()),
    "tak api": (of_tak_api, json.dumps(API).encode()),
    "journal": (of_journal, envelope(SCHEDULE.decode().partition("<e>")[2].removesuffix("</e>"))),
    "certificate": (of_certificate, b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"),
    "unit": (of_unit, OGON_FILE.encode()),
    "region": (
        of_region,
        f"{REGION}[policy]\nrelation_required = [{{ from = 2024-03-01, required = true }}]\n{JOURNAL}".encode(),
    ),
    "argument": (of_argument, b"postgresql+psycopg://u:p@h:1/x?a=b"),
}


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_takes_or_refuses_whatever_comes(reader: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    read, sound = READERS[reader]
    examples = max(1, round(request.config.getoption("fuzz") / len(READERS)))

    def check(content: bytes) -> None:
        began = time.process_time()
        try:
            said = [line(problem) for problem in read(content, tmp_path)]
        except TidbokError as refused:
            said = lines(refused)
        assert [visible(text) for text in said] == said
        assert not any(re.search(rf"(?<![0-9A-Za-z]){ANNA}(?![0-9A-Za-z])", text) for text in said), said
        assert time.process_time() - began < 10

    limits = settings(max_examples=examples, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    seed(request.config.getoption("fuzz_seed"))(limits(given(spoilt(sound))(check)))()
