"""Edits of a unit file's keys outside its mappings; all else stays byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidbok_cli.exchange.toml_edit import (
    Changes,
    TextEdit,
    TomlValue,
    literal,
    present,
    with_edits,
    with_lines,
    with_value,
    without_key,
)
from tidbok_cli.exchange.toml_lines import Statement, statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def set_keys(text: str, changes: Changes) -> str:
    """Set keys of a sound file by path: `name`, `services.show`; None takes one away."""
    for table, told in _by_table(changes).items():
        text = _with_table(text, table, told)
    return text


def _by_table(changes: Changes) -> Mapping[str, Changes]:
    tables: dict[str, dict[str, TomlValue | None]] = {}
    for path, value in changes.items():
        table, _, key = path.rpartition(".")
        tables.setdefault(table, {})[key] = value
    return tables


def _with_table(text: str, table: str, told: Changes) -> str:
    found = list(statements(text))
    there = {each.path: each for each in found if not each.is_header}
    if table in there:
        return _with_inline(text, there[table], table, told)
    edits, added = [], {}
    for key, value in told.items():
        at = there.get(f"{table}.{key}".lstrip("."))
        if at is None:
            added[key] = value
        else:
            edits.append(without_key(text, at) if value is None else with_value(at, value))
    if new := present(added):
        edits.append(_addition(text, found, table, new))
    return with_edits(text, edits)


def _addition(text: str, found: list[Statement], table: str, new: Mapping[str, TomlValue]) -> TextEdit:
    """New keys of a table: below its last one, dotted where that is, else under a header of their own."""
    root = list(_root(found))
    lines = [f"{key} = {literal(value)}" for key, value in new.items()]
    if not table:
        return with_lines(text, root[-1], lines)
    if block := list(_block(found, table)):
        return with_lines(text, block[-1], lines)
    if dotted := [each for each in root if each.path.startswith(f"{table}.")]:
        return with_lines(text, dotted[-1], (f"{table}.{line}" for line in lines))
    before = list(_block(found, "services")) or root
    return with_lines(text, before[-1], ["", f"[{table}]", *lines])


def _root(found: list[Statement]) -> Iterator[Statement]:
    """Yield the keys before the first header, of which a unit has one at least."""
    for each in found:
        if each.is_header:
            return
        yield each


def _block(found: list[Statement], table: str) -> Iterator[Statement]:
    """Yield a table's header and its keys."""
    inside = False
    for each in found:
        if each.is_header:
            inside = each.path == table
        if inside:
            yield each


def _with_inline(text: str, at: Statement, table: str, told: Changes) -> str:
    import tomlkit

    document = tomlkit.parse(text[at.begin : at.end])
    entry: Any = document[table]
    entry.update(present(told))
    for key in told.keys() - present(told).keys():
        entry.pop(key, None)
    return text[: at.begin] + document.as_string() + text[at.end :]
