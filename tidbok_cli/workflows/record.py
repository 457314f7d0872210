"""Recording who looked at whom, or changed what (contract, section 6)."""

from __future__ import annotations

import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol

from tidbok_cli.domain.audit import AuditEntry, Look, plain
from tidbok_cli.errors import BadInput, Busy, Problem, TidbokError
from tidbok_cli.store.fault import READ_ONLY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from sqlmodel import Session

    from tidbok_cli.domain.audit import Residents
    from tidbok_cli.domain.region import Region
    from tidbok_cli.store.address import Address
    from tidbok_cli.store.caller import Caller

_NO_RIGHT: Final = "store.not_allowed"
"""A role of PostgreSQL that may not write here."""
_PATIENCE: Final = 1
"""So many seconds somebody who looks waits for a writer, where a file can take the row."""
_TOLD_NOTHING: Final = ("store.", "audit.", "purpose.")
"""Errors that tell nothing of a resident."""


class Recorder(Protocol):
    """The part of a command's surroundings that records whom it is about."""

    environ: Mapping[str, str]
    now: int
    at_option: str | None
    purpose: str | None
    command: str
    revealing: bool
    about: Look

    @property
    def at(self) -> int: ...
    @property
    def address(self) -> Address: ...
    @property
    def caller(self) -> Caller: ...
    @property
    def region(self) -> Region: ...
    @property
    def region_file(self) -> Path: ...

    @property
    def audit_file(self) -> Path | None:
        """The file that the region names for looks; a relative one starts there, `~` at the user's home."""
        try:
            folder = self.region_file.parent
        except BadInput:
            return None
        named = self.region.audit.fallback
        return folder / os.path.expanduser(named) if named else None  # noqa: PTH111 -- it never fails

    def look(
        self,
        outcome: str = "done",
        *residents: str,
        units: Iterable[str] = (),
        shown: Residents | None = None,
        selection: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        """Record a look, committed before its answer is printed: at residents, or at a list of those `shown`.

        Beside whom the command has named already. `selection`: by what the list was chosen, None for what was not.
        Where the store may only be read, or another writes to it for more than a second, in the region's file.
        Where it names none, raises BadInput, or Busy when the wait is over.
        """
        look = self.about
        look.outcome = outcome
        look.residents.update(residents)
        look.units.update(units)
        look.selection |= {name: value for name, value in selection.items() if value is not None}
        look.shown = shown
        self.look_each([look])
        self.about = Look()

    def look_each(self, looks: Iterable[Look]) -> None:
        """Record looks in one commit, where `look` would; raises what it does."""
        self._commit([entry for look in looks for entry in self._entries(look)])

    def record(self, session: Session) -> None:
        """Record whom a change is about, last in its transaction."""
        from tidbok_cli.store.audit import append
        from tidbok_cli.store.write.engine import writer_of

        session.flush()
        for entry in self._entries(self.about):
            append(writer_of(session), entry)
        self.about = Look()

    def ended(self, error: Exception) -> None:
        """Record an error that told something of a resident."""
        if not isinstance(error, TidbokError) or isinstance(error, Busy) or not self.about.residents:
            return
        if not error.code.startswith(_TOLD_NOTHING):
            self.look(error.code)

    def _commit(self, entries: list[AuditEntry]) -> None:
        from tidbok_cli.store.audit import append
        from tidbok_cli.store.recording import recording

        file, caller = self.audit_file, self.caller
        if file is not None:
            caller = caller._replace(wait=min(caller.wait, _PATIENCE))
        try:
            with recording(self.address, caller) as writer:
                for entry in entries:
                    append(writer, entry)
        except TidbokError as error:
            if not (_may_only_be_read(error) or (file is not None and isinstance(error, Busy))):
                raise
            if file is None:
                raise BadInput("audit.not_recorded", problems=[Problem(error.code, error.params)]) from error
            from tidbok_cli.exchange.audit_file import append_line

            for entry in entries:
                append_line(file, entry)

    def _entries(self, look: Look) -> Iterator[AuditEntry]:
        """Yield a row for each resident who was named, or one for a whole list."""
        from tidbok_cli.workflows.actor import os_user

        user = os_user()
        common: dict[str, Any] = {
            "recorded_at": self.now if look.happened_at is None else look.happened_at,
            "actor": (self.environ.get("TIDBOK_ACTOR") or "").strip() or user,
            "os_user": user,
            "uid": os.getuid(),
            "host": os.uname().nodename,
            "command": self.command,
            "purpose": self.purpose or None,
            "asked_at": None if self.at_option is None else self.at,
            "decided_by": look.decided_by,
            "units": plain(sorted(look.units)) if look.units else None,
            "selection": plain(look.selection) if look.selection else None,
            "shown": None if look.shown is None else len(look.shown),
            "revealed": self.revealing,
            "outcome": look.outcome,
        }
        for resident in sorted(look.residents):
            yield AuditEntry(resident=resident, residents=None, **common)
        if not look.residents:
            yield AuditEntry(resident=None, residents=look.shown.packed() if look.shown else None, **common)


def _may_only_be_read(error: TidbokError) -> bool:
    return error.code in READ_ONLY or error.code == _NO_RIGHT
