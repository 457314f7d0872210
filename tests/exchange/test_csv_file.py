"""CSV files: reading, refusals, and the places they name.

Contract, section 2, *Import files*.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.thorough import examples

from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.csv_file import read_csv
from tidbok_cli.exchange.rows import Columns, FileRow, TableRows

COLUMNS = Columns(("unit", "resident"), ("event", "label"))


def read(content: str | bytes, encoding: str = "utf-8-sig") -> TableRows:
    data = content.encode() if isinstance(content, str) else content
    return read_csv(io.BytesIO(data), "in.csv", COLUMNS, encoding)


def cells(content: str | bytes, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return [dict(row.cells) for row in read(content, encoding) if isinstance(row, FileRow)]


def lines(content: str) -> list[int]:
    return [row.line for row in read(content) if isinstance(row, FileRow)]


def refusal(content: str | bytes, encoding: str = "utf-8-sig") -> tuple[str, dict[str, str | int], Where]:
    with pytest.raises(BadInput) as caught:
        list(read(content, encoding))
    return caught.value.code, dict(caught.value.params), caught.value.where


# ------------------------------------------------------------------------------------------- what is read


def test_columns_come_in_any_order_and_case() -> None:
    content = " Label ,RESIDENT,Unit\nBesök,a,ogon\n"
    assert cells(content) == [{"label": "Besök", "resident": "a", "unit": "ogon"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_header_tells_the_delimiter(delimiter: str) -> None:
    content = "unit|resident|label\nogon|a|Kl. 9\n".replace("|", delimiter)
    assert cells(content) == [{"unit": "ogon", "resident": "a", "label": "Kl. 9"}]


def test_the_delimiter_is_the_one_that_gives_known_columns() -> None:
    content = 'unit;resident;"när, var, hur"\nogon;a;x\n'
    assert cells(content) == [{"unit": "ogon", "resident": "a"}]


def test_one_column_needs_no_delimiter() -> None:
    table = read_csv(io.BytesIO(b"code\nUPPF30\n"), "in.csv", Columns(("code",)))
    assert [row.cells for row in table if isinstance(row, FileRow)] == [{"code": "UPPF30"}]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "UTF8"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_is_no_part_of_the_header(encoding: str, mark: bytes) -> None:
    assert cells(mark + b'"unit",resident\nogon,a\n', encoding) == [{"unit": "ogon", "resident": "a"}]


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-16"])
def test_another_encoding_is_read_where_it_is_named(encoding: str) -> None:
    content = "unit;resident;label\nogon;a;Återbesök\n"
    assert cells(content.encode(encoding), encoding)[0]["label"] == "Återbesök"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_ending(ending: str) -> None:
    assert lines(ending.join(["unit,resident", "ogon,a", "hud,b", ""])) == [2, 3]


def test_the_line_is_where_the_record_starts() -> None:
    content = '\nunit,resident,label\n\nogon,a,"två\nrader"\n\nhud,b,"en"\n'
    assert lines(content) == [4, 7]


def test_lines_without_text_are_passed_over() -> None:
    assert lines("unit;resident\n;\n  ; \nogon;a\n\n") == [4]


def test_missing_cells_are_empty() -> None:
    assert cells("unit,resident,event,label\nogon,a\n") == [{"unit": "ogon", "resident": "a", "event": "", "label": ""}]


def test_a_column_that_the_file_lacks_is_not_there() -> None:
    assert "event" not in cells("unit,resident\nogon,a\n")[0]


def test_cells_are_trimmed_except_the_resident() -> None:
    assert cells("unit,resident\n ogon\t, a \n") == [{"unit": "ogon", "resident": " a "}]


def test_a_header_alone_is_a_table_without_rows() -> None:
    assert cells("unit,resident\n") == []


def test_rows_are_read_one_at_a_time() -> None:
    class Endless(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            return super().read1(size) or b"ogon,a\n" * 100

    table = read_csv(Endless(b"unit,resident\n"), "in.csv", COLUMNS)
    assert len(list(islice(table, 50_000))) == 50_000


# ------------------------------------------------------------------------------- what is read with a remark


def test_extra_columns_are_ignored_with_one_warning() -> None:
    table = read("unit,Telefon,resident,,Kommentar\nogon,1,a,2,3\n")
    where = Where("in.csv", 1)
    assert table.warnings == (Problem("columns.ignored", {"columns": "Telefon, #4, Kommentar"}, where, warning=True),)
    assert [row.cells for row in table if isinstance(row, FileRow)] == [{"unit": "ogon", "resident": "a"}]


def test_empty_columns_at_the_end_are_nothing_to_remark_on() -> None:
    table = read("unit;resident;;\nogon;a;;\nhud;b;;;;\n")
    assert (table.warnings, [type(row) for row in table]) == ((), [FileRow, FileRow])


def test_a_record_that_is_too_long_is_bad_and_the_next_is_read() -> None:
    table = read("unit,resident\nogon,a,b\nhud,c\n")
    bad, good = table
    assert bad == Problem("row.too_many_cells", {"cells": 3, "columns": 2}, Where("in.csv", 2))
    assert isinstance(good, FileRow) and good.cells == {"unit": "hud", "resident": "c"}


def test_a_bad_record_can_be_written_as_it_was() -> None:
    table = read("Unit,resident,Telefon\n ogon ,a,1,b\n")
    assert (table.header, [table.record for _ in table]) == (
        ["Unit", "resident", "Telefon"],
        [[" ogon ", "a", "1", "b"]],
    )


# --------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", " \n,,\n"])
def test_an_empty_file(content: str) -> None:
    assert refusal(content) == ("file.empty", {}, Where("in.csv"))


def test_missing_columns_are_named_all_at_once() -> None:
    assert refusal("\nlabel;event\nx;y\n") == (
        "columns.missing",
        {"columns": "unit, resident", "found": "label, event"},
        Where("in.csv", 2),
    )


def test_a_column_twice() -> None:
    content = "unit,label,resident,Label\n"
    assert refusal(content) == ("columns.twice", {"columns": "label"}, Where("in.csv", 1))


@pytest.mark.parametrize("before", [0, 5000])
def test_a_file_that_is_not_utf8_is_refused_with_the_flag_that_reads_it(before: int) -> None:
    content = "unit;resident;label\r\n" + "ogon;a;Besok\r\n" * before + "ogon;a;Besök\r\n"
    expected = ("file.not_utf8", {"flag": "--encoding windows-1252"}, Where("in.csv", before + 2))
    assert refusal(content.encode("windows-1252")) == expected


def test_excels_unicode_text_is_told_from_its_mark() -> None:
    content = "unit\tresident\nogon\ta\n".encode("utf-16")
    assert refusal(content) == ("file.not_utf8", {"flag": "--encoding utf-16"}, Where("in.csv", 1))


def test_a_file_that_is_not_in_the_encoding_named() -> None:
    content = b"unit,resident,label\nogon,a,x\nogon,a,\x81\n"
    expected = ("file.other_encoding", {"encoding": "windows-1252"}, Where("in.csv", 3))
    assert refusal(content, "windows-1252") == expected


def test_utf16_without_a_mark_is_not_in_the_encoding_named() -> None:
    content = "unit,resident\n".encode("utf-16-le")
    assert refusal(content, "utf-16")[:2] == ("file.other_encoding", {"encoding": "utf-16"})


@pytest.mark.parametrize("encoding", ["klingon", "hex", ""])
def test_an_unknown_encoding(encoding: str) -> None:
    assert refusal("unit,resident\n", encoding) == ("encoding.unknown", {"encoding": encoding}, Where("in.csv"))


def malformed() -> Iterator[tuple[str, str]]:
    yield "unclosed quote", 'unit,resident\nogon,a\nhud,"b\nlung,c\n'
    yield "text after a quote", 'unit,resident\nogon,a\nhud,"b"c\n'
    yield "too large", "unit,resident\nogon,a\nhud," + "b" * 200_000 + "\n"


@pytest.mark.parametrize("content", [pytest.param(content, id=name) for name, content in malformed()])
def test_broken_csv_is_refused_at_the_record_that_breaks_it(content: str) -> None:
    assert refusal(content) == ("csv.malformed", {}, Where("in.csv", 3))


def test_a_header_that_is_no_csv() -> None:
    assert refusal("unit," + "x" * 200_000)[::2] == ("csv.malformed", Where("in.csv", 1))


def test_a_nul_is_no_text() -> None:
    assert refusal("unit,resident\nogon,\0\n") == ("file.not_text", {}, Where("in.csv", 2))


def test_the_good_rows_before_a_break_are_given() -> None:
    table = iter(read('unit,resident\nogon,a\nhud,"b'))
    assert isinstance(next(table), FileRow)
    with pytest.raises(BadInput):
        next(table)


# --------------------------------------------------------------------------------------------------- lots

COLUMN_NAMES = "unit;resident\n"
BREAKS = (b"", b'a;"', b"a;b\n\xff\n", b'a;"b\nc\n\xff', b"a;b\0c\n", b'a;"b\n\0c\n', b'a;"b"c\na;b\n')
CELLS = ("ogon", "ögon", "", " ", " a ", "\u00a0", "b c", "'=1", "O'Neill", "#N/A", "1,5E+11", '"a\nb"', "a\u0308")


@given(
    st.lists(st.lists(st.sampled_from(("ogon",) * 60 + CELLS), max_size=5).map(";".join), min_size=1, max_size=400),
    st.sampled_from(("unit;resident;event;label", "unit;other;resident;event;")),
    st.sampled_from(BREAKS),
)
@settings(max_examples=examples(100), deadline=None)
def test_rows_in_lots_are_the_rows_one_by_one(told: list[str], header: str, breaks: bytes) -> None:
    """With their lines; also where the file breaks off, and where a lot is plain enough to be read by columns."""
    content = "\n".join((header, *told, "")).encode() + breaks
    one_by_one, in_lots = given_by(lambda: read(content)), given_by(lambda: in_lots_of(read(content)))
    assert in_lots == one_by_one


@pytest.mark.parametrize("begun", ['ogon;"b\n', "ogon;b\n", 'ogon;"b"c\n'])
def test_lots_end_at_the_first_error_of_the_file(begun: str) -> None:
    """A quotation that does not end before bytes that are not the encoding's, which are read later than the rest."""
    content = (COLUMN_NAMES + "ogon;a\n" * 1160 + begun + "x;y\n" * 50).encode() + b"\xff\n"
    one_by_one, in_lots = given_by(lambda: read(content)), given_by(lambda: in_lots_of(read(content)))
    assert in_lots == one_by_one and len(in_lots) > 1000


@pytest.mark.parametrize("before", [20, 250, 300])
@pytest.mark.parametrize(
    ("broken", "code", "line"),
    [
        pytest.param(b'hud,"b\nlung', "csv.cut_off", 4, id="cut off"),
        pytest.param(b'hud,"b\nlung,\0\n', "file.not_text", 4, id="a NUL"),
        pytest.param(b'hud,"b\nlung,' + b"x" * (1 << 21), "line.too_long", 4, id="a line too long"),
    ],
)
def test_in_a_quotation_too_a_file_is_refused_for_what_cannot_be_read(
    broken: bytes, code: str, line: int, before: int
) -> None:
    content = b"unit,resident\nogon,a\n" + b"ogon,a\n" * before + broken

    def table() -> TableRows:
        return read_csv(io.BytesIO(content), "in.csv", COLUMNS, whole=True)

    assert given_by(table)[-1] == given_by(lambda: in_lots_of(table()))[-1] == f"{code} in.csv:{before + line}"


def given_by(opened: Callable[[], Iterable[FileRow | Problem]]) -> list[FileRow | Problem | str]:
    """The rows, and the error at which they end."""
    given: list[FileRow | Problem | str] = []
    try:
        given.extend(opened())
    except BadInput as error:
        given.append(f"{error.code} {error.where}")
    return given


def in_lots_of(table: TableRows) -> Iterator[FileRow | Problem]:
    """The rows by the lots' columns, where they can be; those of others, and of halves, one by one."""
    for lot in table.lots():
        for part in (lot, *lot.halves):
            cells, rows = table.plain_cells(part), list(table.rows_of(part))
            if cells is not None:
                columns = zip(*cells.values(), strict=True)
                assert [row.cells for row in rows if isinstance(row, FileRow)] == [
                    dict(zip(cells, each, strict=True)) for each in columns
                ]
                assert all(isinstance(row, FileRow) for row in rows)
        for half in lot.halves:
            yield from table.rows_of(half)
