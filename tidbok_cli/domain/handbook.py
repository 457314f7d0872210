"""The handbook: its topics, and a guide as it is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

TOPICS: Final = (
    "support", "onboarding", "nightly", "imports", "coupling", "journal", "privacy", "store", "postgresql", "speed",
    "rules", "scripts",
)  # fmt: skip
"""The topics, in the order in which they are listed."""

_COMMENT: Final = re.compile(r"<!--.*?-->\n?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Guide:
    """A topic of the handbook; `about` is a line, `text` Markdown."""

    topic: str
    title: str
    about: str
    text: str


def parse_guide(topic: str, source: str) -> Guide:
    """Read a guide's file: `# Title`, then a paragraph of one line.

    Comments go: they are for those who write the file.
    """
    text = _COMMENT.sub("", source)
    title, about, _ = text.split("\n\n", 2)
    return Guide(topic, title.removeprefix("# "), about, text)
