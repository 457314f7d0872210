"""The bad rows of an import, as they were, in a file of their own (contract, section 2, `--skip-bad`).

It is the one place where person numbers stand in full: only its owner can read it.
"""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from tidbok_cli.exchange.private import private_file
from tidbok_cli.exchange.rows import WHY


class Rejected(NamedTuple):
    """A row as the file had it, and in words why it is bad."""

    why: str
    record: Sequence[str]


def write_rejected(path: Path, header: Sequence[str], rows: Iterable[Rejected], delimiter: str) -> None:
    """Writes the rows as UTF-8, under the file's own header after a column `why`, in one stroke, with mode 0600.

    A `why` of an earlier rejection is left out. Raises BadInput where the file cannot be written.
    """
    kept = [place for place, name in enumerate(header) if name.strip().casefold() != WHY]
    with private_file(path) as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow([WHY, *(header[place] for place in kept)])
        for why, record in rows:
            beyond = record[len(header) :]
            writer.writerow([why, *(record[place] for place in kept if place < len(record)), *beyond])
