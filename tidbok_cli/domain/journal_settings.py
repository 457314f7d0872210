"""How journals are asked live, as the region's file says."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class JournalEnvironment(StrEnum):
    """Where the platform's calls lead; only a test may be rehearsed in."""

    TEST = "test"
    PRODUCTION = "production"


class JournalSettings(NamedTuple):
    """How journals are asked live (contract, section 5).

    `url` with `{contract}`, or below which `/CONTRACT/1/rivtabp21` lies. Files as written, from the file's folder.
    `any_resident`: the region's decision, by `decided_by`, that others than `test_residents` may be asked about.
    `timeout` in seconds; `calls_per_second` for each producer, `parallel` producers at a time.
    """

    url: str
    environment: JournalEnvironment
    cert: str = ""
    key: str = ""
    ca: str = ""
    any_resident: bool = False
    test_residents: tuple[str, ...] = ()
    decided_by: str = ""
    calls_per_second: float = 1.0
    parallel: int = 4
    most_calls: int = 500
    timeout: float = 35.0
    aggregator: str = ""

    def __repr__(self) -> str:
        """Show no resident's number."""
        return f"JournalSettings({self.url!r}, {str(self.environment)!r})"
