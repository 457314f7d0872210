"""The table `[journal]` of the region's file: how journals are asked live (contract, section 5)."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tidbok_cli.domain.identity import parse_resident, passes_rivta
from tidbok_cli.domain.journal_settings import JournalEnvironment, JournalSettings
from tidbok_cli.errors import Problem
from tidbok_cli.exchange.toml_file import missing_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.exchange.toml_table import TomlTable

_KEYS: Final = (
    "url",
    "environment",
    "cert",
    "key",
    "ca",
    "residents",
    "test_residents",
    "decided_by",
    "calls_per_second",
    "parallel",
    "most_calls",
    "timeout_seconds",
    "aggregator",
)
_CONTRACT: Final = "{contract}"
_OF_ONE_CONTRACT: Final = r"(?i)(/(get|make|update|cancel)[a-z]+(/[0-9.]+)?(/rivtabp[0-9]+)?|/rivtabp[0-9]+)/*$"
"""The end of an address that is of a single contract: nothing lies below it."""


def read_journal(root: TomlTable) -> JournalSettings:
    """Read the table; what is wrong is added to the problems.

    No number of a resident is told with it.
    """
    table = root.table("journal", _KEYS)
    return JournalSettings(
        url=_url(table),
        environment=_environment(table),
        cert=table.file_name("cert"),
        key=table.file_name("key"),
        ca=table.file_name("ca"),
        any_resident=_any_resident(table),
        test_residents=tuple(_residents(table)),
        decided_by=table.text("decided_by"),
        calls_per_second=table.between("calls_per_second", 1.0, 0.01, 100),
        parallel=int(table.between("parallel", 4, 1, 64)),
        most_calls=int(table.between("most_calls", 500, 1, 100_000)),
        timeout=table.between("timeout_seconds", 35.0, 1, 600),
        aggregator=table.text("aggregator"),
    )


def _required(table: TomlTable, key: str) -> bool:
    """Tell whether the key is there; that it is not is a problem."""
    if key in table.content:
        return True
    table.problems.append(missing_key(key, table.where(key)))
    return False


def _url(table: TomlTable) -> str:
    """An https address, which nothing follows but a contract's place."""
    url = table.text("url") if _required(table, "url") else ""
    if isinstance(table.content.get("url"), str):
        if not _is_right(url.replace(_CONTRACT, "contract")):
            table.problems.append(Problem("journal.url", {}, table.where("url")))
        elif _CONTRACT not in url and (end := re.search(_OF_ONE_CONTRACT, url)):
            table.problems.append(Problem("journal.url_of_contract", {"base": url[: end.start()]}, table.where("url")))
    return url


def _is_right(url: str) -> bool:
    try:
        parts = urlsplit(url)
        right = parts.scheme == "https" and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and not set(url) & set(" {}?#")
    return bool(right) and plain and parts.username is None


def _environment(table: TomlTable) -> JournalEnvironment:
    """The environment, which has no default: a mistake would ask about real residents."""
    if not _required(table, "environment"):
        return JournalEnvironment.PRODUCTION
    return JournalEnvironment(table.choice("environment", tuple(JournalEnvironment), JournalEnvironment.PRODUCTION))


def _any_resident(table: TomlTable) -> bool:
    """Whether others than test residents may be asked about, which somebody has to have decided."""
    chosen = table.choice("residents", ("test", "any"), "test") == "any"
    if chosen and not str(table.content.get("decided_by", "")).strip():
        table.problems.append(Problem("journal.undecided", {}, table.where("residents")))
    return chosen


def _residents(table: TomlTable) -> Iterator[str]:
    """The test residents in 12 characters, each such as the national platform takes."""
    for number, text in enumerate(table.texts("test_residents"), 1):
        if parse_resident(text, today=date.max).value == text and passes_rivta(text):
            yield text
        else:
            table.problems.append(Problem("journal.test_resident", {"number": number}, table.where("test_residents")))
