"""The file `tidbok.toml` to begin with (contract, section 2)."""

from __future__ import annotations

from typing import Final

from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m

_COLUMN: Final = 39
"""Where the comments begin."""
_LINES: Final = (
    ("[region]", ""),
    ('name = "Region Exempel"', ""),
    ('reserve_number_pattern = ""', _m('regular expression for the region\'s own reserve numbers; "" = none')),
    ("", ""),
    ("[contacts]", _m("printed where a finding says who can act")),
    ('coordinator = "lokal e-tjänstesamordnare"', ""),
    ('# clinic = "mottagningens telefon eller brevlåda"', ""),
    ('# regional_administration = "1177etjanster@region.example"', ""),
    ('# hsa_administration = "hsa@region.example"', ""),
    ("", ""),
    ("[store]", ""),
    ('# url = "postgresql+psycopg://…"', _m("default: a SQLite file; see `tidbok store info`")),
    ("", ""),
    ("[policy]", ""),
    ("relation_required = true", _m("or periods: [{ from = 2019-01-01, required = true }, …]")),
    ('clinic_booking_message = "summons"', _m("what the journal sends when the clinic books: summons | notice | none")),
    ('relation_data = "complete"', _m('or "partial": somebody without any known event is unknown, not never')),
    ("require_verified_coupling = false", _m("true: without a TAK snapshot a coupling is unknown, not taken on trust")),
    ("require_purpose = false", _m("true: a resident's data are shown only with --purpose")),
    ("", ""),
    ("[audit]", _m("who looked at whom: tidbok help privacy")),
    ("# keep_years = 10", _m("how long it is kept")),
    ('# fallback = "audit.jsonl"', _m("where looks are recorded when the store can only be read")),
)


def region_text() -> str:
    """Write the file, with comments in the chosen language."""
    return "".join(f"{line:<{_COLUMN}}# {_(told)}\n" if told else f"{line}\n" for line, told in _LINES)
