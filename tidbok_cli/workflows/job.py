"""A job from its beginning to its end: alone, and with its traces however it ends (contract, section 6)."""

from __future__ import annotations

import json
import os
import re
from contextlib import ExitStack, contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import uuid4

from tidbok_cli import __version__
from tidbok_cli.domain.job import JobBegun, JobCounts, JobEnded, JobTraces, StoreGauge
from tidbok_cli.domain.masks import without_numbers
from tidbok_cli.domain.times import iso
from tidbok_cli.errors import BadInput, Busy, Exit, Problem, TidbokError, Where
from tidbok_cli.exchange.job_log import append_line, expect_log
from tidbok_cli.exchange.metrics import expect_metrics, write_metrics
from tidbok_cli.store.caller import Caller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tidbok_cli.workflows.context import Context

_RUN_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_CREDENTIALS: Final = re.compile(r"(?<=://)[^@/]*@")
_LAST_SECONDS: Final = 1
"""So long the row of a job that failed waits for others who write."""


class Surroundings(NamedTuple):
    """The terminal's part of a job: how errors end, and where lines for `--log -` go."""

    ending: Callable[[BaseException], tuple[int, str]]
    say: Callable[[str], None]


def carry_out(
    context: Context, given: Mapping[str, Any], traces: JobTraces, around: Surroundings, work: Callable[[], Exit]
) -> Exit:
    """Do a job's work while no other job runs, and leave its traces; raises Busy where another one runs.

    `given`: the arguments by option.
    """
    job = _Job(context, _begun(context, given), traces, around)
    with ExitStack() as alone:
        try:
            job.begin(alone)
            status = work()
        except BaseException as error:
            job.end(*around.ending(error), error)
            raise
        job.end(status, None)
    return status


def _begun(context: Context, given: Mapping[str, Any]) -> JobBegun:
    return JobBegun(_run_id(context), context.command, plain(given), plain(context.actor), os.getpid(), context.now)


def _run_id(context: Context) -> str:
    """The run's name: TIDBOK_RUN_ID, else systemd's, else one by chance.

    Raises BadInput for a name that is none, or may be a person number.
    """
    named = context.environ.get("TIDBOK_RUN_ID")
    if not named:
        return context.environ.get("INVOCATION_ID") or uuid4().hex
    if not _RUN_ID.fullmatch(named) or without_numbers(named) != named:
        raise BadInput("job.run_id", where=Where(column="TIDBOK_RUN_ID"))
    return named


def plain(value: Any) -> Any:
    """An argument as it is recorded: without person numbers and passwords."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if value is None or isinstance(value, bool | int):
        return value
    return _CREDENTIALS.sub("***@", str(without_numbers(str(value))))


class _Job:
    """A run of a job: its row in the store, its line in the log, its metrics."""

    def __init__(self, context: Context, begun: JobBegun, traces: JobTraces, around: Surroundings) -> None:
        self._context, self._begun, self._around = context, begun, around
        self._log = None if traces.log in (None, "-") else context.folder / str(traces.log)
        self._says = traces.log == "-"
        self._only_reads = traces.only_reads
        self._metrics = None if traces.metrics is None else context.folder / traces.metrics
        self._row: int | None = None
        self._began = monotonic()

    def begin(self, alone: ExitStack) -> None:
        """Take the lock, and record the beginning; raises BadInput where the traces could not be written."""
        from tidbok_cli.store.write.job_lock import job_lock

        for path, expect in ((self._log, expect_log), (self._metrics, expect_metrics)):
            if path is not None:
                expect(path)
        alone.enter_context(job_lock(self._context.address, self._context.caller))
        if self._only_reads:
            return
        try:
            self._record_beginning()
        except Busy:
            raise
        except TidbokError:  # of a store that is missing, or older: the job says so itself
            return

    def _record_beginning(self) -> None:
        from tidbok_cli.store.write.engine import reader_of, writing
        from tidbok_cli.store.write.job_run import add_run, mark_unfinished

        with writing(self._context.address, self._context.caller) as session:
            killed = mark_unfinished(session, reader_of(session))
            self._row = add_run(session, self._begun)
        self._context.has_changed = False
        for command, pid, began_at in killed:
            params: dict[str, str | int] = {"command": command, "pid": pid, "began_at": began_at}
            self._context.warn(Problem("job.killed", params, warning=True))

    def end(self, status: int, code: str | None, error: BaseException | None = None) -> None:
        """Leave the traces of how it ended; none that cannot be left ends the job otherwise."""
        seconds = monotonic() - self._began
        counts: JobCounts = self._context.counts
        done = error is None and counts.is_done
        ended = JobEnded(self._begun.started_at + int(seconds), int(seconds * 1000), int(status), code, done, counts)
        if not self._is_in_vain(error):
            with suppress(Exception):
                self._record_end(ended, _LAST_SECONDS if error or self._only_reads else self._context.wait)
        self._write_line(ended)
        self._write_metrics(ended)

    def _is_in_vain(self, error: BaseException | None) -> bool:
        """Whether the store could not be written to from the beginning, and is not asked again."""
        return self._row is None and isinstance(error, TidbokError) and error.code.startswith("store.")

    def _record_end(self, ended: JobEnded, wait: float) -> None:
        from tidbok_cli.store.write.engine import writing
        from tidbok_cli.store.write.job_run import end_run

        with writing(self._context.address, Caller(self._context.command, wait)) as session:
            end_run(session, self._row, self._begun, ended)

    def _write_line(self, ended: JobEnded) -> None:
        if self._says:
            self._around.say(self._line(ended))
        elif self._log is not None:
            with self._warning():
                append_line(self._log, self._line(ended))

    def _line(self, ended: JobEnded) -> str:
        """`tidbok.job/1`: a run in JSON."""
        begun = self._begun
        value = {
            "schema": "tidbok.job/1",
            "run": begun.run_id,
            "command": begun.command,
            "arguments": begun.arguments,
            "store": self._place(),
            "started_at": iso(begun.started_at),
            "ended_at": iso(ended.ended_at),
            "seconds": ended.milliseconds / 1000,
            "exit_status": ended.exit_status,
            "error": ended.error,
            "done": ended.is_done,
            "counts": ended.counts.value(),
            "actor": begun.actor,
            "pid": begun.pid,
            "version": __version__,
            "audit_head": self._audit_head(),
        }
        return json.dumps(value, ensure_ascii=False)

    def _audit_head(self) -> dict[str, Any] | None:
        """The audit's last row: beside it, rows that are cut off later are missed. None where it cannot be read."""
        from tidbok_cli.store.audit import head
        from tidbok_cli.store.reader import reading

        with suppress(Exception), reading(self._context.address, Caller(wait=_LAST_SECONDS)) as reader:
            return head(reader)._asdict()
        return None

    def _place(self) -> str | None:
        with suppress(TidbokError):
            return str(self._context.address)
        return None

    def _write_metrics(self, ended: JobEnded) -> None:
        if self._metrics is not None:
            with self._warning():
                write_metrics(self._metrics, self._begun, ended, self._gauge(ended.ended_at))

    def _gauge(self, now: int) -> StoreGauge | None:
        """The store in numbers; None where it cannot be read."""
        from tidbok_cli.store.read.job_run import gauge
        from tidbok_cli.store.reader import reading

        with suppress(Exception), reading(self._context.address, Caller(wait=_LAST_SECONDS)) as reader:
            return gauge(reader, self._context.address, now)
        return None

    @contextmanager
    def _warning(self) -> Iterator[None]:
        """Say what could not be written."""
        try:
            yield
        except TidbokError as error:
            self._context.warn(Problem(error.code, error.params, error.where, warning=True))
