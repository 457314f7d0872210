"""Columns of imports, each said once (contract, section 2).

Heading, field, type, parser, and how a cell merges: the headings of a file, the reading of its rows, the staging table
and the merge follow from these declarations.
"""

from __future__ import annotations

from enum import Enum, auto
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tidbok_cli.domain.cell_lots import as_they_are, each, shorter_than
from tidbok_cli.domain.cells import NAME_LONGEST, one_of, parse_name, parse_text, plain_name, plain_text, undoubted
from tidbok_cli.domain.memo import remembered
from tidbok_cli.domain.visit import parse_information, parse_link, plain_link

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence

    from tidbok_cli.domain.cell_lots import LotParser
    from tidbok_cli.domain.cells import CellParser, CellParsers, Cells
    from tidbok_cli.domain.parsed import Parsed


class Merge(Enum):
    """How a cell changes what the store knows."""

    NAMES = auto()
    """It names what the row is about."""
    SETS = auto()
    """Its value takes the place of the known one."""
    CLEARS = auto()
    """As `SETS`; so does an empty cell, while a missing column keeps what is known."""
    KEEPS = auto()
    """As `SETS`; an empty cell and a missing column keep what is known."""
    LIVES = auto()
    """It tells of when a booking was made and ended, for which domain/booking_merge.py has rules."""


class ColumnKind(NamedTuple):
    """Parser of a column's cells among a file's parsers, and SQL type.

    `plain` parses what programs write, and raises LookupError for all else; `lot` the cells of many rows at once.
    """

    parser: Callable[[CellParsers], CellParser[Parsed[Any]]]
    plain: Callable[[CellParsers], CellParser[Any]]
    lot: Callable[[CellParsers], LotParser]
    sql: str = "TEXT"


def parsed_by(parse: CellParser[Parsed[Any]]) -> ColumnKind:
    """A column of texts that repeat, parsed alike in all files."""
    plain = undoubted(parse)
    return ColumnKind(lambda _: parse, lambda _: plain, lambda _: each(plain))


def coded(values: Mapping[str, str]) -> ColumnKind:
    """A column of a few known codes; those of many rows are plain texts, which databases take sooner."""
    parse = one_of(values)
    plain = undoubted(parse)
    lot = each(remembered(lambda text: str(plain(text))))
    return ColumnKind(lambda _: parse, lambda _: plain, lambda _: lot)


_names = shorter_than(NAME_LONGEST)
NAME: Final = ColumnKind(lambda _: parse_name, lambda _: plain_name, lambda _: _names)
"""Names that are another in each row, as ids are."""
_plain_code = remembered(plain_name)
CODE: Final = ColumnKind(lambda _: parse_name, lambda _: _plain_code, lambda _: _names)
"""Names that many rows share."""
_plain_text = remembered(plain_text)
TEXT: Final = ColumnKind(lambda _: parse_text, lambda _: _plain_text, lambda _: as_they_are)
"""Texts for people."""
INFORMATION: Final = ColumnKind(lambda _: parse_information, lambda _: plain_text, lambda _: as_they_are)
"""Texts for residents, of several lines perhaps; too long to keep."""
LINK: Final = ColumnKind(lambda _: parse_link, lambda _: plain_link, lambda _: each(plain_link))
RESIDENT: Final = ColumnKind(attrgetter("resident"), attrgetter("plain_resident"), attrgetter("plain_residents"))
TIME: Final = ColumnKind(
    attrgetter("start"), attrgetter("plain_start"), lambda parsers: each(parsers.plain_start), "BIGINT"
)
"""Starts and ends, which many rows share, and no date alone is."""
MOMENT: Final = ColumnKind(attrgetter("moment"), attrgetter("plain_moment"), attrgetter("plain_moments"), "BIGINT")
"""Instants that few rows share."""


class ImportColumn(NamedTuple):
    """A column of an import; `stored` is its field, unless the heading."""

    name: str
    kind: ColumnKind
    merge: Merge = Merge.SETS
    required: bool = False
    stored: str | None = None

    @property
    def field(self) -> str:
        """Name of the column in rows, tables and records."""
        return self.stored or self.name


_UNIT: Final = ColumnKind(attrgetter("unit"), attrgetter("plain_unit"), lambda parsers: each(parsers.plain_unit))
UNIT: Final = ImportColumn("unit", _UNIT, Merge.NAMES, required=True)


class ImportColumns:
    """An import's columns, in the contract's order.

    Of a row the unit is read first.
    """

    def __init__(self, *columns: ImportColumn) -> None:
        self.required = tuple(column.name for column in columns if column.required)
        self.optional = tuple(column.name for column in columns if not column.required)
        self.id_column = next((column.name for column in columns if column.kind is NAME), "")
        self.in_row = tuple(sorted(columns, key=lambda column: column is not UNIT))
        self._sayable = self.merged(Merge.CLEARS, Merge.KEEPS)

    def merged(self, *how: Merge) -> tuple[ImportColumn, ...]:
        """The columns that merge in one of these ways."""
        return tuple(column for column in self.in_row if column.merge in how)

    def read(self, row: Cells, parsers: CellParsers) -> list[Any]:
        """Values of the row's cells, `in_row`; None of empty or bad ones."""
        get = row.texts.get
        try:
            return [
                plain(text) if (text := get(name, "")) or required else None
                for name, plain, required in parsers.plain.get(self) or self._prepared(parsers)
            ]
        except LookupError:
            return self.read_at_length(row, parsers)

    def _prepared(self, parsers: CellParsers) -> list[tuple[str, CellParser[Any], bool]]:
        prepared = [(column.name, column.kind.plain(parsers), column.required) for column in self.in_row]
        parsers.plain[self] = prepared
        return prepared

    def read_at_length(self, row: Cells, parsers: CellParsers) -> list[Any]:
        """Read however the cells are written; the row gets their problems."""
        return [
            (row.required if column.required else row.optional)(column.name, column.kind.parser(parsers))
            for column in self.in_row
        ]

    def read_lot(self, cells: Mapping[str, Sequence[str]], count: int, parsers: CellParsers) -> list[Sequence[Any]]:
        """Values of so many rows' cells, `in_row`, by columns; None of empty cells.

        The texts are kept as they are (domain/text.py). Raises LookupError for any that is not plain.
        """
        return [_lot_of(column, cells.get(column.name), count, parsers) for column in self.in_row]

    def says(self, texts: Container[str], parsers: CellParsers) -> frozenset[str]:
        """Columns of the file whose absence would keep what is known."""
        says = parsers.says.get(self)
        if says is None:
            says = parsers.says[self] = frozenset(column.name for column in self._sayable if column.name in texts)
        return says

    def unsaid(self, row: Any) -> Iterator[str]:
        """Fields that stay as known: of missing columns and empty cells."""
        for column in self._sayable:
            empty_keeps = column.merge is Merge.KEEPS and getattr(row, column.field) is None
            if empty_keeps or column.name not in row.says:
                yield column.field


def _lot_of(column: ImportColumn, texts: Sequence[str] | None, count: int, parsers: CellParsers) -> Sequence[Any]:
    parse = column.kind.lot(parsers)
    if texts is not None and "" not in texts:
        return parse(texts)
    if column.required:
        raise LookupError
    if texts is None or not any(texts):
        return [None] * count
    found = iter(parse([text for text in texts if text]))
    return [next(found) if text else None for text in texts]
