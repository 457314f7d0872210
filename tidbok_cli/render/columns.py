"""Columns, each said once for JSON, CSV, tables and help."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import IntEnum
from operator import attrgetter
from typing import Any, Final, NamedTuple

from tidbok_cli.domain.identity import mask
from tidbok_cli.domain.masks import masked
from tidbok_cli.domain.text import IDS, escaped
from tidbok_cli.domain.times import FOREVER, iso
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render.moments import clock

JsonObject = dict[str, Any]

Getter = Callable[[Any], Any]


class Rank(IntEnum):
    """Fate of a table's column on a narrow terminal."""

    NAME = 0
    """It says which row this is: never left out, and whole."""
    ORDINARY = 1
    """It folds."""
    LEAST = 2
    """It folds, and is the first to be left out."""


class Kind(NamedTuple):
    """How programs and people are given a value; without either, as is.

    `whole`: a table never folds or breaks it, or a list's items. `masked`: revealed, it is not passed to `write`.
    `least`: the least width of its column. `hyphens`: where it is long, a table may break it after those.
    """

    write: Getter | None = None
    tell: Getter | None = None
    whole: bool = False
    masked: bool = False
    least: int = 0
    hyphens: bool = False


class Column(NamedTuple):
    """One column of a list, or one key of an object.

    `get`: path of attributes, or function of the row; by default the key. `tell`: what the table shows of the row,
    where the kind does not say it. `title`: needed in tables only. `note`: the help's words about the key.
    """

    key: str
    title: str = ""
    get: str | Getter = ""
    kind: Kind = Kind()
    rank: Rank = Rank.ORDINARY
    tell: Getter | None = None
    whole: bool = False
    note: str = ""

    @property
    def is_whole(self) -> bool:
        """True where a table must neither fold nor break a value."""
        return self.whole or self.kind.whole or (self.rank is Rank.NAME and not self.kind.hyphens)

    def within(self, outer: Getter) -> Column:
        """This column, of a row that holds its row inside."""
        get, tell = self.value(), self.tell
        return self._replace(get=lambda row: get(outer(row)), tell=(lambda row: tell(outer(row))) if tell else None)

    def value(self) -> Getter:
        """A function that takes the value, as it is, from a row."""
        return self.get if callable(self.get) else attrgetter(self.get or self.key)

    def writer(self, *, reveal: bool) -> Getter:
        """A function that gives what programs read in a row."""
        get, write = self.value(), self.kind.write
        if write is None or (reveal and self.kind.masked):
            return get
        return lambda row: write(get(row))

    def teller(self, *, reveal: bool) -> Getter:
        """A function that gives what people read in a row."""
        tell = self._teller(reveal=reveal)
        return (lambda row: _escaped(tell(row))) if self.key in IDS else tell

    def _teller(self, *, reveal: bool) -> Getter:
        if self.tell is not None:
            return self.tell
        get, tell = self.value(), self.kind.tell
        return self.writer(reveal=reveal) if tell is None else lambda row: tell(get(row))


def _escaped(told: object) -> object:
    return escaped(told) if type(told) is str else told


class Listing(NamedTuple):
    """A list of rows, with columns for programs and for people.

    `each`: “for each booking”. `none`: what people read where there is no row. `shown`: keys of columns, or columns for
    people alone; without it, all.
    """

    each: str
    columns: tuple[Column, ...]
    shown: tuple[str | Column, ...] = ()
    none: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that programs read."""
        return tuple(column.key for column in self.columns)

    @property
    def table(self) -> tuple[Column, ...]:
        """The columns that people are shown."""
        by_key = {column.key: column for column in self.columns}
        return tuple(by_key[each] if isinstance(each, str) else each for each in self.shown) or self.columns

    def named(self, *shown: str | Column) -> Listing:
        """Return this list for people, of rows with names (domain/named.py), which say what HSA-ids do."""
        within = (column.within(_ROW) for column in self.columns)
        ranked = (column._replace(rank=Rank.LEAST, whole=True) if column.key == "unit" else column for column in within)
        return self._replace(columns=tuple(ranked), shown=shown)

    def described(self) -> str:
        """Text for a command's help: each key of a row."""
        keys = (f"{each.key} ({_(each.note)})" if each.note else each.key for each in self.columns)
        return f"{_(self.each)}: {', '.join(keys)}"


_ROW: Final = attrgetter("row")
CLINIC: Final = Column("clinic", _m("Clinic"), tell=lambda row: [row.clinic])
LABEL: Final = Column("label", _m("Label"), tell=lambda row: [row.label or ""])
"""For people, beside the HSA-id and the code."""


def recorder(columns: tuple[Column, ...], *, reveal: bool = False) -> Callable[[Any], JsonObject]:
    """Compile, once a list, a function from row to JSON object."""
    writers = [(column.key, column.writer(reveal=reveal)) for column in columns]
    return lambda row: {key: write(row) for key, write in writers}


def record(columns: tuple[Column, ...], row: object, *, reveal: bool = False) -> JsonObject:
    """The object for JSON of one row."""
    return recorder(columns, reveal=reveal)(row)


# ------------------------------------------------------------------------------------------- the kinds


def instant(seconds: int | None) -> str | None:
    """RFC 3339 with Stockholm's offset; None where unknown or not ended."""
    return None if seconds is None or seconds >= FOREVER else iso(seconds)


def resident(number: str, *, reveal: bool) -> str:
    """The person number, in full only where the caller asked for it."""
    return number if reveal else mask(number)


def coded(texts: Mapping[str, str]) -> Kind:
    """A code, told to people by its text."""
    return Kind(tell=lambda code: _(texts[code]) if code else "")


INSTANT: Final = Kind(instant, clock, whole=True)
WRITTEN_INSTANT: Final = Kind(instant)
"""An instant in RFC 3339 for people too, in lists for programs."""
ALIAS: Final = Kind(hyphens=True)
RESIDENT: Final = Kind(mask, whole=True, masked=True)
SAID: Final = Kind(lambda text: None if text is None else masked(text))
"""An actor or a purpose: a person number in it is no key, and is masked for programs too."""


def evidence(found: Mapping[str, object]) -> JsonObject:
    """Evidence with instants written out: keys in `_at`, `since` or `until`."""
    return dict(_written(found))


def _written(found: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for key, value in found.items():
        is_instant = key.endswith(("_at", "since", "until")) and isinstance(value, int)
        if key == "ended_by" and isinstance(value, str):
            yield key, masked(value)
        else:
            yield key, instant(value) if is_instant and isinstance(value, int) else value
