"""`init` and `store`: make the store, describe it, check it."""

from __future__ import annotations

from typing import Final

from tidbok_cli.domain.store import Initialised, StoreDamage, StoreInfo
from tidbok_cli.store.read.import_runs import latest_runs
from tidbok_cli.store.read.store import counts, damages, last_imports, size_of
from tidbok_cli.store.reader import SCHEMA
from tidbok_cli.workflows.context import REGION_FILE, Context

REGION_TEMPLATE: Final = """\
[region]
name = "Region Exempel"
reserve_number_pattern = ""            # regular expression for the region's own reserve numbers; "" = none

[contacts]                             # printed where a finding says who can act
coordinator = "lokal e-tjänstesamordnare"
# clinic = "mottagningens telefon eller brevlåda"
# regional_administration = "1177etjanster@region.example"
# hsa_administration = "hsa@region.example"

[store]
# url = "postgresql+psycopg://…"       # default: a SQLite file; see `tidbok store info`

[policy]
relation_required = true               # or periods: [{ from = 2019-01-01, required = true }, …]
clinic_booking_message = "summons"     # what the journal sends when the clinic books: summons | notice | none
relation_data = "complete"             # or "partial": somebody without any known event is unknown, not never
require_verified_coupling = false
require_purpose = false                # refuse to show a resident's data without --purpose
"""


def init(context: Context) -> Initialised:
    """Make the configuration folder and the store where they are missing."""
    from tidbok_cli.store.write.migrate import make_store
    from tidbok_cli.workflows.unit_files import writable, write_text

    if not context.config_option:
        context.config = context.folder / "config"
    path = context.config / REGION_FILE
    config_made = not path.exists()
    if config_made:
        write_text(path, REGION_TEMPLATE)
    with writable(context.config / "units"):
        (context.config / "units").mkdir(exist_ok=True)
    store_made = make_store(context.address, caller=context.caller)
    return Initialised(context.config, config_made, str(context.address), store_made)


def info(context: Context, runs: int = 1) -> StoreInfo:
    """Describe the store, its contents, and the latest runs of each import."""
    with context.reading() as reader:
        path = context.address.path
        size = path.stat().st_size if path else size_of(reader)
        imports = last_imports(reader), latest_runs(reader, runs)
        return StoreInfo(str(context.address), SCHEMA, size, counts(reader), *imports)


def check(context: Context) -> tuple[StoreDamage, ...]:
    """Find all that is wrong with the store."""
    with context.reading() as reader:
        return tuple(damages(reader, sqlite=context.address.path is not None))
