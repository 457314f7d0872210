"""What protects residents, kept with their data (contract, section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tidbok_cli.store.reader import Reader


def asks_for_purpose(reader: Reader) -> bool:
    """Tell whether the store shows residents' data only for a purpose."""
    return bool(reader.value("SELECT require_purpose FROM store_policy ORDER BY id DESC LIMIT 1"))
