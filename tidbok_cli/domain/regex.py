"""Regular expressions that are compiled when first used: all together take longer than an answer's own work."""

from __future__ import annotations

import re
from typing import Any, cast


class _Uncompiled:
    """A stand-in, which then hands on the pattern's own methods."""

    def __init__(self, *source: Any) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._source), name)
        setattr(self, name, found)
        return found


def regex(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return what serves as the compiled pattern; a wrong one raises re.error at its first use."""
    return cast("re.Pattern[str]", _Uncompiled(text, flags))
