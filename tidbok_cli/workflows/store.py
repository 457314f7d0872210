"""`init` and `store`: make the store, describe it, check it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.found import Found, Way
from tidbok_cli.domain.store import Initialised, StoreDamage, StoreInfo, summed_up
from tidbok_cli.errors import Problem
from tidbok_cli.store.read.import_runs import latest_runs
from tidbok_cli.store.read.job_run import last_jobs
from tidbok_cli.store.read.store import counts, last_imports, size_of
from tidbok_cli.store.read.store_check import damages
from tidbok_cli.store.reader import SCHEMA
from tidbok_cli.workflows.context import REGION_FILE, Context

if TYPE_CHECKING:
    from pathlib import Path


def init(context: Context) -> tuple[Initialised, Initialised]:
    """Make what is missing of configuration and store, in this order.

    Where commands find a configuration, never a second one. Raises BadInput, before anything is made, where the store
    is of another version or something else.
    """
    from tidbok_cli.store.write.migrate import is_missing, make_store

    _settle_here(context)
    missing = is_missing(context.address, context.caller)
    config_made = _make_files(context.config)
    store_made = missing and make_store(context.address, caller=context.caller)
    return (
        Initialised(str(context.config), config_made, context.config_found.way),
        Initialised(str(context.address), store_made, context.address_found.way),
    )


def _settle_here(context: Context) -> None:
    """Take ./config where no way leads to a configuration."""
    folder, way = context.config_found
    if way is Way.HOME and not (folder / REGION_FILE).is_file():
        context.config_found = Found(context.folder / "config", Way.HERE)


def _make_files(config: Path) -> bool:
    """Make the region's file and the folder of clinics' files where missing.

    Returns whether the file was made. Raises BadInput where they cannot be written.
    """
    from tidbok_cli.exchange.region_start import region_text
    from tidbok_cli.workflows.unit_files import writable, write_text

    path, units = config / REGION_FILE, config / "units"
    made = not path.exists()
    if made:
        write_text(path, region_text())
    with writable(units):
        units.mkdir(exist_ok=True)
    return made


def info(context: Context, runs: int = 1) -> StoreInfo:
    """Describe the store, its contents, and the latest runs of each import and job."""
    with context.reading() as reader:
        path = context.address.path
        size = path.stat().st_size if path else size_of(reader)
        imports = last_imports(reader), latest_runs(reader, runs)
        return StoreInfo(str(context.address), SCHEMA, size, counts(reader), *imports, last_jobs(reader))


def check(context: Context) -> tuple[StoreDamage, ...]:
    """Find what is wrong with the store, summed up.

    Warns with what to do. Raises BadInput where it is no store, or of another version.
    """
    from tidbok_cli.store.write.shape import SHAPES

    with context.reading_any() as reader:
        found = summed_up(damages(reader, context.address, SHAPES))
    if found:
        context.warn(Problem("store.damaged", {"store": str(context.address)}, warning=True))
    return found
