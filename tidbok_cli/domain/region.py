"""The region's own file, `tidbok.toml`, as a value (contract, section 2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tidbok_cli.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Region:
    """What the region has set. `store_url` is as written; `contacts` maps actors to addresses (S28, S29)."""

    name: str = ""
    reserve_number_pattern: str = ""
    contacts: Mapping[str, str] = field(default_factory=dict)
    store_url: str | None = None
    policy: Policy = Policy()
    coupling_contracts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
