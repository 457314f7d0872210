"""The handbook's files, which are shipped with the program: `handbook/LANGUAGE/TOPIC.md`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tidbok_cli.domain.handbook import Guide, parse_guide

HANDBOOK: Final = Path(__file__).parent.parent / "handbook"


def read_guide(language: str, topic: str) -> Guide:
    """Read one guide; the topic must be one of `TOPICS`."""
    return parse_guide(topic, (HANDBOOK / language / f"{topic}.md").read_text(encoding="utf-8"))
