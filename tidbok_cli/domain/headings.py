"""Headings of tables: the columns' own names, and in Swedish (contract, *contract-headings*)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SWEDISH: Final[Mapping[str, str]] = {
    "booking_id": "bokning", "unit": "mottagning", "code": "kod", "resident": "invånare", "end": "slut",
    "created_at": "skapad", "ended_at": "avslutad", "origin": "ursprung", "calendar": "tidbok",
    "care_type": "vårdtjänst", "meeting_link": "möteslänk", "event": "händelse", "occurred_at": "inträffade",
    "hsa_id": "hsa-id", "name": "namn", "show": "visa", "cancel": "avboka", "rebook": "omboka", "book": "boka",
    "kind": "typ", "journal_name": "namn i journalen", "label": "namn för invånaren",
    "cancel_deadline_hours": "avbokningsgräns timmar", "slot_id": "tid", "basis_id": "underlag",
    "valid_from": "från", "valid_to": "till", "digital": "digitalt",
}  # fmt: skip
"""In Swedish, where that is another word."""
_IN_LISTS: Final = {"booking_id": "booking", "slot_id": "slot", "basis_id": "basis", "hsa_id": "unit"}
"""How the lists that the program prints head the same."""
_BETWEEN: Final = re.compile(r"[\s_()\-\u2010\u2011]+")


def heading(text: str) -> str:
    """A heading without case, whatever stands between its words."""
    return _BETWEEN.sub(" ", normalize("NFC", text).casefold()).strip()


@lru_cache
def columns_by_heading(names: tuple[str, ...]) -> Mapping[str, str]:
    """Columns by all that they may be headed; a column's own name goes before another's."""
    others = {heading(each): name for name in names for each in _others(name)}
    return others | {heading(name): name for name in names}


def _others(name: str) -> Iterable[str]:
    return (other[name] for other in (_IN_LISTS, SWEDISH) if name in other)
