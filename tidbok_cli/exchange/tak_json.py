"""JSON from TAK and its API, and the values in it: each as it must be, or what is wrong with it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.domain.times import FIRST, FOREVER, parse_instant
from tidbok_cli.errors import Problem, Where

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNKEPT: Final = re.compile("[\0\ud800-\udfff]")
"""Halves of characters, which no database keeps, and NUL, which PostgreSQL does not."""


class Wrong(Exception):
    """A value that is not as it must be, or a reference to nothing."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.problem = Problem(code, params)


def read_json(content: bytes, file: str) -> Parsed[Any]:
    """What the JSON says, in a list of one, since that may be null."""
    try:
        return Parsed([json.loads(content.decode("utf-8-sig"))])
    except UnicodeDecodeError:
        return Parsed(None, (Problem("json.not_utf8", {}, Where(file)),))
    except json.JSONDecodeError as error:
        return Parsed(None, (Problem("json.malformed", {"column": error.colno}, Where(file, error.lineno)),))
    except (RecursionError, ValueError):
        return Parsed(None, (Problem("json.too_large", {}, Where(file)),))


def an_object(value: Any, name: str) -> dict[str, Any]:
    """The value; raises Wrong where it is no object."""
    if not isinstance(value, dict):
        raise Wrong("tak.not_an_object", name=name)
    return value


def a_list(value: Any, name: str) -> list[dict[str, Any]]:
    """The value; raises Wrong where it is no list of objects."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise Wrong("tak.not_a_list", name=name)
    return value


def text(entity: Mapping[str, Any], key: str, name: str) -> str:
    """A text that an entity must have; raises Wrong."""
    value = optional_text(entity, key, name)
    if not value:
        raise Wrong("tak.missing", name=name, key=key)
    return value


def optional_text(entity: Mapping[str, Any], key: str, name: str) -> str | None:
    """A text that an entity may have; raises Wrong for anything else, and for text that no store can keep."""
    value = entity.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or _UNKEPT.search(value):
        raise Wrong("tak.not_text", name=name, key=key)
    return value


def instant(entity: Mapping[str, Any], key: str, name: str) -> int:
    """A time that an entity must have; one beyond all calendars of ours is ever or forever. Raises Wrong."""
    written = text(entity, key, name)
    value, problems = parse_instant(written)
    if value is not None:
        return value
    if problems[0].code == "time.out_of_range":
        return FIRST if written < "1900" else FOREVER
    raise Wrong("tak.bad_time", name=name, key=key)
