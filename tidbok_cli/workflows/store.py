"""`init` and `store`: make the store, describe it, check it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.found import Found, Way
from tidbok_cli.domain.region import REGION_FILE
from tidbok_cli.domain.store import STORE_FILE, Initialised, StoreDamage, StoreInfo, summed_up
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.store.address import allowed, parse_address
from tidbok_cli.store.read.import_runs import latest_runs
from tidbok_cli.store.read.job_run import last_jobs
from tidbok_cli.store.read.store import counts, last_imports, size_of
from tidbok_cli.store.read.store_check import damages
from tidbok_cli.store.read.store_texts import text_doubts
from tidbok_cli.store.reader import SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

    from tidbok_cli.workflows.context import Context

_IGNORED: Final = ("*.db", "*.db-*", "*.db.*", "*.backup", "*.partial", "*.rejected.csv", "*.pem", "*.key", "*.jsonl")
"""What must not enter git: residents' data, and keys."""


def init(context: Context, region_text: str, own_text: str | None = None) -> tuple[Initialised, Initialised]:
    """Make what is missing of configuration and store, in this order.

    `region_text`: of tidbok.toml; `own_text`: with a store of its own, where no way leads to another. Where commands
    find a configuration, never a second one. Raises BadInput, before anything is made, where the store is of another
    version or something else.
    """
    from tidbok_cli.store.write.migrate import is_missing, make_store

    _settle_here(context)
    if own_text is not None and _settle_store(context):
        region_text = own_text
    missing = is_missing(context.address, context.caller)
    config_made = _make_files(context.config, region_text)
    _keep_out_of_git(context.config)
    if context.config_found.way is Way.HERE:  # the folder in which tables are imported, and rejected rows written
        _keep_out_of_git(context.folder)
    store_made = missing and make_store(context.address, caller=context.caller)
    context.has_changed |= config_made or store_made
    return (
        Initialised(str(context.config), config_made, context.config_found.way),
        Initialised(str(context.address), store_made, context.address_found.way),
    )


def _settle_here(context: Context) -> None:
    """Take ./config where no way leads to a configuration."""
    folder, way = context.config_found
    if way is Way.HOME and not (folder / REGION_FILE).is_file():
        context.config_found = Found(context.folder / "config", Way.HERE)


def _settle_store(context: Context) -> bool:
    """Take a store beside a new configuration, where no way leads to another: two regions never share one."""
    new = not (context.config / REGION_FILE).exists() and context.address_found.way is Way.HOME
    if new:
        context.address_found = Found(parse_address(STORE_FILE, context.config), Way.REGION_FILE)
    return new


def _make_files(config: Path, region_text: str) -> bool:
    """Make the region's file and the folder of clinics' files where missing.

    Returns whether the file was made. Raises BadInput where they cannot be written.
    """
    from tidbok_cli.workflows.unit_files import FOLDER, writable, write_text

    path, units = config / REGION_FILE, config / "units"
    made = not path.exists()
    with writable(units):
        config.mkdir(mode=FOLDER, parents=True, exist_ok=True)
        units.mkdir(mode=FOLDER, exist_ok=True)
    if made:
        write_text(path, region_text)
    return made


def _keep_out_of_git(folder: Path) -> None:
    """Write a `.gitignore` where there is none."""
    from tidbok_cli.workflows.unit_files import write_text

    if not (folder / ".gitignore").exists() and allowed(folder, os.W_OK):
        write_text(folder / ".gitignore", "\n".join((*_IGNORED, "")))


def lift_purpose(context: Context) -> None:
    """Have the store ask for no purpose any more; who and why is kept.

    Raises BadInput where the configuration asks for one, or where none is given now. Where it asks for none already,
    nothing changes.
    """
    from tidbok_cli.store.read.store_policy import asks_for_purpose
    from tidbok_cli.store.write.store_policy import keep_policy

    if context.region.policy.require_purpose:
        raise BadInput("purpose.still_required", where=Where(str(context.region_file)))
    if not context.has_purpose:
        raise BadInput("purpose.why_lifted", where=Where(column="--purpose"))
    with context.writing() as (session, reader):
        if asks_for_purpose(reader):
            keep_policy(session, context.provenance, context.purpose, require_purpose=False)


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
        damaged = summed_up(damages(reader, context.address, SHAPES))
        doubtful = () if damaged else summed_up(text_doubts(reader))
    if found := damaged or doubtful:
        code = "store.damaged" if damaged else "store.texts"
        context.warn(Problem(code, {"store": str(context.address)}, warning=True))
    return found
