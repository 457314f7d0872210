"""The problems that every TOML file of ours can have, whoever reads it.

What was expected is written as TOML writes it, so that it needs no translation.
"""

from collections.abc import Iterable
from typing import Final

from tidbok_cli.errors import Problem, Where

TEXT: Final = '"…"'
TEXTS: Final = '["…", "…"]'
FLAG: Final = "true | false"
WHOLE_NUMBER: Final = "0, 1, 2, …"


def unknown_key(key: str, allowed: Iterable[str], where: Where) -> Problem:
    """A key that the table does not have; `toml.misspelt_key` where one that it has is `nearest`."""
    from difflib import get_close_matches

    names = sorted(allowed)
    params = {"key": key, "allowed": ", ".join(names)}
    nearest = get_close_matches(key.lower(), names, n=1)
    if nearest:
        return Problem("toml.misspelt_key", {**params, "nearest": nearest[0]}, where)
    return Problem("toml.unknown_key", params, where)


def missing_key(key: str, where: Where) -> Problem:
    return Problem("toml.missing_key", {"key": key}, where)


def wrong_type(key: str, expected: str, where: Where) -> Problem:
    """`expected` is written as in a file: one of the constants above, `[table]` or `[[array_of_tables]]`."""
    return Problem("toml.wrong_type", {"key": key, "expected": expected}, where)


def not_allowed(key: str, allowed: Iterable[str], where: Where) -> Problem:
    """A value that is none of those that the key may have."""
    return Problem("toml.not_allowed", {"key": key, "allowed": ", ".join(allowed)}, where)


def in_line_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.where.line or 0))


def has_error(problems: Iterable[Problem]) -> bool:
    return any(not problem.warning for problem in problems)
