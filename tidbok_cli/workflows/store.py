"""The store's upkeep: make, describe, check, copy."""

from __future__ import annotations

from typing import Final

from tidbok_cli.domain.store import Initialised, StoreCopied, StoreDamage, StoreInfo
from tidbok_cli.errors import BadInput, Problem, Refused
from tidbok_cli.store.address import Address, parse_address
from tidbok_cli.store.read.store import counts, damages, last_imports, size_of
from tidbok_cli.store.reader import SCHEMA, Reader
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
    return Initialised(context.config, config_made, str(context.address), make_store(context.address))


def info(context: Context) -> StoreInfo:
    """Describe the store and its contents."""
    with context.reading() as reader:
        path = context.address.path
        size = path.stat().st_size if path else size_of(reader)
        return StoreInfo(str(context.address), SCHEMA, size, counts(reader), last_imports(reader))


def check(context: Context) -> tuple[StoreDamage, ...]:
    """Find all that is wrong with the store."""
    with context.reading() as reader:
        return tuple(damages(reader, sqlite=context.address.path is not None))


def copy_store(context: Context, to: str) -> StoreCopied:
    """Copy the store, as of one moment, into an empty one.

    It is made where missing. Before it is kept, the copy's rows are counted and checked as by `store check`. Raises
    BadInput where the other store is not empty, Refused where the copy is not whole.
    """
    from tidbok_cli.store.write.copy import TABLES, copy, is_empty, make_where_missing, settle
    from tidbok_cli.store.write.engine import writer_of, writing

    target = parse_address(to, context.folder)
    with context.reading() as source:
        make_where_missing(target)
        with writing(target) as session:
            writer = writer_of(session)
            if not is_empty(writer):
                raise BadInput("copy.not_empty", store=str(target))
            rows = {table.name: copy(source, writer, table) for table in context.progress.track(TABLES, "copying")}
            settle(writer)
            _expect_whole(writer, rows, target)
    return StoreCopied(str(context.address), str(target), rows)


def _expect_whole(reader: Reader, rows: dict[str, int], target: Address) -> None:
    """Raise Refused, which takes the copy back, where it is not whole."""
    problems = [
        Problem("copy.rows", {"table": table, "count": count, "found": found})
        for table, count in rows.items()
        if (found := reader.value(f"SELECT count(*) FROM {table}")) != count
    ]
    problems += [
        Problem("copy.damage", {"check": damage.check, "detail": damage.detail})
        for damage in damages(reader, sqlite=reader.is_sqlite)
    ]
    if problems:
        raise Refused("copy.not_whole", store=str(target), problems=problems[:100])
