"""What every command does around its workflow: take the shared options, print, end with the right status."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar

from tidbok_cli.errors import BadInput, Exit, Where
from tidbok_cli.render.output import Format

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    import typer

    from tidbok_cli.domain.imports import ImportReport
    from tidbok_cli.domain.operation import OperationDone
    from tidbok_cli.domain.why import Diagnosis
    from tidbok_cli.render.columns import Column
    from tidbok_cli.workflows.context import Context

T = TypeVar("T")


def workplace(
    ctx: typer.Context, *, at: str | None = None, purpose: str | None = None, reveal: bool = False
) -> Context:
    """The workplace that the program was started with, and what this command's options say of it.

    Raises BadInput for a moment that is none, and for numbers in full without the purpose that the region asks for.
    """
    context: Context = ctx.obj
    context.at_option, context.purpose, context.command = at, purpose, ctx.command_path.partition(" ")[2]
    if at is not None:
        _ = context.at
    if reveal:
        context.expect_purpose()
    return context


def day(text: str | None, name: str) -> date | None:
    """A date that the caller wrote; raises BadInput naming the option."""
    from tidbok_cli.domain.times import parse_date

    return None if text is None else parse_date(text).required(Where(column=name))


def choice(text: str | None, allowed: Sequence[str], name: str) -> str | None:
    """One of the allowed values, or none given; raises BadInput naming the option or argument."""
    if text is not None and text not in allowed:
        raise BadInput("usage.choice", where=Where(column=name), value=text, allowed=", ".join(allowed))
    return text


def answer_rows(
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Any]],
    form: Format,
    table: Sequence[Column] | None = None,
) -> None:
    """Prints a list; `table`: its columns for people, where they are others than those of CSV."""
    from tidbok_cli.render.output import print_rows

    print_rows(columns, begun(rows), form, table)


def begun(rows: Iterable[T]) -> Iterator[T]:
    """The rows, the first of them fetched already, so that what is wrong is found before anything is printed."""
    coming = iter(rows)
    first = list(islice(coming, 1))
    return chain(first, coming)


def answer_thing(
    value: Mapping[str, Any],
    columns: Sequence[Column],
    form: Format,
    rows: Iterable[Mapping[str, Any]] | None = None,
) -> bool:
    """Prints one thing in a form for programs; says whether it did, since for people each has a form of its own.

    `rows` is how it stands in CSV, where that is not the thing itself in one row.
    """
    from tidbok_cli.render.output import dumps, print_object, print_rows

    if form is Format.JSON:
        print_object(value)
    elif form is Format.NDJSON:
        print(dumps(value))
    elif form is Format.CSV:
        print_rows(columns, [value] if rows is None else rows, form)
    return form in (Format.JSON, Format.NDJSON, Format.CSV)


def status(*, good: bool) -> Exit:
    """0 for yes and nothing to report, 1 for no and findings."""
    return Exit.DONE if good else Exit.FINDINGS


def answer_import(report: ImportReport, file: str, form: Format, *, dry_run: bool) -> Exit:
    """Prints an import's report, and its bad rows on stderr."""
    from tidbok_cli.render.import_report import print_bad_rows, print_report, report_columns, report_value

    print_bad_rows(report, file, form, dry_run=dry_run)
    if not answer_thing(report_value(report), report_columns(report), form):
        print_report(report, dry_run=dry_run)
    return status(good=not report.rejected)


def answer_outcome(context: Context, done: OperationDone | Diagnosis, form: Format, *, reveal: bool) -> Exit:
    """Prints what an operation did; raises Refused, with the checks that failed, where the rules did not allow it."""
    from tidbok_cli.domain.why import Diagnosis
    from tidbok_cli.render.operation import OUTCOME, denial, outcome_rows, outcome_value, print_outcome

    if isinstance(done, Diagnosis):
        raise denial(done)
    if reveal:
        residents = {event.resident for event in done.events} | ({done.booking.resident} if done.booking else set())
        context.reveal(residents)
    if not answer_thing(outcome_value(done, reveal=reveal), OUTCOME, form, outcome_rows(done, reveal=reveal)):
        print_outcome(done, reveal=reveal)
    return Exit.DONE


def end_of(context: Context, starts_at: int, end: str | None, minutes: int | None) -> int | None:
    """When a time ends, by --end or --minutes; raises BadInput where both are given."""
    if end is not None and minutes is not None:
        raise BadInput("booking.end_or_minutes", where=Where(column="--minutes"))
    if minutes is not None:
        return starts_at + 60 * minutes
    return None if end is None else context.instant(end, "--end")
