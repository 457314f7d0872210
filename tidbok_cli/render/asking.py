"""Questions on a terminal, answered in Swedish or English."""

import sys
from getpass import getpass

from tidbok_cli.i18n import _, ngettext

_YES = frozenset({"j", "ja", "y", "yes"})


def agreed(changes: int) -> bool:
    """Whether the caller wants so many changes done; anything but a yes is a no."""
    question = ngettext("Do this change? [y/N] ", "Do these {count} changes? [y/N] ", changes).format(count=changes)
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in _YES


def person_number() -> str:
    """A person number, typed without being shown; empty where the caller ends the input."""
    try:
        return getpass(_("Person number (is not shown): "), stream=sys.stderr)
    except EOFError:
        sys.stderr.write("\n")
        return ""
