"""Places of keys in a TOML text, which no TOML library tells.

Only for texts that `tomllib` has accepted: nothing wrong need be recognised.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_PART: Final = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_HEAD = re.compile(rf"(\[\[?)?[ \t]*({_PART}(?:[ \t]*\.[ \t]*{_PART})*)[ \t]*(?:=|\]\]?)[ \t]*")
_PARTS = regex(_PART)
_TOKEN = re.compile(
    r"""
      \"{3}(?:[^\\]|\\.)*?\"{3,5} | '{3}.*?'{3,5} | "(?:[^"\\]|\\.)*" | '[^']*'
    | \r?\n | \#[^\r\n]* | [ \t\ufeff]+ | [\[\]{}]
    | [^\s"'\#\[\]{}]+(?:[ \t]+[^\s"'\#\[\]{}]+)*
    """,
    re.DOTALL | re.VERBOSE,
)
"""Strings, line ends, comments, blanks or byte order marks, brackets, the rest."""


class Statement(NamedTuple):
    """Header or key: `text[begin:end]`, with its value in `text[value:end]`, empty for headers."""

    path: str
    line: int
    begin: int
    value: int
    end: int
    is_header: bool


def key_lines(text: str) -> dict[str, int]:
    """Lines, from 1, by dotted path; entries of arrays count from 0.

    A table that is only implied (`a` by `[a.b]`) stands where it first is. Keys inside inline values have no line.
    """
    lines: dict[str, int] = {}
    for statement in statements(text):
        lines[statement.path] = statement.line
        above = statement.path.rpartition(".")[0]
        while above and above not in lines:
            lines[above] = statement.line
            above = above.rpartition(".")[0]
    return lines


def statements(text: str) -> Iterator[Statement]:
    """Yield headers and keys in order."""
    table = ""
    entries: dict[str, int] = {}
    for line, begin, end in _spans(text):
        head = _HEAD.match(text, begin)
        assert head is not None, "tomllib accepts no other statement"
        names = _names(head[2])
        if head[1] is None:
            yield Statement(_joined(table, *names), line, begin, head.end(), end, is_header=False)
            continue
        table = _table(names, entries, in_array=head[1] == "[[")
        yield Statement(table, line, begin, end, end, is_header=True)


def _spans(text: str) -> Iterator[tuple[int, int, int]]:
    """Line, begin and end of each statement, without the comment after it."""
    line, depth, first, begin, end = 1, 0, 1, -1, -1
    for token in _TOKEN.finditer(text):
        piece = token[0]
        if piece[0] in " \t\ufeff#":
            continue
        if piece[0] in "\r\n":
            if depth == 0 and begin >= 0:
                yield first, begin, end
                begin = -1
            line += 1
            continue
        if begin < 0:
            first, begin = line, token.start()
        end = token.end()
        depth += (piece in "[{") - (piece in "]}")
        line += piece.count("\n")
    if begin >= 0:
        yield first, begin, end


def _table(names: list[str], entries: dict[str, int], *, in_array: bool) -> str:
    """Path that a header opens; `entries` holds each array's latest number."""
    path = ""
    for name in names[:-1]:
        path = _joined(path, name)
        if path in entries:
            path = _joined(path, str(entries[path]))
    path = _joined(path, names[-1])
    if not in_array:
        return path
    entries[path] = entries.get(path, -1) + 1
    return _joined(path, str(entries[path]))


def _joined(*names: str) -> str:
    return ".".join(filter(None, names))


def _names(key: str) -> list[str]:
    """Names of which a key is made; most keys are one name, neither quoted nor dotted."""
    return [key] if key.isidentifier() else [_name(part) for part in _PARTS.findall(key)]


def _name(part: str) -> str:
    """Name that a part of a key stands for, quoted or bare."""
    if part[0] not in "\"'":
        return part
    import tomllib

    return next(iter(tomllib.loads(f"{part} = 0")))
