"""What the copying of a store comes to."""

from collections.abc import Mapping
from typing import NamedTuple


class Copied(NamedTuple):
    """From which store to which, as addresses that may be shown, and how many rows each table had."""

    store: str
    to: str
    rows: Mapping[str, int]
