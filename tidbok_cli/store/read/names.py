"""Names of clinics and labels of codes at a moment, for lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.store.read.booking import unit_names
from tidbok_cli.store.read.sql import VERSION_IN_FORCE

if TYPE_CHECKING:
    from tidbok_cli.store.reader import Reader

_LABELS: Final = f"""
SELECT u.hsa_id, s.code, s.label
FROM unit_version v JOIN unit u ON u.id = v.unit_id JOIN service_version s ON s.version_id = v.id
WHERE {VERSION_IN_FORCE}
"""


class NamesThen:
    """What is in force, read once: as much as the region's files say."""

    def __init__(self, reader: Reader, at: int) -> None:
        self._clinics = unit_names(reader, at)
        self._labels = {(unit, code): label for unit, code, label in reader.rows(_LABELS, at=at)}

    def clinic(self, unit: str) -> str:
        """The clinic's name; its HSA-id where it is not in force."""
        return self._clinics.get(unit, unit)

    def label(self, unit: str, code: str, care_type: str | None) -> str | None:
        """The label of the code's mapping, else of the care type's (S23)."""
        mapped = (unit, code) if self.is_mapped(unit, code) else (unit, care_type or "")
        return self._labels.get(mapped)

    def is_mapped(self, unit: str, code: str) -> bool:
        return (unit, code) in self._labels


_CARE_TYPE: Final = """
SELECT b.care_type FROM booking b JOIN unit u ON u.id = b.unit_id WHERE u.hsa_key = :unit AND b.booking_id = :booking
"""


def care_type_of(reader: Reader, unit: str, booking: str) -> str | None:
    """Return the care type of a unit's booking."""
    found: str | None = reader.value(_CARE_TYPE, unit=hsa_key(unit), booking=booking)
    return found
