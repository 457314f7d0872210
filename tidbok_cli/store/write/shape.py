"""The tables' shapes, for the read side, which loads no tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import TypeDecorator

from tidbok_cli.domain.store import TableShape
from tidbok_cli.store.tables import Unit

if TYPE_CHECKING:
    from sqlalchemy import Column, Table


def _types(column: Column[object]) -> frozenset[type]:
    """Types of a column's values as the drivers give them.

    A truth value is a number in SQLite.
    """
    declared = column.type
    kind = (declared.impl_instance if isinstance(declared, TypeDecorator) else declared).python_type
    return frozenset({kind} | ({int} if kind is bool else set()) | ({type(None)} if column.nullable else set()))


def shape_of(table: Table) -> TableShape:
    columns = {column.name: _types(column) for column in table.columns}
    return TableShape(table.name, columns, tuple(column.name for column in table.primary_key))


SHAPES: Final = tuple(map(shape_of, Unit.metadata.sorted_tables))
