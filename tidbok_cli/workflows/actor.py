"""Who acts: the operating system's user, and whom TIDBOK_ACTOR names beside it."""

from __future__ import annotations


def os_user() -> str:
    """Name of the process's real user, whatever its environment says."""
    import os
    import pwd

    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # as in a container
        return f"uid {number}"


def acting(named: str | None) -> str:
    """The actor to record: `anna.andersson (tidbok)`, or the user alone."""
    user, named = os_user(), (named or "").strip()
    return user if named in ("", user) else f"{named} ({user})"
