"""The forms of output, for any result: a list of rows, or one thing (contract, section 1)."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import IntEnum, StrEnum
from typing import Any, Final, NamedTuple, assert_never


class Format(StrEnum):
    """What `-o` takes; `text`, for pasting, only where the command says so."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    TEXT = "text"


Row = Mapping[str, Any]


class Rank(IntEnum):
    """What happens to a table's column on a narrow terminal."""

    NAME = 0
    """It says which row this is: never left out, and whole."""
    ORDINARY = 1
    """It folds."""
    LEAST = 2
    """It folds, and is the first to be left out."""


class Column(NamedTuple):
    """A column: its key in JSON and CSV, its heading in the table, and how the table tells a row's value.

    `whole`: a value is never folded or broken; of a list, what it holds.
    """

    key: str
    title: str
    rank: Rank = Rank.ORDINARY
    told: Callable[[Row], object] | None = None
    whole: bool = False

    def told_of(self, row: Row) -> object:
        """What stands in the table."""
        return self.told(row) if self.told else row.get(self.key)


_FORMULA: Final = ("=", "+", "-", "@", "\t")


def dumps(value: object) -> str:
    """JSON on one line, as UTF-8 text."""
    return json.dumps(value, ensure_ascii=False)


def print_object(value: Mapping[str, Any]) -> None:
    """One thing, as JSON for people's eyes too."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_rows(
    columns: Sequence[Column], rows: Iterable[Row], form: Format, table: Sequence[Column] | None = None
) -> None:
    """A list of rows in any form; machine forms take the rows one by one as they come.

    `table`: the columns for people, where they are others than those of CSV.
    """
    match form:
        case Format.JSON:
            _print_array(rows)
        case Format.NDJSON:
            sys.stdout.writelines(f"{dumps(row)}\n" for row in rows)
        case Format.CSV:
            _print_csv(columns, rows)
        case Format.TABLE | Format.TEXT:
            from tidbok_cli.render.tables import print_table

            print_table(columns if table is None else table, rows)
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
