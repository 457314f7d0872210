"""Forms of output for a list or one thing (contract, section 1)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, TypeVar, assert_never

from tidbok_cli.domain.formula import guarded
from tidbok_cli.domain.text import IDS, escaped, shown

if TYPE_CHECKING:
    from tidbok_cli.render.columns import Listing


class Format(StrEnum):
    """Values of `-o`; `text`, for pasting, only where a command says so."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    TEXT = "text"


_LOT: Final = 200

K = TypeVar("K")

V = TypeVar("V")


class TextMemo(dict[K, V]):
    """A function's results for values that repeat in a long list."""

    def __init__(self, tell: Callable[[K], V]) -> None:
        super().__init__()
        self._tell = tell

    def __missing__(self, key: K) -> V:
        told = self[key] = self._tell(key)
        return told


quoted: Final[Callable[[str], str]] = json.encoder.encode_basestring
"""`dumps` for a text, at a tenth of the cost."""


def quoted_within(texts: Sequence[str]) -> Sequence[str]:
    """Write what JSON has between each text's quotes, all looked at once, since hardly any needs an escape."""
    joined = "".join(texts)
    return texts if len(quoted(joined)) == len(joined) + 2 else [quoted(text)[1:-1] for text in texts]


def dumps(value: object) -> str:
    """JSON on one line, as UTF-8 text."""
    return json.dumps(value, ensure_ascii=False)


def print_object(value: Mapping[str, Any]) -> None:
    """One thing, as JSON for people's eyes too."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_rows(listing: Listing, rows: Iterable[object], form: Format, *, reveal: bool = False) -> None:
    """Print a list in any form, for programs row by row."""
    match form:
        case Format.JSON | Format.NDJSON:
            from tidbok_cli.render.columns import recorder

            print_objects(map(dumps, map(recorder(listing.columns, reveal=reveal), rows)), form)
        case Format.CSV:
            writers = [(column.writer(reveal=reveal), cell_of(column.key)) for column in listing.columns]
            print_cells(listing.keys, (tuple(written(write(row)) for write, written in writers) for row in rows))
        case Format.TABLE | Format.TEXT:
            _print_table(listing, rows, reveal=reveal)
        case _:
            assert_never(form)


def _print_table(listing: Listing, rows: Iterable[object], *, reveal: bool) -> None:
    """Print a table; a list without rows says so in a sentence."""
    coming = iter(rows)
    first = list(islice(coming, 1))
    if not first and listing.none:
        from tidbok_cli.i18n import _

        print(_(listing.none))
        return
    from tidbok_cli.render.tables import print_table

    print_table(listing.table, chain(first, coming), reveal=reveal)


def print_values(keys: Iterable[str], values: Iterable[Mapping[str, object]]) -> None:
    """Print objects as CSV, by these of their keys."""
    wanted = tuple(keys)
    written = {key: cell_of(key) for key in wanted}
    print_cells(wanted, (tuple(written[key](value.get(key)) for key in wanted) for value in values))


def print_objects(objects: Iterable[str], form: Format) -> None:
    """Print objects that are JSON already: an array, or one a line."""
    print_object_lots(_lots(objects), form)


def print_object_lots(lots: Iterable[list[str]], form: Format) -> None:
    """Print objects as `print_objects` does, in lots as they come."""
    if form is Format.NDJSON:
        for lot in lots:
            sys.stdout.write("\n".join((*lot, "")))
        return
    before = "["
    for each in chain.from_iterable(lots):
        sys.stdout.write(f"{before}\n  {each}")
        before = ","
    sys.stdout.write("[]\n" if before == "[" else "\n]\n")


def _lots(objects: Iterable[str]) -> Iterator[list[str]]:
    """Lots, since each write costs much; on a terminal single items."""
    coming = iter(objects)
    size = 1 if sys.stdout.isatty() else _LOT
    while lot := list(islice(coming, size)):
        yield lot


def print_cells(header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print a list as CSV; its cells are safe already (`cell`)."""
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)


def cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula (contract, section 1), with what nobody sees as an escape."""
    return guarded(shown(_text(value)))


def cell_of(key: str) -> Callable[[object], str]:
    """How a column's cells are written: of ids and codes the spaces of other kinds as escapes too."""
    return (lambda value: guarded(escaped(_text(value)))) if key in IDS else cell


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ";".join(map(str, value))
    return dumps(value) if isinstance(value, Mapping) else str(value)
