"""Texts as they are kept: in NFC, and without what nobody sees (domain, *Text*)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.regex import regex

if TYPE_CHECKING:
    import re

_CONTROL: Final = regex(r"[\x00-\x1f\x7f-\x9f]")
_UNSEEN: Final = frozenset(("Cf", "Zl", "Zp"))
"""Categories of characters without width, of those that turn the direction, and of ends of lines."""


def composed(text: str) -> str:
    """The text in NFC: an å of two characters becomes one."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def decomposed(text: str) -> str:
    """The text in NFD, as older stores may have it."""
    return text if text.isascii() else unicodedata.normalize("NFD", text)


_UNSEEN_SIGNS: Final = regex(
    r"[\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e01ef]"
)
"""What nobody sees, and variants of signs."""
_OTHERS: Final = regex(r"[\x00-\x1f\x7f-\xa0\u1680\u2000-\u200a\u202f\u205f\u3000\ud800-\udfff]")
"""Control characters, spaces other than the ordinary one, and what is no text."""
IDS: Final = frozenset(
    (
        *("booking", "booking_id", "slot", "slot_id", "basis", "basis_id", "summons", "id", "other"),
        *("code", "codes", "mapped_code", "care_type", "calendar", "booking_calendar", "replaces", "replaced_by"),
    )
)
"""Columns and parameters that hold an id or a code, in which any other space is told too."""
_ESCAPE: Final = regex(r"\\(?:u([0-9A-Fa-f]{4})|U(000[0-9A-Fa-f]{5}))")


def is_plain(text: str) -> bool:
    """Whether the text is kept as it is: composed, all of it printable, with ordinary spaces, and no escape."""
    return text.isprintable() and "\\" not in text and (text.isascii() or unicodedata.is_normalized("NFC", text))


def has_control(text: str) -> bool:
    """Whether the text has control characters."""
    return not text.isprintable() and _CONTROL.search(text) is not None


def unseen(text: str) -> str | None:
    """Name the first character that nobody sees, or whose escape stands there, as this program shows it."""
    text = _unescaped(text)
    return None if text.isprintable() else _first(text, _UNSEEN)


def other_space(text: str) -> str | None:
    """Name the first space that is not the ordinary one, or whose escape stands there."""
    text = _unescaped(text)
    return None if text.isprintable() else _first(text.replace(" ", ""), frozenset(("Zs",)))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), text) if "\\" in text else text


def has_space_around(text: str) -> bool:
    """Whether the text begins or ends with a space, which no table keeps."""
    return text.startswith(" ") or text.endswith(" ")


def not_ascii(text: str) -> str | None:
    """Name the first character that is not of ASCII, as a hyphen that only looks like one."""
    return next((_named(sign) for sign in text if not sign.isascii()), None)


def doubt_of(text: str, *, is_id: bool) -> str | None:
    """Say in English why no door takes the text any more, if so; in an id or code also for its spaces."""
    if not unicodedata.is_normalized("NFC", text):
        return "not in NFC"
    return unseen(text) or ("control character" if has_control(text) else other_space(text) if is_id else None)


def shown(text: str) -> str:
    """The text with an escape for what nobody sees."""
    return text if text.isprintable() and text.isascii() else _UNSEEN_SIGNS.sub(_escape, text)


def escaped(text: str) -> str:
    """An id or code with an escape also for control characters, and for spaces of other kinds."""
    return shown(text) if text.isprintable() else _OTHERS.sub(_escape, shown(text))


def apart(text: str) -> str:
    """The text with an escape also for marks that NFC joins to their letters."""
    return "".join(escape_of(each) if unicodedata.combining(each) else escaped(each) for each in text)


def escape_of(sign: str) -> str:
    """A sign as an escape, which Python and TOML read alike."""
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


def _escape(found: re.Match[str]) -> str:
    return escape_of(found[0])


def _first(text: str, categories: frozenset[str]) -> str | None:
    return next((_named(sign) for sign in text if unicodedata.category(sign) in categories), None)


def _named(sign: str) -> str:
    """A character by number and name, `U+200B ZERO WIDTH SPACE`."""
    return f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".rstrip()
