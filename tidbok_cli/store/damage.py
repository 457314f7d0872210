"""Errors that a damaged store causes, told from all others."""

from __future__ import annotations

import sqlite3
from typing import Final

_NOT_DAMAGE: Final = tuple(f"SQLITE_{name}" for name in ("BUSY", "LOCKED", "CANTOPEN", "READONLY", "FULL", "INTERRUPT"))

_BAD_READING: Final = tuple(f"SQLITE_IOERR_{name}" for name in ("READ", "SHORT_READ", "DATA", "CORRUPTFS"))

_MISSING: Final = ("no such table", "no such column")

_MISSING_CODES: Final = {"42P01": _MISSING[0], "42703": _MISSING[1]}

_ELSEWHERE: Final = ("08", "25", "40", "42501", "53", "55", "57")
"""Classes of PostgreSQL's errors that have other causes: connections, locks, rights, room."""

_NOT_UTF8: Final = "a text that is not UTF-8"

NO_TABLE: Final = _MISSING[0]


def damage_of(error: Exception) -> str | None:
    """Name the damage in SQLite's or PostgreSQL's terms; None for another error.

    Never the driver's sentence, in which a damaged text may stand.
    """
    if isinstance(error, sqlite3.Error):
        return _damage_of_sqlite(error)
    if state := getattr(error, "sqlstate", None):
        return None if state.startswith(_ELSEWHERE) else _MISSING_CODES.get(state, state)
    if isinstance(error, UnicodeDecodeError):
        return _NOT_UTF8
    values = (ValueError, TypeError, ArithmeticError, LookupError, MemoryError)
    return f"a value that cannot be ({type(error).__name__})" if isinstance(error, values) else None


def _damage_of_sqlite(error: sqlite3.Error) -> str | None:
    name = getattr(error, "sqlite_errorname", None)
    if name is None:  # Python's own: it could not read a text
        return _NOT_UTF8
    if name.startswith(_NOT_DAMAGE) or (name.startswith("SQLITE_IOERR_") and name not in _BAD_READING):
        return None
    return next((words for words in _MISSING if str(error).startswith(words)), str(name))


def is_refused_value(error: Exception) -> bool:
    """Tell whether a constraint or type of the database refused a row."""
    return any(kind.__name__ in ("IntegrityError", "DataError") for kind in type(error).__mro__)
