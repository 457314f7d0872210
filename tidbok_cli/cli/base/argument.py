"""The door of arguments: texts in NFC, without what nobody sees (domain, *Text*)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.errors import BadInput, Where

if TYPE_CHECKING:
    from collections.abc import Mapping

_AS_THEY_ARE: Final = ("FILE", "DIR", "URL", "SHEET", "RESIDENT")
"""Names that the system or a workbook gave, and person numbers, whose own refusal never repeats them."""
_TEXTS: Final = ("TEXT", "NAME")
"""Names of people and clinics, and texts: spaces of any kind are theirs."""
_MANY: Final = "[]…"
_RECORDED: Final = ("--purpose", "TIDBOK_ACTOR", "TIDBOK_PURPOSE", "TIDBOK_RUN_ID")
"""Texts that the audit keeps: one line each, without control characters."""
_FILES: Final = ("TIDBOK_CONFIG", "TIDBOK_STORE")


def received(kind: str | None, name: str, given: Any) -> Any:
    """Return an argument's texts in NFC; raises BadInput, with its name, for what nobody sees in them.

    `kind`: its metavar.
    """
    kind = (kind or "").strip(_MANY)
    if kind in _AS_THEY_ARE:
        return given
    if isinstance(given, (list, tuple)):
        return [received(kind, name, each) for each in given]
    return _seen(given, name.strip(_MANY), is_text=kind in _TEXTS) if type(given) is str else given


def expect_seen(variables: Mapping[str, str]) -> None:
    """Raise BadInput for what nobody sees in one of the program's variables."""
    for name, value in variables.items():
        if name.startswith("TIDBOK_") and name not in _FILES:
            _seen(value, name, is_text=True)


def _seen(text: str, name: str, *, is_text: bool) -> str:
    """The text in NFC; `is_text`: of any spaces, and its ends of lines are for the command to judge."""
    if text.isascii() and text.isprintable() and "\\" not in text:
        return text
    from tidbok_cli.domain.masks import without_numbers
    from tidbok_cli.domain.text import composed, escaped, has_control, other_space, unseen

    def refusal(code: str, character: str = "") -> BadInput:
        return BadInput(code, where=Where(column=name), text=escaped(str(without_numbers(text))), character=character)

    if (not is_text or name in _RECORDED) and has_control(text):
        raise refusal("argument.control_character")
    if character := unseen(text):
        raise refusal("argument.unseen_character", character=character)
    if not is_text and (character := other_space(text)):
        raise refusal("argument.other_space", character=character)
    return composed(text)
