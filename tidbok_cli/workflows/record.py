"""Recording who looked at whom, or changed what (contract, section 6)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tidbok_cli.domain.audit import AuditEntry, Look, plain
from tidbok_cli.errors import BadInput, Problem, TidbokError
from tidbok_cli.store import audit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidbok_cli.store.reader import Writer
    from tidbok_cli.workflows.context import Context

_NO_RIGHT = "store.not_allowed"
"""A role of PostgreSQL that may not write here."""


def record_look(context: Context, look: Look) -> None:
    """Record a look, committed before anything of it is printed.

    Where the store may only be read, in the file that the region names; raises BadInput where it names none.
    """
    from tidbok_cli.store.recording import recording
    from tidbok_cli.workflows.context import READ_ONLY

    entries = list(_entries(context, look))
    try:
        with recording(context.address, context.caller) as writer:
            for entry in entries:
                audit.append(writer, entry)
    except TidbokError as error:
        if error.code not in READ_ONLY and error.code != _NO_RIGHT:
            raise
        _fall_back(context, entries, error)


def record_change(context: Context, writer: Writer, look: Look) -> None:
    """Record a change in its own transaction."""
    for entry in _entries(context, look):
        audit.append(writer, entry)


def _fall_back(context: Context, entries: list[AuditEntry], error: TidbokError) -> None:
    from tidbok_cli.exchange.audit_file import append_line

    path = fallback_file(context)
    if path is None:
        raise BadInput("audit.not_recorded", problems=[Problem(error.code, error.params)]) from error
    for entry in entries:
        append_line(path, entry)


def fallback_file(context: Context) -> Path | None:
    """The file that the region names for looks; a relative one starts at the region's file."""
    from tidbok_cli.workflows.context import REGION_FILE

    if not (context.config / REGION_FILE).is_file() or not context.region.audit.fallback:
        return None
    return context.config / context.region.audit.fallback


def _entries(context: Context, look: Look) -> Iterator[AuditEntry]:
    """Yield a row for each resident who was named, or one for a whole list."""
    residents: list[str | None] = [*sorted(look.residents)]
    for resident in residents or [None]:
        listed = look.shown if resident is None else None
        yield AuditEntry(
            recorded_at=context.now,
            actor=context.actor,
            os_user=context.os_user,
            uid=os.getuid(),
            host=os.uname().nodename,
            command=context.command,
            purpose=context.purpose or None,
            asked_at=None if context.at_option is None else context.at,
            decided_by=None,
            resident=resident,
            units=plain(sorted(look.units)) if look.units else None,
            selection=plain(look.selection) if look.selection else None,
            shown=None if look.shown is None else len(look.shown),
            residents=listed.packed() if listed else None,
            revealed=context.revealing,
            outcome=look.outcome,
        )
