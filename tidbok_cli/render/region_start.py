"""The file `tidbok.toml` to begin with (contract, section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.store import STORE_FILE
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m

if TYPE_CHECKING:
    from collections.abc import Iterable

_COLUMN: Final = 39
"""Where the comments begin."""
_ANY_STORE: Final = ('# url = "postgresql+psycopg://…"', _m("default: a SQLite file; see `tidbok store info`"))
_OWN_STORE: Final = (f'url = "{STORE_FILE}"', _m("from this file's folder; or postgresql+psycopg://…"))
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
    _ANY_STORE,
    ("", ""),
    ("[policy]", ""),
    ("relation_required = true", _m("or periods: [{ from = 2019-01-01, required = true }, …]")),
    ('clinic_booking_message = "summons"', _m("what the journal sends when the clinic books: summons | notice | none")),
    ('relation_data = "complete"', _m('or "partial": somebody without any known event is unknown, not never')),
    ("require_verified_coupling = false", _m("true: without a TAK snapshot a coupling is unknown, not taken on trust")),
    ("require_purpose = false", _m("true: a resident's data are shown only with --purpose")),
    ("", ""),
    ("[audit]", _m("who looked at whose data: tidbok help privacy")),
    ("# keep_years = 10", _m("how long it is kept")),
    ('# fallback = "audit.jsonl"', _m("where looks are recorded while the store cannot be written to")),
)
_DEMO: Final = (
    ("[region]", ""),
    ('name = "Region Exempel"', ""),
    ("", ""),
    ("[contacts]", _m("printed where a finding says who can act")),
    ('coordinator = "e-tjänstesamordnarna, e-tjanster@region.example"', ""),
    ('clinic = "mottagningens tidboksansvariga"', ""),
    ('regional_administration = "1177etjanster@region.example"', ""),
    ('hsa_administration = "hsa@region.example"', ""),
    ("", ""),
    ("[store]", ""),
    ('url = "../tidbok.db"', _m("from this file's folder")),
)


def region_text(*, own_store: bool) -> str:
    """The file of `init`, with comments in the chosen language.

    `own_store`: with a store beside it, which no other configuration uses.
    """
    return _commented(_OWN_STORE if own_store and line is _ANY_STORE else line for line in _LINES)


def demo_text() -> str:
    """The file of `demo`."""
    return _commented(_DEMO)


def _commented(lines: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{line:<{_COLUMN}}# {_(told)}\n" if told else f"{line}\n" for line, told in lines)
