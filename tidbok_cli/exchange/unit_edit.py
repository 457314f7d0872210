"""Edits of mappings in unit files; all else stays byte for byte.

Entries `[[care_service]]` are edited in place: tomlkit moves tables between them, and takes the comment above one for
the end of the entry before. Inline arrays are left to tomlkit. The text is scanned once, however many codes change.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tidbok_cli.exchange.toml_edit import (
    Changes,
    TextEdit,
    TomlValue,
    line_begin,
    line_end,
    literal,
    newline_of,
    present,
    with_edits,
    with_lines,
    with_value,
    without_key,
)
from tidbok_cli.exchange.toml_lines import Statement, statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_ARRAY: Final = "care_service"
_BLANK_LINES = re.compile(r"(?:[ \t]*\r?\n)*")
_BLANK_LINES_AT_END = re.compile(r"(?<=\n)(?:[ \t]*\r?\n)+\Z")


def map_service(text: str, code: str, changes: Mapping[str, TomlValue]) -> str:
    """Change the entry of `code` in a sound file, or add one."""
    return map_services(text, {code: changes})


def map_services(text: str, table: Mapping[str, Changes]) -> str:
    """Change or add entries by code; new ones come last, in order."""
    entries = _entries(text)
    places = {entry.get("code"): place for place, entry in enumerate(entries)}
    changed = {places[code]: _news(entries[places[code]], told) for code, told in table.items() if code in places}
    added = [{"code": code, **present(told)} for code, told in table.items() if code not in places]
    if inline := _inline_array(text):
        return _with_inline(text, inline, changed, added) if added or any(changed.values()) else text
    blocks = _blocks(text) if any(changed.values()) else []
    edits = [edit for place, news in changed.items() if news for edit in _edits(text, blocks[place], news)]
    return _with_entries(with_edits(text, edits), added)


def unmap_service(text: str, code: str) -> str | None:
    """Take the entry of `code` from a sound file; None without one."""
    index = _index(_entries(text), code)
    if index is None:
        return None
    if inline := _inline_array(text):
        return _without_inline(text, inline, index)
    header, keys = _blocks(text)[index]
    return _closed(text[: line_begin(text, header.begin)], text[line_end(text, keys[-1].end) :])


def _entries(text: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = tomllib.loads(text.removeprefix("\ufeff")).get(_ARRAY, [])
    return entries


def _index(entries: list[dict[str, Any]], code: str) -> int | None:
    return next((index for index, entry in enumerate(entries) if entry.get("code") == code), None)


def _news(entry: Mapping[str, Any], told: Changes) -> dict[str, TomlValue | None]:
    """Changes that are not so already."""
    return {key: value for key, value in told.items() if not _same(entry.get(key), value)}


def _same(now: Any, wanted: TomlValue | None) -> bool:
    return bool(now == wanted) and isinstance(now, bool) is isinstance(wanted, bool)


# ------------------------------------------------------------------------ entries with headers of their own


class _Block(NamedTuple):
    """Header and keys of an entry, `code` among them."""

    header: Statement
    keys: list[Statement]


def _blocks(text: str) -> list[_Block]:
    """Entries in order."""
    found: list[_Block] = []
    inside = False
    for statement in statements(text):
        if statement.is_header:
            inside = statement.path == f"{_ARRAY}.{len(found)}"
            if inside:
                found.append(_Block(statement, []))
        elif inside:
            found[-1].keys.append(statement)
    return found


def _edits(text: str, block: _Block, news: Changes) -> Iterator[TextEdit]:
    """Edits of an entry: values replaced, keys removed, new ones last."""
    there = {statement.path.rpartition(".")[2]: statement for statement in block.keys}
    for key, value in news.items():
        if key in there:
            yield without_key(text, there[key]) if value is None else with_value(there[key], value)
    added = present({key: value for key, value in news.items() if key not in there})
    if added:
        yield with_lines(text, block.keys[-1], (f"{key} = {literal(value)}" for key, value in added.items()))


def _with_entries(text: str, added: Iterable[Mapping[str, TomlValue]]) -> str:
    """Add entries at the end, always legal there, after empty lines."""
    newline = newline_of(text)
    tables = [
        "".join(f"{line}{newline}" for line in (f"[[{_ARRAY}]]", *(f"{key} = {literal(entry[key])}" for key in entry)))
        for entry in added
    ]
    if not tables:
        return text
    before = _ended(text)
    if not _BLANK_LINES_AT_END.search(before):
        before += newline
    return before + newline.join(tables)


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + newline_of(text)


def _closed(before: str, after: str) -> str:
    """Join the text around a removed entry, without its empty lines.

    A comment above the entry stays, apart from what comes next.
    """
    if not after.strip():
        return _BLANK_LINES_AT_END.sub("", before) + after
    if not before or _BLANK_LINES_AT_END.search(before):
        return before + _BLANK_LINES.sub("", after, count=1)
    return before + after


# ------------------------------------------------------------------------------------------ an inline array


def _inline_array(text: str) -> Statement | None:
    return next((each for each in statements(text) if each.path == _ARRAY and not each.is_header), None)


def _with_inline(
    text: str, array: Statement, changed: Mapping[int, Changes], added: Iterable[Mapping[str, TomlValue]]
) -> str:
    import tomlkit

    document = tomlkit.parse(text[array.begin : array.end])
    entries: Any = document[_ARRAY]
    for place, news in changed.items():
        entries[place].update(present(news))
        for key in news.keys() - present(news).keys():
            del entries[place][key]
    for content in added:
        entry = tomlkit.inline_table()
        entry.update(content)
        entries.append(entry)
    return text[: array.begin] + document.as_string() + text[array.end :]


def _without_inline(text: str, array: Statement, index: int) -> str:
    import tomlkit

    document = tomlkit.parse(text[array.begin : array.end])
    entries: Any = document[_ARRAY]
    del entries[index]
    return text[: array.begin] + document.as_string() + text[array.end :]
