"""What the units' configuration said at a past moment, for what follows from bookings (S26)."""

from typing import Final

from tidbok_cli.store.reading import Reader

_SHOWING: Final = """
SELECT v.begins, v.ends, s.code, s.show, s.label
FROM unit_version v JOIN service_version s ON s.version_id = v.id
WHERE v.unit_id = :unit_id AND v.show AND NOT v.removed AND v.begins < v.ends
"""


class Configurations:
    """Answers, for any unit and moment, whether a code was shown then; each unit is read once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._of_unit: dict[int, dict[str, list[tuple[int, int, str | None]]]] = {}

    def label_shown(self, unit_id: int, code: str, care_type: str | None, at: int) -> str | None:
        """The label under which unit and mapping showed the code, else the care type, at the moment; else None."""
        mappings = self._mappings(unit_id)
        for mapped in (code, care_type):
            for begins, ends, label in mappings.get(mapped or "", ()):
                if begins <= at < ends:
                    return label
        return None

    def _mappings(self, unit_id: int) -> dict[str, list[tuple[int, int, str | None]]]:
        if unit_id not in self._of_unit:
            found: dict[str, list[tuple[int, int, str | None]]] = {}
            for begins, ends, code, show, label in self._reader.rows(_SHOWING, unit_id=unit_id):
                found.setdefault(code, []).append((begins, ends, label if show else None))
            self._of_unit[unit_id] = found
        return self._of_unit[unit_id]
