"""Texts that an older version took, and no door takes any more, for `store check` (domain, *Text*)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.masks import masked
from tidbok_cli.domain.store import StoreDamage
from tidbok_cli.domain.text import apart, doubt_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.store.reader import Reader

CHECK: Final = "texts"

_LATEST: Final = """unit_version v JOIN unit u ON u.id = v.unit_id
AND NOT v.removed AND v.id = (SELECT max(w.id) FROM unit_version w WHERE w.unit_id = v.unit_id AND w.begins < w.ends)"""


class _Kept(NamedTuple):
    """Columns of a table, its rows with their units, and those that may have spaces of other kinds."""

    table: str
    rows: str
    ids: tuple[str, ...]
    texts: tuple[str, ...] = ()


def _of_units(table: str, *ids: str) -> _Kept:
    return _Kept(table, f"{table} t JOIN unit u ON u.id = t.unit_id", tuple(f"t.{each}" for each in ids))


_KEPT: Final = (
    _of_units("booking", "booking_id", "code", "care_type", "calendar"),
    _of_units("slot", "slot_id", "code", "calendar"),
    _of_units("booking_basis", "basis_id", "code"),
    _of_units("summons", "summons_id"),
    _Kept("unit_version", _LATEST, ("v.calendar", "v.logical_address"), ("v.name",)),
    _Kept(
        "service_version", f"{_LATEST} JOIN service_version s ON s.version_id = v.id",
        ("s.code",), ("s.journal_name", "s.label"),
    ),
)  # fmt: skip


def text_doubts(reader: Reader) -> Iterator[StoreDamage]:
    """Find ids, codes and names that are not in NFC, or hold what nobody sees; of clinics the latest versions'."""
    for kept in _KEPT:
        columns = (*kept.ids, *kept.texts)
        found: Counter[tuple[str, str, str]] = Counter()
        for unit, *texts in reader.rows(f"SELECT u.hsa_id, {', '.join(columns)} FROM {kept.rows}"):
            for column, text in zip(columns, texts, strict=True):
                if text and not text.isascii() and doubt_of(text, is_id=column in kept.ids):
                    found[unit, column, text] += 1
        for (unit, column, text), count in found.items():
            yield StoreDamage(CHECK, f"{kept.table} {column[2:]}, {unit}: {_told(text, column in kept.ids, count)}")


def _told(text: str, is_id: bool, count: int) -> str:
    doubt = doubt_of(text, is_id=is_id)
    return f"“{apart(masked(text))}”, {doubt}" + (f" ({count} rows)" if count > 1 else "")
