"""How far a PostgreSQL standby is behind its primary.

The moment of the last change that it has taken in grows old on a primary where nothing happens, so that alone says
nothing. A standby is in step where it is connected and has taken in all that it was sent. What it lacks of what it
never was sent, as while it is cut off or where it reads an archive, it cannot know: then that moment is what is known.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.errors import Problem

if TYPE_CHECKING:
    from psycopg import Connection

BEHIND_SECONDS: Final = 10
"""So old may a standby's last change be without a word."""
_MOMENT_SECONDS: Final = 0.1

_STATE: Final = """
SELECT extract(epoch FROM changed)::bigint, extract(epoch FROM clock_timestamp() - changed)::bigint,
       EXISTS (SELECT 1 FROM pg_stat_wal_receiver), coalesce(pg_last_wal_receive_lsn(), '0/0')::text
FROM (SELECT coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time()) AS changed) replayed
WHERE pg_is_in_recovery()
"""
_HAS_TAKEN_IN: Final = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"


def doubt_about(connection: Connection[Any]) -> Problem | None:
    """Return the warning that the connection's server is a standby, more than ten seconds behind.

    None otherwise, and of an engine that speaks the protocol without these functions. Leaves no transaction open.
    """
    from psycopg import DatabaseError

    connection.autocommit = True
    doubt = None
    with suppress(DatabaseError):
        doubt = _doubt_about(connection)
    connection.autocommit = False
    return doubt


def _doubt_about(connection: Connection[Any]) -> Problem | None:
    state = connection.execute(_STATE).fetchone()
    if state is None:
        return None
    since, seconds, connected, received = state
    if seconds <= BEHIND_SECONDS or (connected and _takes_in(connection, received)):
        return None
    lag = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return Problem("store.behind", {"lag": lag, "since_at": since}, warning=True)


def _takes_in(connection: Connection[Any], received: str) -> bool:
    """Whether a standby takes in what it was sent, at once or within a moment: after a quiet hour, too."""
    for pause in (0, _MOMENT_SECONDS):
        time.sleep(pause)
        row = connection.execute(_HAS_TAKEN_IN, (received,)).fetchone()
        if row and row[0]:
            return True
    return False
