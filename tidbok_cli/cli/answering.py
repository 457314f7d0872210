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

    from tidbok_cli.domain.outcomes.answers import Diagnosis
    from tidbok_cli.domain.outcomes.operations import Outcome
    from tidbok_cli.domain.outcomes.upkeep import Report
    from tidbok_cli.render.output import Column
    from tidbok_cli.workflows.workplace import Workplace

T = TypeVar("T")


def workplace(
    ctx: typer.Context, *, at: str | None = None, purpose: str | None = None, reveal: bool = False
) -> Workplace:
    """The workplace that the program was started with, and what this command's options say of it.

    Raises BadInput for a moment that is none, and for numbers in full without the purpose that the region asks for.
    """
    place: Workplace = ctx.obj
    place.at_option, place.purpose, place.command = at, purpose, ctx.command_path.partition(" ")[2]
    if at is not None:
        _ = place.at
    if reveal:
        place.expect_purpose()
    return place


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


def answer_import(report: Report, file: str, form: Format, *, dry_run: bool) -> Exit:
    """Prints an import's report, and its bad rows on stderr."""
    from tidbok_cli.render.importing import print_bad_rows, print_report, report_columns, report_value

    print_bad_rows(report, file, form, dry_run=dry_run)
    if not answer_thing(report_value(report), report_columns(report), form):
        print_report(report, dry_run=dry_run)
    return status(good=not report.rejected)


def answer_outcome(place: Workplace, done: Outcome | Diagnosis, form: Format, *, reveal: bool) -> Exit:
    """Prints what an operation did; raises Refused, with the checks that failed, where the rules did not allow it."""
    from tidbok_cli.domain.outcomes.answers import Diagnosis
    from tidbok_cli.render.operating import OUTCOME, denial, outcome_rows, outcome_value, print_outcome

    if isinstance(done, Diagnosis):
        raise denial(done)
    if reveal:
        residents = {event.resident for event in done.events} | ({done.booking.resident} if done.booking else set())
        place.reveal(residents)
    if not answer_thing(outcome_value(done, reveal=reveal), OUTCOME, form, outcome_rows(done, reveal=reveal)):
        print_outcome(done, reveal=reveal)
    return Exit.DONE


def end_of(place: Workplace, starts_at: int, end: str | None, minutes: int | None) -> int | None:
    """When a time ends, by --end or --minutes; raises BadInput where both are given."""
    if end is not None and minutes is not None:
        raise BadInput("booking.end_or_minutes", where=Where(column="--minutes"))
    if minutes is not None:
        return starts_at + 60 * minutes
    return None if end is None else place.instant(end, "--end")
