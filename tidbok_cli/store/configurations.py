"""What the units' configuration said at a past moment, for what follows from bookings (S26)."""

from typing import Final

from tidbok_cli.store.reading import Reader

_MAPPED: Final = """
SELECT v.begins, v.ends, s.code, v.show AND s.show, s.label
FROM unit_version v JOIN service_version s ON s.version_id = v.id
WHERE v.unit_id = :unit_id AND NOT v.removed AND v.begins < v.ends
"""
_Mapped = tuple[int, int, bool, str | None]


class Configurations:
    """Answers, for any unit and moment, how a code was shown then; each unit is read once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._of_unit: dict[int, dict[str, list[_Mapped]]] = {}

    def label_shown(self, unit_id: int, code: str, care_type: str | None, at: int) -> str | None:
        """The label under which unit and mapping showed the code, else the care type, at the moment; else None."""
        shown, label = self._mapped(unit_id, code, care_type, at)
        return label if shown else None

    def label(self, unit_id: int, code: str, care_type: str | None, at: int) -> str | None:
        """The label that was given to the code, else the care type, at the moment, shown or not; else None."""
        return self._mapped(unit_id, code, care_type, at)[1] or None

    def _mapped(self, unit_id: int, code: str, care_type: str | None, at: int) -> tuple[bool, str | None]:
        mappings = self._mappings(unit_id)
        for mapped in (code, care_type):
            for begins, ends, shown, label in mappings.get(mapped or "", ()):
                if begins <= at < ends:
                    return shown, label
        return False, None

    def _mappings(self, unit_id: int) -> dict[str, list[_Mapped]]:
        if unit_id not in self._of_unit:
            found: dict[str, list[_Mapped]] = {}
            for begins, ends, code, shown, label in self._reader.rows(_MAPPED, unit_id=unit_id):
                found.setdefault(code, []).append((begins, ends, bool(shown), label))
            self._of_unit[unit_id] = found
        return self._of_unit[unit_id]
