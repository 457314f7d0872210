"""Calendars besides the coupling's, as the store keeps them: JSON, or null for none (S22)."""

from __future__ import annotations

import json

from tidbok_cli.domain.unit import AlsoCalendar


def also_of(text: str | None) -> tuple[AlsoCalendar, ...]:
    """Read the calendars of a version."""
    return tuple(AlsoCalendar(*each) for each in json.loads(text)) if text else ()


def also_text(also: tuple[AlsoCalendar, ...]) -> str | None:
    """Write them."""
    return json.dumps(also, ensure_ascii=False) if also else None
