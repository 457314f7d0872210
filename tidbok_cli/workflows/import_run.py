"""The run of an import: all rows or none, and recorded either way (contract, section 2)."""

from __future__ import annotations

import gc
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from tidbok_cli.domain.imports import ImportOutcome, ImportReport
from tidbok_cli.domain.job import JobCounts
from tidbok_cli.domain.masks import without_numbers
from tidbok_cli.errors import Busy, Problem, Refused, TidbokError, Where
from tidbok_cli.exchange.csv_file import DELIMITERS
from tidbok_cli.exchange.private_files import RejectedRow, write_rejected
from tidbok_cli.store.audit import numbered
from tidbok_cli.store.write.ids import unit_ids
from tidbok_cli.store.write.import_batch import ImportRun, add_batch, add_failed, close_batch, later_import, same_file
from tidbok_cli.store.write.provenance import Provenance
from tidbok_cli.workflows.import_file import opened
from tidbok_cli.workflows.import_rows import ImportRow, RowsRead, opened_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sqlmodel import Session

    from tidbok_cli.domain.imports import Handling, Source
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.store.tables import ImportBatch
    from tidbok_cli.workflows.context import Context
    from tidbok_cli.workflows.import_rows import FileRows, ImportKind

V = TypeVar("V", bound=ImportRow)


def run_import(
    context: Context,
    source: Source,
    handling: Handling,
    kind: ImportKind[V],
    job: Callable[[Context, RowsRead[V], FileRows], ImportReport],
) -> ImportReport:
    """Import a file by its job; a run that comes to nothing is recorded too, unless it is dry."""
    read: RowsRead[V] | None = None
    try:
        with _without_collector(), opened_rows(context, source, handling, kind) as (read, rows):
            report = job(context, read, rows)
    except BaseException as error:
        context.counts = JobCounts({"rejected": len(read.bad)} if read and read.bad else {}, is_done=False)
        _record_failed(context, source, handling, kind, read, error)
        if read is not None and isinstance(error, TidbokError) and not isinstance(error, Busy):
            _look_at_file(context, read, error.code)
        raise
    context.counts = report.counts
    context.has_changed |= report.batch_id is not None and not handling.dry_run
    if report.batch_id is None and not handling.dry_run:
        _record_failed(context, source, handling, kind, read, report)
    if report.batch_id is None or handling.dry_run:
        _look_at_file(context, read, "dry_run" if handling.dry_run else str(ImportOutcome.REJECTED))
    return report


@contextmanager
def _without_collector() -> Iterator[None]:
    """Rows make no cycles, through which Python's collector would look again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _look_at_file(context: Context, read: RowsRead[Any], outcome: str) -> None:
    """Record an import that changed nothing: its report tells what the store has of the file's residents."""
    if not outcome.startswith("store."):
        context.look(outcome, shown=read.known, selection=_about_file(read))


def _about_file(read: RowsRead[Any]) -> dict[str, object]:
    return {"source": without_numbers(read.source.name)}


def _record_failed(
    context: Context,
    source: Source,
    handling: Handling,
    kind: ImportKind[V],
    read: RowsRead[V] | None,
    why: BaseException | ImportReport,
) -> None:
    """Record a run that changed nothing, where the store lets it; the error itself goes before."""
    code = why.code if isinstance(why, TidbokError) else None
    if handling.dry_run or isinstance(why, Busy) or (code or "").startswith("store."):
        return
    counts = {"rejected": len(read.bad), "milliseconds": read.milliseconds} if read else {}
    stamp = read.stream.stamp if read else None
    context.wait = 0  # whoever interrupts has waited enough
    with suppress(Exception), context.writing() as (session, _):
        add_failed(session, _begun(context, source, handling, kind), stamp, _outcome(why), code, counts)
    context.has_changed = False  # the record of the run is none of its work


def _outcome(why: BaseException | ImportReport) -> ImportOutcome:
    if isinstance(why, ImportReport):
        return ImportOutcome.REJECTED
    if isinstance(why, KeyboardInterrupt):
        return ImportOutcome.INTERRUPTED
    return ImportOutcome.REFUSED if isinstance(why, Refused) else ImportOutcome.FAILED


def _begun(context: Context, source: Source, handling: Handling, kind: ImportKind[V]) -> ImportRun:
    name = str(without_numbers(source.name))
    return ImportRun(kind.name, name, context.at, context.now, context.actor, handling.whole is not None)


def begin_batch(
    context: Context, session: Session, reader: Reader, read: RowsRead[Any], numbers: Mapping[str, int]
) -> tuple[ImportBatch, Provenance]:
    """Record that an import is under way, and whence its events come.

    `numbers`: the store's, of its units by key. Raises Refused for a moment before their latest import.
    """
    context.about.units.update(numbers)
    _expect_latest(context, reader, read, numbers)
    _tell_same_file(context, reader, read)
    context.hold_policy(session, reader)
    run = _begun(context, read.source, read.handling, read.kind)
    batch = add_batch(session, run, read.stream.stamp, numbers.values())
    return batch, Provenance(context.now, context.actor, batch.id)


def _expect_latest(context: Context, reader: Reader, read: RowsRead[Any], keys: Iterable[str]) -> None:
    if not read.kind.as_of or read.handling.allow_older:
        return
    later = later_import(reader, read.kind.name, keys, context.at)
    if later is not None:
        params: dict[str, str | int] = {
            "unit": later.unit, "happened_at": later.happened_at, "moment_at": context.at
        }  # fmt: skip
        raise Refused("import.older", where=Where(read.source.name), problems=(), **params)


def _tell_same_file(context: Context, reader: Reader, read: RowsRead[Any]) -> None:
    same = same_file(reader, read.kind.name, read.stream.stamp)
    if same is not None:
        params: dict[str, str | int] = {"batch": same.id, "source": same.source, "recorded_at": same.recorded_at}
        context.warn(Problem("import.same_file", params, Where(read.source.name), warning=True))


def finished(
    context: Context, session: Session, read: RowsRead[Any], batch: ImportBatch, report: ImportReport
) -> ImportReport:
    """The report of an import that is done, inside its transaction.

    Repeated rows are unchanged.
    """
    report.unchanged += read.repeated
    report.rejected, report.problems, report.batch_id = len(read.bad), read.problems, batch.id
    close_batch(session, batch, report, read.milliseconds)
    if not read.handling.dry_run:
        context.about.shown = read.known
        context.about.selection = _about_file(read) | {"batch": batch.id}
        context.record(session)
    write_bad_rows(context, read, report)
    return report


def write_bad_rows(context: Context, read: RowsRead[Any], report: ImportReport) -> None:
    """Write the bad rows that are left out, as they were.

    The file is read again.
    """
    path = read.rejected_file
    if path is None or not read.bad or read.handling.dry_run:
        return
    with opened(context, read.source) as data:
        rows = read.rows_in(data)
        bad = (
            RejectedRow("; ".join(map(context.tell, read.bad[number])), rows.record)
            for number, _ in enumerate(rows)
            if number in read.bad
        )
        delimiter = rows.delimiter if rows.delimiter in DELIMITERS else ","
        write_rejected(path, rows.header, bad, delimiter, _written_in(read.source.encoding, rows.encoding))
    report.rejected_file = str(path)


def _written_in(asked: str | None, encoding: str) -> str:
    """The encoding in which the same options read a file of bad rows again; another than theirs needs its mark."""
    if asked is None:
        return "utf-8"
    return "utf-8-sig" if encoding == "utf-8" else encoding


def rejected(read: RowsRead[Any]) -> ImportReport:
    """The report of bad rows alone, where nothing was taken."""
    return ImportReport(rejected=len(read.bad), problems=read.problems)


def carry_out(
    context: Context,
    read: RowsRead[Any],
    hsa_ids: Mapping[str, str],
    examine: Callable[[Reader], None],
    write: Callable[[Session, Reader, int], ImportReport],
) -> ImportReport:
    """Import rows, of the units by key, that bring no relation events, in one transaction.

    `examine` rejects those that the store speaks against, before it is locked and again when it is; `write` gets the
    number of the import's batch.
    """
    with context.reading() as reader:
        read.known = numbered(reader, {row.resident for row in read.rows if hasattr(row, "resident")})
        examine(reader)
    if read.refused():
        return rejected(read)
    with context.writing(dry_run=read.handling.dry_run) as (session, reader):
        examine(reader)
        if read.refused():
            return rejected(read)
        batch, _ = begin_batch(context, session, reader, read, unit_ids(session, hsa_ids))
        assert batch.id is not None
        with context.progress.stage("writing"):
            report = write(session, reader, batch.id)
        return finished(context, session, read, batch, report)
