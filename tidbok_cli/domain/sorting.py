"""Swedish order of names, which neither SQLite nor a C locale knows."""

from __future__ import annotations

import unicodedata
from typing import Final

# Letters of their own, after z (which `{` follows), and those that are sorted as others.
_LETTERS: Final = str.maketrans(
    {"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "ü": "y", "đ": "d", "ð": "d", "þ": "th"}
)


def swedish(text: str) -> tuple[str, str]:
    """Key to sort by: å, ä and ö last, ü as y.

    Upper and lower case and other accents (é, è) are alike; texts that are alike in this keep the order of their
    characters.
    """
    folded = unicodedata.normalize("NFC", text).casefold().translate(_LETTERS)
    bare = (letter for letter in unicodedata.normalize("NFD", folded) if not unicodedata.combining(letter))
    return "".join(bare), text
