"""`help`: the handbook's guides, in the language that the caller names."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from tidbok_cli.domain.handbook import TOPICS, Guide
from tidbok_cli.errors import BadInput
from tidbok_cli.exchange.handbook import read_guide

if TYPE_CHECKING:
    from collections.abc import Collection


def list_guides(language: str) -> tuple[Guide, ...]:
    """All guides, in the handbook's order."""
    return tuple(read_guide(language, topic) for topic in TOPICS)


def find_guide(language: str, topic: str, commands: Collection[str] = ()) -> Guide:
    """The guide on a topic, in any case.

    Raises BadInput for an unknown one, with the nearest; where it is one of `commands`, with how that is explained.
    """
    wanted = topic.lower()
    if wanted in TOPICS:
        return read_guide(language, wanted)
    if wanted in commands:
        raise BadInput("help.command", name=wanted)
    if nearest := get_close_matches(wanted, TOPICS, n=1):
        raise BadInput("help.misspelt_topic", topic=topic, nearest=nearest[0])
    raise BadInput("help.no_such_topic", topic=topic, topics=", ".join(TOPICS))
