"""Texts as they are kept: in NFC, and without what nobody sees (domain, *Text*)."""

from __future__ import annotations

import unicodedata
from typing import Final

from tidbok_cli.domain.regex import regex

_CONTROL: Final = regex(r"[\x00-\x1f\x7f-\x9f]")
_UNSEEN: Final = frozenset(("Cf", "Zl", "Zp"))
"""Categories of characters without width, of those that turn the direction, and of ends of lines."""


def composed(text: str) -> str:
    """The text in NFC: an å of two characters becomes one."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def decomposed(text: str) -> str:
    """The text in NFD, as older stores may have it."""
    return text if text.isascii() else unicodedata.normalize("NFD", text)


def is_plain(text: str) -> bool:
    """Whether the text is kept as it is: composed, all of it printable, with ordinary spaces."""
    return text.isprintable() and (text.isascii() or unicodedata.is_normalized("NFC", text))


def has_control(text: str) -> bool:
    """Whether the text has control characters."""
    return not text.isprintable() and _CONTROL.search(text) is not None


def unseen(text: str) -> str | None:
    """Name the first character that nobody sees."""
    return None if text.isprintable() else _first(text, _UNSEEN)


def other_space(text: str) -> str | None:
    """Name the first space that is not the ordinary one."""
    return None if text.isprintable() else _first(text.replace(" ", ""), frozenset(("Zs",)))


def not_ascii(text: str) -> str | None:
    """Name the first character that is not of ASCII, as a hyphen that only looks like one."""
    return next((_named(sign) for sign in text if not sign.isascii()), None)


def doubt_of(text: str, *, is_id: bool) -> str | None:
    """Say in English why no door takes the text any more, if so; in an id or code also for its spaces."""
    if not unicodedata.is_normalized("NFC", text):
        return "not in NFC"
    return unseen(text) or ("control character" if has_control(text) else other_space(text) if is_id else None)


def escaped(text: str) -> str:
    """The text with an escape for what nobody sees, spaces of other kinds, and marks apart from their letters."""
    if is_plain(text):
        return text
    apart = not unicodedata.is_normalized("NFC", text)
    return "".join(_escape(each) if apart and unicodedata.combining(each) else _seen(each) for each in text)


def _seen(sign: str) -> str:
    return sign if sign.isprintable() else _escape(sign)


def _escape(sign: str) -> str:
    return sign.encode("unicode_escape").decode()


def _first(text: str, categories: frozenset[str]) -> str | None:
    return next((_named(sign) for sign in text if unicodedata.category(sign) in categories), None)


def _named(sign: str) -> str:
    """A character by number and name, `U+200B ZERO WIDTH SPACE`."""
    return f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".rstrip()
