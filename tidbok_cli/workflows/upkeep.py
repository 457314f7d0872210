"""The store's upkeep: making it, saying what it holds, checking that it is whole."""

from typing import Final

from tidbok_cli.domain.outcomes.upkeep import Damage, Info, Initialised
from tidbok_cli.store.finding import last_imports
from tidbok_cli.store.listing import counts, size_of
from tidbok_cli.store.reading import SCHEMA
from tidbok_cli.store.upkeep import damages
from tidbok_cli.workflows.workplace import REGION_FILE, Workplace

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


def init(place: Workplace) -> Initialised:
    """Makes the configuration folder and the store where they are missing; leaves what is there as it is."""
    from tidbok_cli.store.migrate import make_store
    from tidbok_cli.workflows.unit_files import writable, write_text

    if not place.config_option:
        place.config = place.folder / "config"
    path = place.config / REGION_FILE
    config_made = not path.exists()
    if config_made:
        write_text(path, REGION_TEMPLATE)
    with writable(place.config / "units"):
        (place.config / "units").mkdir(exist_ok=True)
    return Initialised(place.config, config_made, str(place.address), make_store(place.address))


def info(place: Workplace) -> Info:
    """What the store is and how much it holds."""
    with place.reading() as reader:
        path = place.address.path
        size = path.stat().st_size if path else size_of(reader)
        return Info(str(place.address), SCHEMA, size, counts(reader), last_imports(reader))


def check(place: Workplace) -> tuple[Damage, ...]:
    """All that is wrong with the store: integrity, foreign keys, and periods that the logs do not come to."""
    with place.reading() as reader:
        return tuple(damages(reader, sqlite=place.address.path is not None))
