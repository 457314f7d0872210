"""The purpose of looking at residents: the stricter of configuration and store holds (contract, section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tidbok_cli.domain.region import REGION_FILE
from tidbok_cli.errors import BadInput
from tidbok_cli.store.read.store_policy import asks_for_purpose

if TYPE_CHECKING:
    from pathlib import Path

    from sqlmodel import Session

    from tidbok_cli.domain.region import Region
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.store.write.provenance import Provenance


class Purposeful(Protocol):
    """The part of a command's surroundings that knows why it looks, and whether it must say so."""

    purpose: str | None
    shows_residents: bool

    @property
    def config(self) -> Path: ...
    @property
    def region(self) -> Region: ...
    @property
    def provenance(self) -> Provenance: ...

    @property
    def has_purpose(self) -> bool:
        """Whether a purpose is given: it has a letter or a digit."""
        return any(map(str.isalnum, self.purpose or ""))

    @property
    def region_asks_for_purpose(self) -> bool:
        """Whether the configuration, where there is one, asks for a purpose."""
        return (self.config / REGION_FILE).is_file() and self.region.policy.require_purpose

    def expect_purpose(self) -> None:
        """Raise BadInput where the region asks for a missing purpose.

        The store is asked when it is opened, so that another configuration does not undo it.
        """
        self.shows_residents = True
        if self.region.policy.require_purpose and not self.has_purpose:
            raise BadInput("purpose.missing")

    def may_offer(self, reader: Reader) -> bool:
        """Tell whether residents' data may be shown, by both."""
        return self.has_purpose or not (asks_for_purpose(reader) or self.region_asks_for_purpose)

    def expect_purpose_of(self, reader: Reader) -> None:
        """Raise BadInput where the store asks for a missing purpose."""
        if self.shows_residents and not self.has_purpose and asks_for_purpose(reader):
            raise BadInput("purpose.missing")

    def hold_policy(self, session: Session, reader: Reader) -> None:
        """Have the store ask for a purpose too, where the configuration does."""
        from tidbok_cli.store.write.store_policy import keep_policy

        if self.region_asks_for_purpose and not asks_for_purpose(reader):
            keep_policy(session, self.provenance, self.purpose, require_purpose=True)
