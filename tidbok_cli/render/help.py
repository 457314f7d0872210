"""Guides: their list, and one of them as Markdown."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final

from tidbok_cli.i18n import marked as _m
from tidbok_cli.render.columns import Column, JsonObject, Listing, Rank, record

if TYPE_CHECKING:
    from tidbok_cli.domain.handbook import Guide

GUIDES = Listing(
    _m("for each topic"),
    (
        Column("topic", _m("Topic"), rank=Rank.NAME),
        Column("title", _m("Title"), rank=Rank.LEAST),
        Column("about", _m("What it is for")),
    ),
)
GUIDE_KEYS = (*GUIDES.keys, "language", "text")

_LINK: Final = re.compile(r"\[([^\]]+)\]\([\w./#-]+\)")
"""A link to another file, which a terminal cannot follow; its words name the topic."""


def guide_value(guide: Guide, language: str) -> JsonObject:
    """`tidbok.help/1`: the guide, with its text as Markdown."""
    return {"schema": "tidbok.help/1", **record(GUIDES.columns, guide), "language": language, "text": guide.text}


def print_guide(guide: Guide) -> None:
    """Print a guide: laid out and paged on a terminal, else plain."""
    if not sys.stdout.isatty():
        print(guide.text, end="")
        return
    from tidbok_cli.render.markdown import laid_out
    from tidbok_cli.render.terminal import show

    show(*laid_out(_LINK.sub(r"\1", guide.text)))
