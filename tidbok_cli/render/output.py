"""The forms of output, for any result: a list of rows, or one thing (contract, section 1)."""

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple, assert_never


class Format(StrEnum):
    """What `-o` takes; `text`, for pasting, only where the command says so."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    TEXT = "text"


class Column(NamedTuple):
    """A column: its key in JSON and CSV, and its heading in the table."""

    key: str
    title: str


_FORMULA: Final = ("=", "+", "-", "@", "\t")


def dumps(value: object) -> str:
    """JSON on one line, as UTF-8 text."""
    return json.dumps(value, ensure_ascii=False)


def print_object(value: Mapping[str, Any]) -> None:
    """One thing, as JSON for people's eyes too."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_rows(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], form: Format) -> None:
    """A list of rows in any form; machine forms take the rows one by one as they come."""
    match form:
        case Format.JSON:
            _print_array(rows)
        case Format.NDJSON:
            sys.stdout.writelines(f"{dumps(row)}\n" for row in rows)
        case Format.CSV:
            _print_csv(columns, rows)
        case Format.TABLE | Format.TEXT:
            from tidbok_cli.render.tables import print_table

            print_table(columns, rows)
        case _:
            assert_never(form)


def _print_array(rows: Iterable[Mapping[str, Any]]) -> None:
    before = "["
    for row in rows:
        sys.stdout.write(f"{before}\n  {dumps(row)}")
        before = ","
    sys.stdout.write("[]\n" if before == "[" else "\n]\n")


def _print_csv(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(column.key for column in columns)
    for row in rows:
        writer.writerow(cell(row.get(column.key)) for column in columns)


def cell(value: object) -> str:
    """A value as a cell that a spreadsheet does not take for a formula (contract, section 1)."""
    text = _text(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ";".join(map(str, value))
    return dumps(value) if isinstance(value, Mapping) else str(value)
