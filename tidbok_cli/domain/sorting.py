"""Swedish order of names, which neither SQLite nor a C locale knows."""

from __future__ import annotations

import unicodedata
from typing import Final, Protocol


class Named(Protocol):
    """A unit, as far as it is sorted by."""

    @property
    def name(self) -> str: ...
    @property
    def key(self) -> str: ...


# Letters of their own, after z (which `{` follows), and those that are sorted as others.
_LETTERS: Final = str.maketrans(
    {"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "ü": "y", "đ": "d", "ð": "d", "þ": "th"}
)


def by_name(unit: Named) -> tuple[tuple[str, str], str]:
    """Key to sort units by: their names, then their HSA-ids."""
    return swedish(unit.name), unit.key


def swedish(text: str) -> tuple[str, str]:
    """Key to sort by: å, ä and ö last, ü as y.

    Upper and lower case and other accents (é, è) are alike; texts that are alike in this keep the order of their
    characters.
    """
    folded = unicodedata.normalize("NFC", text).casefold().translate(_LETTERS)
    bare = (letter for letter in unicodedata.normalize("NFD", folded) if not unicodedata.combining(letter))
    return "".join(bare), text
