"""The region's own file, `tidbok.toml` (contract, section 2; S11, S26, S28, S29). Every command reads it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from tidbok_cli.domain.checks import Actor
from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.domain.policy import ClinicBookingMessage, Policy, RequirementPeriod
from tidbok_cli.domain.region import Region
from tidbok_cli.domain.times import FIRST, from_datetime
from tidbok_cli.errors import Problem
from tidbok_cli.exchange.toml_problems import FLAG, has_error, in_line_order, missing_key, wrong_type
from tidbok_cli.exchange.toml_tables import Table
from tidbok_cli.exchange.toml_text import TomlFile, read_toml

_SECTIONS: Final = ("region", "contacts", "store", "policy", "coupling")
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
    """What the file at `path`, which problems call `name`, says; all that is wrong with it at once."""
    file, problems = read_toml(path, name)
    if file is None:
        return Parsed(None, problems)
    found: list[Problem] = []
    region = _region(file, found)
    return Parsed(None if has_error(found) else region, in_line_order(found))


def _region(file: TomlFile, problems: list[Problem]) -> Region:
    root = Table(file.data, _SECTIONS, file, problems)
    region = root.table("region", ("name", "reserve_number_pattern"))
    contacts = root.table("contacts", tuple(Actor))
    contracts = root.table("coupling", ("contracts",)).table("contracts", _SERVICES)
    return Region(
        name=region.text("name"),
        reserve_number_pattern=_pattern(region, "reserve_number_pattern"),
        contacts={actor: contacts.text(actor) for actor in Actor if actor in contacts.content},
        store_url=root.table("store", ("url",)).text("url") or None,
        policy=_policy(root.table("policy", _POLICY)),
        coupling_contracts={name: contracts.texts(name) for name in _SERVICES if name in contracts.content},
    )


def _pattern(region: Table, key: str) -> str:
    pattern = region.text(key)
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        region.problems.append(Problem("region.bad_pattern", {"key": key}, region.where(key)))
    return pattern


def _policy(table: Table) -> Policy:
    messages = tuple(ClinicBookingMessage)
    return Policy(
        relation_requirements=_requirements(table, "relation_required"),
        clinic_booking_message=ClinicBookingMessage(table.choice("clinic_booking_message", messages, messages[0])),
        relation_data_partial=table.choice("relation_data", ("complete", "partial"), "complete") == "partial",
        require_verified_coupling=table.flag("require_verified_coupling"),
        require_purpose=table.flag("require_purpose"),
    )


def _requirements(table: Table, key: str) -> tuple[RequirementPeriod, ...]:
    """The periods of `relation_required`, in order (S11): none where it is simply always required."""
    value = table.content.get(key, True)
    if isinstance(value, bool):
        return () if value else (RequirementPeriod(FIRST, False),)
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        table.problems.append(wrong_type(key, _PERIODS, table.where(key)))
        return ()
    return tuple(sorted(_periods(table, key, value)))


def _periods(table: Table, key: str, entries: list[dict[str, Any]]) -> Iterator[RequirementPeriod]:
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


def _beginning(entry: Table) -> int | None:
    """The instant from which an entry holds: a date is its midnight in Stockholm."""
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
