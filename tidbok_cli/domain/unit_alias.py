"""Aliases made of clinics' names."""

from __future__ import annotations

import re
import unicodedata
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST: Final = 60
_OTHERS: Final = re.compile(r"[^a-z0-9]+")
_LETTERS: Final = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "ð": "d", "þ": "th", "ł": "l"})


def alias_of(name: str, is_free: Callable[[str], bool]) -> str | None:
    """Make an alias of a name, with a number where it is not free; None of a name without letters and digits."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS)).encode("ascii", "ignore").decode()
    beginning = _OTHERS.sub("-", plain).strip("-")[:_LONGEST].strip("-")
    if not beginning:
        return None
    numbered = (f"{beginning}-{number}" for number in count(2))
    return beginning if is_free(beginning) else next(filter(is_free, numbered))
