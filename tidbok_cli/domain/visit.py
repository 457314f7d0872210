"""The visit's information (S20): a text for the resident, and a link to a digital meeting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.cells import parse_text
from tidbok_cli.domain.parsed import Parsed, refused
from tidbok_cli.domain.text import composed

if TYPE_CHECKING:
    from tidbok_cli.domain.unit import CareService

LINK_LONGEST: Final = 2000
"""The most characters of a link."""

_LINK: Final = (
    r"(?i:https)://(?:[^/?#@\\]*@)?"  # somebody's name there
    r"(?:\[[0-9A-Fa-f:.]+\]|[^\W_][^/?#@:\\\[\]]*)"  # the host
    r"(?::[0-9]*)?(?:[/?#].*)?"
)
"""Not compiled before it is needed: most commands read no link."""


class Visit(NamedTuple):
    """The resident's information about a visit; nothing, once it is over."""

    information: str | None = None
    meeting_link: str | None = None
    digital: bool = False


def visit_of(own: str | None, link: str | None, mapping: CareService | None) -> Visit:
    """Return a booking's own information, else its mapping's, and its link."""
    known = (own, mapping.information if mapping else None)
    information = next((text for text in known if text and text.strip()), None)
    return Visit(information, link, mapping is not None and mapping.digital)


def parse_information(text: str) -> Parsed[str]:
    """A text of one or more lines, without other control characters, and without what is around it."""
    lines = text.replace("\r\n", "\n").strip()
    found = parse_text(lines.replace("\n", " "))
    return found if found.value is None else Parsed(composed(lines))


def parse_link(text: str) -> Parsed[str]:
    """A link to a digital meeting: https, with a host, and without spaces."""
    if len(text) > LINK_LONGEST:
        return refused("cell.link_too_long", length=len(text), most=LINK_LONGEST)
    return Parsed(text) if _is_link(text) else refused("cell.not_a_link")


def _is_link(text: str) -> bool:
    return text.isprintable() and " " not in text and re.fullmatch(_LINK, text) is not None


def plain_link(text: str) -> str:
    """A link; raises LookupError for any other text."""
    if len(text) <= LINK_LONGEST and _is_link(text):
        return text
    raise LookupError
