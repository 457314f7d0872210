"""`help`: the list of guides, and a guide on a terminal or as plain Markdown."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.i18n import marked as _m
from tidbok_cli.render.columns import Column, Rank

if TYPE_CHECKING:
    from tidbok_cli.domain.handbook import Guide

GUIDES = (
    Column("topic", _m("Topic"), Rank.NAME),
    Column("title", _m("Title"), Rank.LEAST),
    Column("about", _m("What it is for")),
)
GUIDE = (*GUIDES, Column("language", _m("Language")), Column("text", _m("Text")))

_LINK: Final = re.compile(r"\[([^\]]+)\]\([\w./#-]+\)")
"""A link to another file, which a terminal cannot follow; its words name the topic."""


def guide_row(guide: Guide) -> dict[str, Any]:
    """A guide as the list of all has it."""
    return {"topic": guide.topic, "title": guide.title, "about": guide.about}


def guide_value(guide: Guide, language: str) -> dict[str, Any]:
    """`tidbok.help/1`: the guide, with its text as Markdown."""
    return {"schema": "tidbok.help/1", **guide_row(guide), "language": language, "text": guide.text}


def print_guide(guide: Guide) -> None:
    """Print the guide: laid out and through the pager on a terminal, as plain Markdown elsewhere."""
    if not sys.stdout.isatty():
        print(guide.text, end="")
        return
    from tidbok_cli.render.markdown import laid_out
    from tidbok_cli.render.terminal import show

    show(*laid_out(_LINK.sub(r"\1", guide.text)))
