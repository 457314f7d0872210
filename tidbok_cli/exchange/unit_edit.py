"""Changing single mappings in a unit's file, with all else kept byte for byte (contract, `service map`, `unmap`).

Entries `[[care_service]]` are edited by the places of their keys: tomlkit moves a table that stands between two
entries, and takes the comment above an entry for the end of the one before. An inline array, whose inside has no
places, is left to tomlkit.
"""

import re
import tomllib
from collections.abc import Mapping
from itertools import dropwhile, takewhile
from typing import Any, Final

from tidbok_cli.exchange.toml_lines import Statement, statements

_ARRAY: Final = "care_service"
_BLANK_LINES = re.compile(r"(?:[ \t]*\r?\n)*")
_BLANK_LINES_AT_END = re.compile(r"(?<=\n)(?:[ \t]*\r?\n)+\Z")

Value = str | int | bool


def map_service(text: str, code: str, changes: Mapping[str, Value]) -> str:
    """The text of a sound unit file with the changes made to the entry of `code`, or with a new entry at its end."""
    entries = _entries(text)
    index = _index(entries, code)
    if index is not None and all(_same(entries[index].get(key), value) for key, value in changes.items()):
        return text
    if inline := _inline_array(text):
        return _with_inline(text, inline, index, {"code": code, **changes})
    if index is None:
        return _with_entry(text, {"code": code, **changes})
    for key, value in changes.items():
        if not _same(entries[index].get(key), value):
            text = _with_key(text, index, key, value)
    return text


def unmap_service(text: str, code: str) -> str | None:
    """The text of a sound unit file without the entry of `code`; None if it has none."""
    index = _index(_entries(text), code)
    if index is None:
        return None
    if inline := _inline_array(text):
        return _without_inline(text, inline, index)
    header, keys = _entry(text, index)
    return _closed(text[: _line_begin(text, header.begin)], text[_line_end(text, keys[-1].end) :])


def _entries(text: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = tomllib.loads(text.removeprefix("\ufeff")).get(_ARRAY, [])
    return entries


def _index(entries: list[dict[str, Any]], code: str) -> int | None:
    return next((index for index, entry in enumerate(entries) if entry.get("code") == code), None)


def _same(now: Any, wanted: Value) -> bool:
    return bool(now == wanted) and isinstance(now, bool) is isinstance(wanted, bool)


# ------------------------------------------------------------------------ entries with headers of their own


def _entry(text: str, index: int) -> tuple[Statement, list[Statement]]:
    """The header of an entry and its keys, of which `code` is one."""
    path = f"{_ARRAY}.{index}"
    rest = dropwhile(lambda statement: statement.path != path, statements(text))
    return next(rest), list(takewhile(lambda statement: not statement.is_header, rest))


def _with_key(text: str, index: int, key: str, value: Value) -> str:
    """The value put in the place of the key's present one, or on a line of its own after the entry's last key."""
    header, keys = _entry(text, index)
    for statement in keys:
        if statement.path == f"{header.path}.{key}":
            return text[: statement.value] + _literal(value) + text[statement.end :]
    last = keys[-1]
    indent = text[_line_begin(text, last.begin) : last.begin]
    end = _line_end(text, last.end)
    return f"{_ended(text[:end])}{indent}{key} = {_literal(value)}{_newline(text)}{text[end:]}"


def _with_entry(text: str, content: Mapping[str, Value]) -> str:
    """The entry added at the end, where it is legal whatever stands before, after an empty line."""
    newline = _newline(text)
    before = _ended(text)
    if not _BLANK_LINES_AT_END.search(before):
        before += newline
    lines = [f"[[{_ARRAY}]]", *(f"{key} = {_literal(value)}" for key, value in content.items())]
    return before + "".join(line + newline for line in lines)


def _closed(before: str, after: str) -> str:
    """What stood before and after an entry, without the empty lines that set it off.

    A comment above the entry stays, and stays apart from what comes next.
    """
    if not after.strip():
        return _BLANK_LINES_AT_END.sub("", before) + after
    if not before or _BLANK_LINES_AT_END.search(before):
        return before + _BLANK_LINES.sub("", after, count=1)
    return before + after


def _literal(value: Value) -> str:
    import tomlkit

    return tomlkit.item(value).as_string()


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + _newline(text)


def _line_begin(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1


def _line_end(text: str, offset: int) -> int:
    return text.find("\n", offset) + 1 or len(text)


# ------------------------------------------------------------------------------------------ an inline array


def _inline_array(text: str) -> Statement | None:
    return next((each for each in statements(text) if each.path == _ARRAY and not each.is_header), None)


def _with_inline(text: str, array: Statement, index: int | None, content: Mapping[str, Value]) -> str:
    import tomlkit

    document = tomlkit.parse(text[array.begin : array.end])
    entries: Any = document[_ARRAY]
    if index is None:
        entry = tomlkit.inline_table()
        entry.update(content)
        entries.append(entry)
    else:
        changes = {key: value for key, value in content.items() if not _same(entries[index].get(key), value)}
        entries[index].update(changes)
    return text[: array.begin] + document.as_string() + text[array.end :]


def _without_inline(text: str, array: Statement, index: int) -> str:
    import tomlkit

    document = tomlkit.parse(text[array.begin : array.end])
    entries: Any = document[_ARRAY]
    del entries[index]
    return text[: array.begin] + document.as_string() + text[array.end :]
