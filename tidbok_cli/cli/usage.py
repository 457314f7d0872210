"""What Typer says of a wrong call, as the program's own errors: it says it in English only, and quotes what it got."""

from __future__ import annotations

import re
from typing import Any, Final

from tidbok_cli.errors import BadInput, Where

_WHERE: Final = r"Invalid value for (?P<where>'.+?')(?: \(env var: '.+?'\))?: "
_PATTERNS: Final = (
    ("usage.missing", r"Missing (?:argument|option|parameter) (?:'(?P<name>.+?)')\."),
    ("usage.misspelt_option", r"No such option: (?P<option>\S+) \(Possible options: (?P<nearest>.+)\)"),
    ("usage.no_such_option", r"No such option: (?P<option>\S+)"),
    ("usage.misspelt_command", r"No such command '(?P<name>.*)'\. Did you mean (?P<nearest>.+)\?"),
    ("usage.no_such_command", r"No such command '(?P<name>.*)'\."),
    ("usage.missing_command", r"Missing command\."),
    ("usage.extra_arguments", r"Got unexpected extra arguments?(?:\(s\))? \((?P<arguments>.*)\)"),
    ("usage.needs_value", r"Option '(?P<option>.+?)' requires (?:an argument|\d+ arguments)\."),
    ("usage.takes_no_value", r"Option '(?P<option>.+?)' does not take a value\."),
    ("usage.choice", _WHERE + r"'(?P<value>.*)' is not one of (?P<allowed>.*)\."),
    (
        "usage.not_a_number",
        _WHERE + r"'(?P<value>.*)' is not a valid int(?:eger)?(?: range)?\.",
    ),
    ("usage.out_of_range", _WHERE + r"(?P<value>.+) is not in the range (?P<range>.+)\."),
)


def told(error: Any) -> BadInput:
    """Typer's usage error as a BadInput."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return BadInput("usage.missing_command", command=error.ctx.command_path)
    command = error.ctx.command_path if getattr(error, "ctx", None) else "tidbok"
    message = " ".join(error.format_message().split())
    for code, pattern in _PATTERNS:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            params = {name: value.replace("'", "") for name, value in found.groupdict().items()}
            where = Where(column=params.pop("where", None))
            if where.column is None:
                params["command"] = command
            return BadInput(code, where=where, problems=(), **params)
    return BadInput("usage.other", detail=message, command=command)
