"""The region's own file, `tidbok.toml`, which every command reads.

Contract, section 2; S11, S26, S28, S29.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tidbok_cli.domain.cells import parse_text
from tidbok_cli.domain.checks import Actor
from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.domain.region import AuditSettings, ClinicBookingMessage, Policy, Region, RequirementPeriod
from tidbok_cli.domain.text import has_space_around, other_space
from tidbok_cli.domain.times import FIRST, from_datetime
from tidbok_cli.errors import Problem, Where
from tidbok_cli.exchange.toml_file import (
    FLAG,
    TEXT,
    TEXTS,
    WHOLE_NUMBER,
    TomlFile,
    has_error,
    in_line_order,
    missing_key,
    not_allowed,
    read_toml,
    unknown_key,
    wrong_type,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

_SECTIONS: Final = ("region", "contacts", "store", "policy", "coupling", "audit")

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


T = TypeVar("T")


class TomlTable:
    """One table; absent and wrong values are read as their defaults.

    What is wrong is added to `problems`.
    """

    def __init__(
        self,
        content: Mapping[str, Any],
        allowed: Collection[str],
        file: TomlFile,
        problems: list[Problem],
        path: str = "",
    ) -> None:
        self.content = content
        self.file = file
        self.problems = problems
        self.path = path
        problems.extend(unknown_key(key, allowed, self.where(key)) for key in content if key not in allowed)

    def where(self, key: str) -> Where:
        return self.file.origin.at(self._below(key))

    def table(self, key: str, allowed: Collection[str]) -> TomlTable:
        """Table below this one; an empty one where there is none."""
        return self.entry(key, self._typed(key, dict, f"[{self._below(key)}]", {}), allowed)

    def entry(self, key: str, content: Mapping[str, Any], allowed: Collection[str]) -> TomlTable:
        """Table with this content, whose keys lie at `key`."""
        return TomlTable(content, allowed, self.file, self.problems, self._below(key))

    def text(self, key: str) -> str:
        return self._visible(key, self._typed(key, str, TEXT, ""))

    def flag(self, key: str, *, required: bool = False) -> bool:
        if required and key not in self.content:
            self.problems.append(missing_key(key, self.where(key)))
        return self._typed(key, bool, FLAG, False)

    def number(self, key: str, default: int) -> int:
        """A whole number, from 1 on."""
        value = self.content.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        self.problems.append(wrong_type(key, WHOLE_NUMBER, self.where(key)))
        return default

    def choice(self, key: str, allowed: Collection[str], default: str) -> str:
        value = self.content.get(key, default)
        if isinstance(value, str) and value in allowed:
            return value
        self.problems.append(not_allowed(key, allowed, self.where(key)))
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """Value that is an array of strings."""
        value = self.content.get(key, [])
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(self._name(key, each) for each in value)
        self.problems.append(wrong_type(key, TEXTS, self.where(key)))
        return ()

    def file_name(self, key: str) -> str:
        """A file's name, which stays as the system has it."""
        text: str = self._typed(key, str, TEXT, "")
        return self._visible(key, text) and text

    def _name(self, key: str, text: str) -> str:
        """A text without spaces of other kinds, or around it."""
        if character := other_space(text):
            self.problems.append(Problem("toml.other_space", {"key": key, "character": character}, self.where(key)))
        if has_space_around(text):
            self.problems.append(Problem("toml.space_around", {"key": key}, self.where(key)))
        return self._visible(key, text)

    def _visible(self, key: str, text: str) -> str:
        """The text, unless a terminal would obey what is in it."""
        value, problems = parse_text(text)
        if value is not None:
            return value
        for problem in problems:
            code = "toml.unseen_character" if problem.params else "toml.control_character"
            self.problems.append(Problem(code, {"key": key, **problem.params}, self.where(key)))
        return ""

    def _typed(self, key: str, kind: type[T], expected: str, default: T) -> T:
        value = self.content.get(key, default)
        if isinstance(value, kind):
            return value
        self.problems.append(wrong_type(key, expected, self.where(key)))
        return default

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


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
