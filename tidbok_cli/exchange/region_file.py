"""The region's own file, `tidbok.toml`, which every command reads.

Contract, section 2; S11, S26, S28, S29.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.domain.checks import Actor
from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.domain.region import AuditSettings, ClinicBookingMessage, Policy, Region, RequirementPeriod
from tidbok_cli.domain.times import FIRST, from_datetime
from tidbok_cli.errors import Problem
from tidbok_cli.exchange.toml_file import FLAG, has_error, in_line_order, missing_key, read_toml, wrong_type
from tidbok_cli.exchange.toml_table import TomlTable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidbok_cli.domain.journal_settings import JournalSettings
    from tidbok_cli.exchange.toml_file import TomlFile

_SECTIONS: Final = ("region", "contacts", "store", "policy", "coupling", "audit", "journal")

_POLICY: Final = (
    "relation_required",
    "clinic_booking_message",
    "relation_data",
    "require_verified_coupling",
    "require_purpose",
)

_SERVICES: Final = ("show", "cancel", "rebook", "book")

_PERIODS: Final = f"{FLAG} | [{{ from = 2024-03-01, required = true }}]"

_MOMENT: Final = "2024-03-01 | 2024-03-01T06:00:00+01:00"


def read_region(path: Path, name: str) -> Parsed[Region]:
    """Read the file, or all that is wrong; problems call it `name`."""
    file, problems = read_toml(path, name)
    if file is None:
        return Parsed(None, problems)
    found: list[Problem] = []
    region = _region(file, found)
    return Parsed(None if has_error(found) else region, in_line_order(found))


def _region(file: TomlFile, problems: list[Problem]) -> Region:
    root = TomlTable(file.data, _SECTIONS, file, problems)
    region = root.table("region", ("name", "reserve_number_pattern"))
    contacts = root.table("contacts", tuple(Actor))
    contracts = root.table("coupling", ("contracts",)).table("contracts", _SERVICES)
    return Region(
        name=region.text("name"),
        reserve_number_pattern=_pattern(region, "reserve_number_pattern"),
        contacts={actor: contacts.text(actor) for actor in Actor if actor in contacts.content},
        store_url=root.table("store", ("url",)).file_name("url") or None,
        policy=_policy(root.table("policy", _POLICY)),
        audit=_audit(root.table("audit", ("keep_years", "fallback"))),
        journal=_journal(root),
        coupling_contracts={name: contracts.texts(name) for name in _SERVICES if name in contracts.content},
    )


def _pattern(region: TomlTable, key: str) -> str:
    pattern = region.text(key)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python may once read otherwise
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        region.problems.append(Problem("region.bad_pattern", {"key": key}, region.where(key)))
    return pattern


def _policy(table: TomlTable) -> Policy:
    messages = tuple(ClinicBookingMessage)
    return Policy(
        relation_requirements=_requirements(table, "relation_required"),
        clinic_booking_message=ClinicBookingMessage(table.choice("clinic_booking_message", messages, messages[0])),
        relation_data_partial=table.choice("relation_data", ("complete", "partial"), "complete") == "partial",
        require_verified_coupling=table.flag("require_verified_coupling"),
        require_purpose=table.flag("require_purpose"),
    )


def _audit(table: TomlTable) -> AuditSettings:
    return AuditSettings(table.number("keep_years", AuditSettings().keep_years), table.file_name("fallback"))


def _journal(root: TomlTable) -> JournalSettings | None:
    if "journal" not in root.content:
        return None
    from tidbok_cli.exchange.region_journal import read_journal  # most commands ask no journal

    return read_journal(root)


def _requirements(table: TomlTable, key: str) -> tuple[RequirementPeriod, ...]:
    """Periods of `relation_required`, in order (S11); none where it is always required."""
    value = table.content.get(key, True)
    if isinstance(value, bool):
        return () if value else (RequirementPeriod(FIRST, False),)
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        table.problems.append(wrong_type(key, _PERIODS, table.where(key)))
        return ()
    return tuple(sorted(_periods(table, key, value)))


def _periods(table: TomlTable, key: str, entries: list[dict[str, Any]]) -> Iterator[RequirementPeriod]:
    begun: set[int] = set()
    for index, content in enumerate(entries):
        entry = table.entry(f"{key}.{index}", content, ("from", "required"))
        begins = _beginning(entry)
        required = entry.flag("required", required=True)
        if begins is None:
            continue
        if begins in begun:
            params = {"time": str(content["from"])}
            table.problems.append(Problem("region.period_twice", params, entry.where("from")))
        begun.add(begins)
        yield RequirementPeriod(begins, required)


def _beginning(entry: TomlTable) -> int | None:
    """Instant from which an entry holds; a date is midnight in Stockholm."""
    where = entry.where("from")
    value = entry.content.get("from")
    if not isinstance(value, date):
        entry.problems.append(
            wrong_type("from", _MOMENT, where) if "from" in entry.content else missing_key("from", where)
        )
        return None
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    begins, problems = from_datetime(moment)
    entry.problems.extend(replace(problem, where=where) for problem in problems)
    return begins
