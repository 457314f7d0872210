"""Residents' person numbers, by the store's own numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidbok_cli.store.reader import Reader


def residents_told(reader: Reader, spell: Callable[[str], str] | None, *, of_everybody: bool) -> Any:
    """Return how residents are told, by the store's own numbers; without `spell` by those."""
    if spell is None:
        return _Same()
    return _every_resident(reader, spell) if of_everybody else _Residents(reader, spell)


class _Same(dict[int, int]):
    """Numbers as they are."""

    def __missing__(self, number: int) -> int:
        return number


class _Residents(dict[int, str]):
    """Person numbers by the store's own, each looked up when first met."""

    def __init__(self, reader: Reader, spell: Callable[[str], str]) -> None:
        super().__init__()
        self._reader, self._spell = reader, spell

    def __missing__(self, resident_id: int) -> str:
        number = self._spell(self._reader.value("SELECT number FROM resident WHERE id = :id", id=resident_id))
        self[resident_id] = number
        return number


def _every_resident(reader: Reader, spell: Callable[[str], str]) -> list[str]:
    """Return all person numbers at their places: look-ups are slow.

    Masked, most are alike, and are one text.
    """
    spelled: list[str] = []
    alike: dict[str, str] = {}
    for resident_id, number in reader.rows("SELECT id, number FROM resident ORDER BY id"):
        if resident_id != len(spelled):
            spelled.extend([""] * (resident_id - len(spelled)))
        text = spell(number)
        spelled.append(alike.setdefault(text, text))
    return spelled
