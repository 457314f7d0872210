"""Rows of large imports, in lots: a column at a time where all of a lot is plain.

A lot that is doubted is halved, and its last few rows are read one by one: only there problems are told.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from tidbok_cli.exchange.records import LOT
from tidbok_cli.exchange.rows import TableRows
from tidbok_cli.workflows.import_places import PlacedRows, UnitNamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tidbok_cli.errors import Problem
    from tidbok_cli.exchange.records import RowLot
    from tidbok_cli.exchange.rows import FileRow, LotCells
    from tidbok_cli.store.write.import_rows import StagedColumns, StagedTuple
    from tidbok_cli.workflows.import_rows import FileRows

V = TypeVar("V", bound=UnitNamed)

_FEW: Final = 8


class Staging(Generic[V]):
    """Rows of one file on their way to a staging table.

    `one_by_one` makes the table's rows of good ones; `at_once` its columns after the first three of a lot's values.
    """

    def __init__(
        self,
        placed: PlacedRows[V],
        one_by_one: Callable[[Iterable[V]], Iterable[StagedTuple]],
        at_once: Callable[[LotCells, list[Sequence[Any]]], Iterable[Sequence[object]]],
    ) -> None:
        self._placed, self._one_by_one, self._at_once = placed, one_by_one, at_once

    def lots(self, rows: FileRows) -> Iterator[StagedColumns]:
        """Columns of the good rows' lots, in the file's order."""
        if isinstance(rows.source, TableRows):
            for lot in rows.lots(rows.source):
                yield from self._lot(rows.source, lot)
        else:
            yield from self._carefully(rows)
        self._placed.finish()

    def _lot(self, table: TableRows, lot: RowLot) -> Iterator[StagedColumns]:
        columns = self._plainly(table, lot)
        if columns is not None:
            yield columns
        elif len(lot.lines) <= _FEW:
            yield from self._carefully(table.rows_of(lot))
        else:
            for half in lot.halves:
                yield from self._lot(table, half)

    def _plainly(self, table: TableRows, lot: RowLot) -> StagedColumns | None:
        """The columns of a lot without any doubt."""
        parsed, lines = self._placed.parsed, lot.lines
        cells, parse = table.plain_cells(lot), parsed.read.kind.parse_lot
        if cells is None or parse is None:
            return None
        try:
            units, *values = parse(cells, len(lines), parsed.parsers)
            more = self._at_once(cells, values)
            places = self._placed.places(units)
        except LookupError:
            return None
        return [parsed.pass_on(cells, lines), lines, places, *more]

    def _carefully(self, rows: Iterable[FileRow | Problem]) -> Iterator[StagedColumns]:
        staged = iter(self._one_by_one(self._placed.good(rows)))
        while lot := list(islice(staged, LOT)):
            yield list(zip(*lot, strict=True))
