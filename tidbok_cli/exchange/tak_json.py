"""JSON from TAK and its API, with its values checked."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.domain.cells import NAME_LONGEST
from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.domain.text import composed
from tidbok_cli.domain.times import FIRST, FOREVER, parse_instant
from tidbok_cli.errors import Problem, Where
from tidbok_cli.exchange.file_bytes import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNKEPT: Final = re.compile("[\0\ud800-\udfff]")
"""Surrogates, which no database keeps, and NUL, which PostgreSQL does not."""
_OFFSET: Final = re.compile(r"(?<=:[0-9]{2})([.0-9]*[+-][0-9]{2})([0-9]{2})")
"""An offset as TAK writes it, without a colon."""


class Wrong(Exception):
    """Wrong value, or reference to nothing."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.problem = Problem(code, params)


def read_json(content: bytes, file: str) -> Parsed[Any]:
    """Parse JSON into a list of one, since it may be null."""
    try:
        return Parsed([json.loads(text_of(content))])
    except UnicodeDecodeError:
        return Parsed(None, (Problem("json.not_utf8", {}, Where(file)),))
    except json.JSONDecodeError as error:
        return Parsed(None, (Problem("json.malformed", {"column": error.colno}, Where(file, error.lineno)),))
    except (RecursionError, ValueError):
        return Parsed(None, (Problem("json.too_large", {}, Where(file)),))


def an_object(value: Any, name: str) -> dict[str, Any]:
    """Return the value; raises Wrong where it is no object."""
    if not isinstance(value, dict):
        raise Wrong("tak.not_an_object", name=name)
    return value


def a_list(value: Any, name: str) -> list[dict[str, Any]]:
    """Return the value; raises Wrong where it is no list of objects."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise Wrong("tak.not_a_list", name=name)
    return value


def text(entity: Mapping[str, Any], key: str, name: str) -> str:
    """Text that an entity must have; raises Wrong."""
    value = optional_text(entity, key, name)
    if not value:
        raise Wrong("tak.missing", name=name, key=key)
    return value


def short(value: str, key: str, name: str) -> str:
    """Return a text that names something; raises Wrong where it is too long for an index."""
    if len(value) > NAME_LONGEST:
        raise Wrong("tak.too_long", name=name, key=key, most=NAME_LONGEST)
    return value


def optional_text(entity: Mapping[str, Any], key: str, name: str) -> str | None:
    """Text that an entity may have; raises Wrong where it is unstorable."""
    value = entity.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or _UNKEPT.search(value):
        raise Wrong("tak.not_text", name=name, key=key)
    return composed(value)


def instant(entity: Mapping[str, Any], key: str, name: str) -> int:
    """Time that an entity must have; FIRST or FOREVER beyond our calendars.

    Raises Wrong.
    """
    moment = _moment(text(entity, key, name))
    if moment is None:
        raise Wrong("tak.bad_time", name=name, key=key)
    return moment


@lru_cache(maxsize=4096)
def _moment(written: str) -> int | None:
    """Parse a time, remembered: an export has hundreds of thousands, and few are different."""
    value, problems = parse_instant(_OFFSET.sub(r"\1:\2", written))
    if value is None and problems[0].code == "time.out_of_range":
        return FIRST if written < "1900" else FOREVER
    return value
