"""How much the random tests draw: little by default, ten times as much with TIDBOK_THOROUGH."""

import os
from typing import Final

THOROUGH: Final = bool(os.environ.get("TIDBOK_THOROUGH"))


def examples(usual: int) -> int:
    """The number of examples that a property is tried on."""
    return usual * 10 if THOROUGH else usual
