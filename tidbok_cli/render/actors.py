"""Who can act on what is found (S28, S29), in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.i18n import _
from tidbok_cli.render import words
from tidbok_cli.render.lines import visible

if TYPE_CHECKING:
    from collections.abc import Mapping


def can_act(actor: str | None, contacts: Mapping[str, str]) -> str:
    """Who can act, with the address that the region has given."""
    if actor is None:
        return _("Nothing to mend.")
    address = contacts.get(actor)
    named = _(words.ACTORS[actor])
    return _("Who can act: {who}").format(who=f"{named} ({visible(address)})" if address else named)
