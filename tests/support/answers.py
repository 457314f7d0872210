"""Answers of commands with `-o json`, whole or in part."""

import json
from collections.abc import Callable
from typing import Any

from support.command_line import Ran

Golden = Callable[[str, str], None]
"""Holds a text against a file of tests/golden."""


def error(ran: Ran) -> dict[str, Any]:
    """The error that stands last on standard error."""
    found: dict[str, Any] = json.loads(ran.err.splitlines()[-1])["error"]
    return found


def report(**counts: int) -> dict[str, Any]:
    """`tidbok.import/1`, whole."""
    names = ("created", "updated", "unchanged", "rejected", "without_effect", "summons", "events")
    return {"schema": "tidbok.import/1"} | dict.fromkeys(names, 0) | counts
