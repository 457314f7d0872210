"""Codes that a journal has and a unit's file has not, out of its answers (contract, sections 3, 5)."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.cells import CellParsers
from tidbok_cli.domain.imports import ALL_OR_NONE, Handling, ImportReport, Source
from tidbok_cli.domain.journal import JournalQuestion, JournalResult
from tidbok_cli.domain.journal_outcome import ending, told
from tidbok_cli.domain.unit_rows import SERVICE, ServiceRow, service_row
from tidbok_cli.errors import BadInput, Busy, Exit, Refused, Where
from tidbok_cli.exchange.file_stream import FileStream
from tidbok_cli.exchange.formats import TYPES
from tidbok_cli.exchange.rows import FileRow
from tidbok_cli.workflows.import_parse import ParsedRows, read_rows
from tidbok_cli.workflows.import_rows import ImportKind, RowsRead, keep_first
from tidbok_cli.workflows.journal_open import as_test_resident, open_journal
from tidbok_cli.workflows.service import edited, of_one
from tidbok_cli.workflows.unit_files import unit_in_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tidbok_cli.domain.journal import JournalAnswer
    from tidbok_cli.domain.journal_outcome import AnswerTold
    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.workflows.context import Context

CONTRACTS: Final = ("GetAllTimeTypes", "GetAllCareTypes")
"""Questions that tell a journal's codes."""

_MESSAGES: Final = ImportKind("service", SERVICE, service_row, (TYPES,))
_LEFT_OUT: Final = {Exit.TROUBLE: BadInput, Exit.TRY_LATER: Busy}


class Discovered(NamedTuple):
    """Changes in the unit's file by a journal's codes, and how it answered."""

    report: ImportReport
    answers: tuple[AnswerTold, ...]


def discover(context: Context, text: str, source: Source, handling: Handling = ALL_OR_NONE) -> ImportReport:
    """Add the journal's time types and care types, showing nothing.

    The file is GetAllTimeTypesResponse or GetAllCareTypesResponse; codes that the unit's file has are left as they are.
    """
    unit = unit_in_file(context, text)
    return _added(context, unit, read_rows(context, source, handling, _MESSAGES))


def discover_live(context: Context, text: str, *, dry_run: bool = False) -> Discovered:
    """Ask the unit's journal for its time types and care types, and add them as from a file.

    What cannot stand in a file is left out, and told in the report. Raises BadInput, Busy or Refused where nothing was
    answered, and as `open_journal` does.
    """
    unit = unit_in_file(context, text)
    asked_as = as_test_resident(context)
    questions = [JournalQuestion(each, unit.hsa_id, *asked_as, resident=asked_as.actor) for each in CONTRACTS]
    answers = list(open_journal(context).answers(questions))
    outcomes = tuple(map(told, answers))
    if all(answer.result is not JournalResult.ANSWERED for answer in answers):
        codes = ", ".join(f"{answer.question.contract}: {answer.code}" for answer in answers)
        raise _LEFT_OUT.get(ending(outcomes), Refused)(
            "journal.no_types", where=Where(unit.hsa_id), codes=codes, unit=unit.alias or unit.hsa_id
        )
    handling = Handling(skip_bad=True, dry_run=dry_run)
    stream = FileStream(BytesIO(), "")
    read: RowsRead[ServiceRow] = RowsRead(Source(unit.hsa_id), handling, _MESSAGES, TYPES, stream, place=unit.hsa_id)
    read.rows.extend(ParsedRows(read, CellParsers(context.today), context.warn).good(_rows(answers)))
    return Discovered(_added(context, unit, read), outcomes)


def _rows(answers: Iterable[JournalAnswer]) -> Iterator[FileRow]:
    """Types as rows of a file; a care type that is a time type too is that already."""
    known: set[str] = set()
    for answer in answers:
        told = set()
        for number, each in enumerate(answer.types, 1):
            if each.code not in known:
                told.add(each.code)
                cells = {"code": each.code, "kind": each.kind, "journal_name": each.name}
                yield FileRow(answer.question.contract, number, cells, each.code or None)
        known |= told


def _added(context: Context, unit: UnitConfig, read: RowsRead[ServiceRow]) -> ImportReport:
    """Add the codes that the unit's file has not."""
    units = of_one(read, unit)
    keep_first(read, lambda row: row.code)
    there = {mapping.code for mapping in unit.care_services}
    read.rows = [row._replace(says={}) if row.code in there else row for row in read.rows]
    return edited(context, units, read)
