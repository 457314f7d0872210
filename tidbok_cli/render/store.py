"""The store's upkeep, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.found import Way
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render.columns import INSTANT, SAID, Column, JsonObject, Listing, Rank, coded, record, recorder
from tidbok_cli.render.lines import tell
from tidbok_cli.render.tables import print_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.job import RecordedJob
    from tidbok_cli.domain.store import Initialised, StoreCopied, StoreInfo, StoreUpgrade

INIT_KEYS = ("config", "config_made", "config_by", "store", "store_made", "store_by")
UPGRADE_KEYS = ("store", "from", "to", "backup", "upgraded")
INFO_KEYS = ("store", "schema_version", "size")
_COPIED = (
    Column("table", _m("Table"), lambda row: row[0], rank=Rank.NAME),
    Column("rows", _m("Rows"), lambda row: row[1]),
)
COPIED_KEYS = ("table", "rows")
DAMAGES = Listing(
    _m("for each damage, none where the store is whole"),
    (Column("check", _m("Check"), rank=Rank.NAME), Column("detail", _m("Where"))),
)
_IMPORT = (Column("kind"), Column("source"), Column("happened_at", kind=INSTANT))
_OUTCOMES = {
    "done": _m("done"),
    "rejected": _m("bad rows"),
    "refused": _m("refused"),
    "failed": _m("failed"),
    "interrupted": _m("interrupted"),
    "purged": _m("purged"),
}

_ROWS = {
    "unit": _m("units"),
    "unit_version": _m("versions of units"),
    "service_version": _m("mappings in them"),
    "resident": _m("residents"),
    "relation_event": _m("relation events"),
    "relation_void": _m("of them voided"),
    "relation_period": _m("relation periods"),
    "booking": _m("bookings"),
    "slot": _m("published times"),
    "booking_basis": _m("booking bases"),
    "summons": _m("open summonses"),
    "message": _m("inbox messages"),
    "import_batch": _m("imports"),
}
_KINDS = {
    "booking": _m("bookings"),
    "relation": _m("relation events"),
    "slot": _m("published times"),
    "basis": _m("booking bases"),
}


RUNS = Listing(
    _m("for each run of an import"),
    (
        Column("batch", _m("Batch"), "id", rank=Rank.NAME),
        Column("kind", _m("Import of"), kind=coded(_KINDS)),
        Column("started_at", _m("Started"), "recorded_at", INSTANT),
        Column("seconds", _m("Seconds"), lambda run: None if run.milliseconds is None else run.milliseconds / 1000),
        Column("happened_at", _m("Moment"), kind=INSTANT, rank=Rank.LEAST),
        Column("outcome", _m("Outcome"), tell=lambda run: _(_OUTCOMES["purged" if run.purged_at else run.outcome])),
        Column("reason"),
        Column("source", _m("File")),
        Column("actor", kind=SAID),
        Column("created", _m("Created")),
        Column("updated", _m("Updated")),
        Column("unchanged"),
        Column("rejected", _m("Bad rows")),
        Column("events"),
        Column("ended", _m("Ended")),
        Column("purged_at", kind=INSTANT),
    ),
    (
        "batch",
        "kind",
        "started_at",
        "seconds",
        "happened_at",
        "outcome",
        "source",
        "created",
        "updated",
        "rejected",
        "ended",
    ),
)


def _ending(job: RecordedJob) -> object:
    """The exit status, or why there is none."""
    if job.exit_status is not None:
        return job.exit_status
    return _("not ended") if job.error is None else _("killed")


JOBS = Listing(
    _m("for the last run of each job"),
    (
        Column("command", _m("Job"), rank=Rank.NAME),
        Column("run", get="run_id"),
        Column("started_at", _m("Started"), kind=INSTANT),
        Column("ended_at", kind=INSTANT),
        Column("seconds", _m("Seconds"), lambda job: None if job.milliseconds is None else job.milliseconds / 1000),
        Column("exit_status", _m("Exit status"), tell=_ending),
        Column("error"),
        Column("done_at", _m("Last done"), kind=INSTANT),
        Column("actor", _m("By"), rank=Rank.LEAST),
        Column("pid"),
    ),
    ("command", "started_at", "seconds", "exit_status", "done_at", "actor"),
)


def init_value(config: Initialised, store: Initialised) -> JsonObject:
    """`tidbok.init/1`: what was there, by which way, and what was made."""
    value: JsonObject = {"schema": "tidbok.init/1"}
    for name, found in (("config", config), ("store", store)):
        value |= {name: found.place, f"{name}_made": found.made, f"{name}_by": str(found.way)}
    return value


def print_init(config: Initialised, store: Initialised) -> None:
    """Print what was found and made, and the next step."""
    for found in (config, store):
        tell(f"{found.place}: {_found(found)}")
    if config.made:
        tell(_("Next: edit tidbok.toml there, then “tidbok unit new”."))


def _found(found: Initialised) -> str:
    if found.way is Way.HOME:
        return _("made, in your home folder") if found.made else _("there already, in your home folder")
    if found.made and found.way is Way.HERE:
        return _("made")
    return (_("made, by {way}") if found.made else _("there already, found by {way}")).format(way=found.way)


def info_value(info: StoreInfo) -> JsonObject:
    """`tidbok.store/1`: what the store is and holds."""
    return {
        "schema": "tidbok.store/1",
        "store": info.store,
        "schema_version": info.schema_version,
        "size": info.size,
        "rows": dict(info.rows),
        "last_imports": [record(_IMPORT, each) for each in info.last_imports],
        "runs": [record(RUNS.columns, each) for each in info.runs],
        "jobs": [record(JOBS.columns, each) for each in info.jobs],
    }


def print_info(info: StoreInfo) -> None:
    """Print the store for people."""
    tell(_("{store}  (version {version})").format(store=info.store, version=info.schema_version))
    for table, count in info.rows.items():
        tell(f"{count:>10}  {_(_ROWS[table])}")
    if info.runs:
        print()
        print_table(RUNS.table, info.runs)
    if info.jobs:
        print()
        print_table(JOBS.table, info.jobs)


def upgrade_value(upgrade: StoreUpgrade) -> JsonObject:
    """`tidbok.upgrade/1`: from which version to which, and the backup."""
    return {
        "schema": "tidbok.upgrade/1",
        "store": upgrade.store,
        "from": upgrade.found,
        "to": upgrade.expected,
        "backup": upgrade.backup,
        "upgraded": upgrade.upgraded,
    }


def print_upgrade(upgrade: StoreUpgrade) -> None:
    """Print what was done or is due, and the next step."""
    if upgrade.upgraded:
        said = _("{store}: upgraded from version {found} to {expected}.")
    elif upgrade.is_due:
        said = _("{store}: version {found}, and this program needs {expected}. Next: “tidbok store upgrade”.")
    else:
        said = _("{store}: version {expected}, which this program needs. There is nothing to do.")
    tell(said.format(store=upgrade.store, found=upgrade.found, expected=upgrade.expected))
    if upgrade.backup:
        tell(_("Backup: {file}").format(file=upgrade.backup))
    if upgrade.dump and upgrade.is_due:
        print(_("Backup, to be made before: {line}").format(line=upgrade.dump))


def copied_value(copied: StoreCopied) -> JsonObject:
    """`tidbok.copy/1`: from where to where, and how much."""
    return {"schema": "tidbok.copy/1", "store": copied.store, "to": copied.to, "rows": dict(copied.rows)}


def copied_rows(copied: StoreCopied) -> Iterator[JsonObject]:
    """A row a table."""
    return map(recorder(_COPIED), copied.rows.items())


def print_copied(copied: StoreCopied) -> None:
    """Print what was copied, and the next step."""
    print_table(_COPIED, copied.rows.items())
    tell(_("Copied and checked: {store} → {to}").format(store=copied.store, to=copied.to))
    tell(_("Next: name the new store in tidbok.toml, [store] url, and put the old one out of reach."))
