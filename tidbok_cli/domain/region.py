"""The region's own file, `tidbok.toml`, as a value (contract, section 2)."""

# Unlike elsewhere, annotations are no texts here: every question loads these tuples, and typing would compile each.

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from tidbok_cli.domain.journal_settings import JournalSettings

REGION_FILE: Final = "tidbok.toml"
"""The region's file, in the configuration folder."""


class ClinicBookingMessage(StrEnum):
    """The journal's message when the unit books a shown time (S26)."""

    SUMMONS = "summons"
    NOTICE = "notice"
    NONE = "none"


class RequirementPeriod(NamedTuple):
    """A requirement from `begins` (seconds UTC) until the next period (S11)."""

    begins: int
    required: bool


class Policy(NamedTuple):
    """The region's policy for all times; `relation_requirements` in order of beginning."""

    relation_requirements: Sequence[RequirementPeriod] = ()
    clinic_booking_message: ClinicBookingMessage = ClinicBookingMessage.SUMMONS
    relation_data_partial: bool = False
    require_verified_coupling: bool = False
    require_purpose: bool = False

    def relation_required(self, at: int) -> bool:
        """Tell whether a relation was required; at first it was (S11)."""
        begun = [period for period in self.relation_requirements if period.begins <= at]
        return begun[-1].required if begun else True


class AuditSettings(NamedTuple):
    """How long the audit is kept, and where looks are recorded when the store may only be read."""

    keep_years: int = 10
    fallback: str = ""


class Region(NamedTuple):
    """The region's settings; `contacts` maps actors to addresses (S28, S29)."""

    name: str = ""
    reserve_number_pattern: str = ""
    contacts: Mapping[str, str] = MappingProxyType({})
    store_url: str | None = None
    policy: Policy = Policy()
    audit: AuditSettings = AuditSettings()
    journal: "JournalSettings | None" = None
    coupling_contracts: Mapping[str, tuple[str, ...]] = MappingProxyType({})
