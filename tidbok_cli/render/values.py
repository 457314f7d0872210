"""Results as what JSON, NDJSON and CSV hold: keys in English, instants as RFC 3339, person numbers masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidbok_cli.domain.basis import BasisThen, first_day, last_day
from tidbok_cli.domain.identity import mask
from tidbok_cli.domain.times import FOREVER, iso

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tidbok_cli.domain.case import Case
    from tidbok_cli.domain.evidence import Evidence
    from tidbok_cli.domain.slot import SlotThen

JsonObject = dict[str, Any]


def instant(seconds: int | None) -> str | None:
    """RFC 3339 with Stockholm's offset; None for what is not known, and for the end of what has not ended."""
    return None if seconds is None or seconds >= FOREVER else iso(seconds)


def resident(number: str, *, reveal: bool) -> str:
    """The person number, in full only where the caller asked for it."""
    return number if reveal else mask(number)


def booking(case: Case, *, reveal: bool) -> JsonObject:
    """A booking as the contract, section 4, has it."""
    then, mapping = case.booking, case.mapping
    return {
        "id": then.booking_id,
        "unit": then.unit,
        "unit_name": case.unit.config.name if case.unit else None,
        "resident": resident(then.resident, reveal=reveal),
        "code": then.code,
        "care_type": then.care_type,
        "kind": str(mapping.kind) if mapping else None,
        "label": mapping.label if mapping else None,
        "start": instant(then.starts_at),
        "end": instant(then.ends_at),
        "status": str(then.status),
        "created_at": instant(then.created_at),
        "origin": then.origin,
        "calendar": then.calendar,
    }


def slot(then: SlotThen) -> JsonObject:
    """A published time; `booking` is the id of the booking that has taken it."""
    return {
        "id": then.slot_id,
        "unit": then.unit,
        "code": then.code,
        "start": instant(then.starts_at),
        "end": instant(then.ends_at),
        "calendar": then.calendar,
        "status": str(then.status),
        "published_at": instant(then.published_at),
        "withdrawn_at": instant(then.withdrawn_at),
        "booking": then.booking,
    }


def basis(then: BasisThen, at: int, *, reveal: bool) -> JsonObject:
    """A booking basis; its dates are Stockholm's, both included, `booking` is the id of the one that has used it."""
    last = last_day(then.valid_until)
    return {
        "id": then.basis_id,
        "unit": then.unit,
        "resident": resident(then.resident, reveal=reveal),
        "code": then.code,
        "valid_from": first_day(then.valid_from).isoformat(),
        "valid_to": last.isoformat() if last else None,
        "status": then.status(at),
        "added_at": instant(then.added_at),
        "withdrawn_at": instant(then.withdrawn_at),
        "booking": then.booking,
    }


def evidence(found: Evidence) -> JsonObject:
    """Evidence with its instants written out: those under keys that end in `_at`, `since` or `until`."""
    return dict(_written(found))


def _written(found: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for key, value in found.items():
        is_instant = key.endswith(("_at", "since", "until")) and isinstance(value, int)
        yield key, instant(value) if is_instant and isinstance(value, int) else value
