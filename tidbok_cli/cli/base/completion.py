"""Answers to a shell that completes a line.

Typer's own load rich, which is slow, and under zsh hand names out of the store to `eval`.
"""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.cli.base.typer_private import completed_parameter, split_arg_string
from tidbok_cli.domain.masks import without_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHOICES: Final = re.compile(r"[a-z_]+(\|[a-z_]+)+")
"""Metavar of an option with choices, which names them."""

_PLAIN: Final = re.compile(r"[\w .:@+=-]+")
"""Names that every shell takes as they are, within quotation marks too."""

_OTHER_QUOTATION: Final = re.compile(r"""\$['"({]|`""")

_CURSOR: Final = "\ufffc"


def line() -> str:
    """Command line as far as the cursor."""
    return os.environ.get("_TYPER_COMPLETE_ARGS", "")


def answer(root: Any, asked: str, place: Callable[..., object]) -> str:
    """Candidates, one a line, as the asking shell (`complete_bash`) takes them.

    `place` makes the context from the options --config and --store.
    """
    form = _FORMS[asked.removeprefix("complete_")]
    return "\n".join(filter(None, (form(value, told) for value, told in _candidates(root, place))))


def _candidates(root: Any, place: Callable[..., object]) -> Iterator[tuple[str, str]]:
    """Words that may stand at the cursor, each once, with their descriptions.

    Left out: what looks like a person number, and what no shell takes on one line.
    """
    *arguments, word = split_arg_string(line() + _CURSOR)[1:]
    word = word.removesuffix(_CURSOR)
    parameter, context, begun = completed_parameter(root, place, arguments, word)
    option = word.removesuffix(begun) if word.startswith("--") else ""
    for value, told in _offered(parameter, context, begun).items():
        if value.isprintable() and without_numbers(value) == value:
            yield option + value, _one_line(told or "")


def _offered(parameter: Any, context: Any, begun: str) -> dict[str, str | None]:
    metavar = getattr(parameter, "metavar", None) or ""
    if CHOICES.fullmatch(metavar):
        return {choice: None for choice in metavar.split("|") if choice.startswith(begun)}
    return {item.value: item.help for item in parameter.shell_complete(context, begun)}


def _one_line(told: str) -> str:
    """First paragraph on one line, without anything that a terminal would obey."""
    first = told.partition("\n\n")[0]
    return "".join(filter(str.isprintable, " ".join(str(without_numbers(first)).split())))


def _bash(value: str, told: str) -> str:
    """Quoted value; in a quotation begun, which bash ends, a plain one bare, and no other: bash would obey it."""
    if not _in_quotation(line()):
        return shlex.quote(value)
    return value if _PLAIN.fullmatch(value) else ""


def _in_quotation(text: str) -> bool:
    """Whether the text ends in a quotation, or in what only bash can tell."""
    try:
        shlex.split(text)
    except ValueError:
        return True
    return _OTHER_QUOTATION.search(text) is not None


def _zsh(value: str, told: str) -> str:
    """`value:told`, as _describe takes it."""
    escaped = value.replace("\\", "\\\\").replace(":", "\\:")
    return f"{escaped}:{told}" if told else escaped


def _fish(value: str, told: str) -> str:
    return f"{value}\t{told}" if told else value


_FORMS: Final = {"bash": _bash, "zsh": _zsh, "fish": _fish}
