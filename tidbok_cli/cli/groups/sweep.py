"""`sweep`: verdicts on all bookings."""

from __future__ import annotations

import sys
from itertools import chain, islice
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli.base import candidates, options
from tidbok_cli.cli.base.command import (
    Exit,
    Format,
    answer_rows,
    begun,
    choice,
    command,
    context_of,
    day,
    expect_apart,
    group,
    status,
)
from tidbok_cli.cli.base.job import as_job
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tidbok_cli.domain.sweep import CancelledCount, SweepNews, SweepVerdict, Swept
    from tidbok_cli.workflows.context import Context
    from tidbok_cli.workflows.sweep import SweepExtent
    from tidbok_cli.workflows.sweep_saved import SweepSaver

app = group("")

_COMPARED = _("Sweeps compared")
_GOOD = ("shown", "allowed")


@command(
    app,
    _(
        "Give the verdict on every booking that is active and not over, by clinic, start and id. With --since only "
        "what became hidden or shown since a saved sweep, and why: a new booking is told of where it is not shown, and "
        "one that was cancelled, rebooked or is over is not, save in one line that counts what imports have cancelled."
    ),
    "tidbok sweep --summary",
    "tidbok sweep --unit ogon --from 2026-12-01 --to 2026-12-31",
    "tidbok sweep --all --at 2026-11-01 -o ndjson",
    "tidbok sweep --reason relation.never --reason service",
    "tidbok sweep --by unit,code,reason --from 2026-12-01",
    "tidbok sweep --since night --save night",
    rows="sweep:SWEEP,NEWS,COUNTED,SAVED;sweep_by:WORK",
)
@as_job(only_with="save")
def sweep(
    ctx: typer.Context,
    unit: options.UnitsOption = None,
    first: options.From = None,
    last: options.To = None,
    every: Annotated[
        bool, typer.Option("--all", help=_("Every booking, also ended ones and those that are over."))
    ] = False,
    reason: Annotated[
        list[str] | None,
        typer.Option(
            "--reason",
            metavar="CHECK[.REASON]",
            help=_("Only those that fail for it, or where it is not known; may be given several times."),
            autocompletion=candidates.reason,
        ),
    ] = None,
    action: Annotated[
        options.BookingAction,
        typer.Option("--action", metavar="show|cancel|rebook", help=_("What residents are to be able to do.")),
    ] = options.BookingAction.SHOW,
    summary: Annotated[
        bool, typer.Option("--summary", help=_("Only how many bookings have which verdict for which reasons."))
    ] = False,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="unit,code,reason",
            help=_(
                "A work list instead: by these, one or more, how many bookings and residents, who can act and what to "
                "do. With --reason only those reasons."
            ),
        ),
    ] = None,
    save: Annotated[
        str | None,
        typer.Option(
            "--save",
            metavar="NAME",
            help=_("Keep it, to be compared with; in place of the one of that name."),
            rich_help_panel=_COMPARED,
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="NAME",
            help=_("Only what became hidden or shown since that one, of the bookings that it was about."),
            rich_help_panel=_COMPARED,
        ),
    ] = None,
    saved: Annotated[bool, typer.Option("--saved", help=_("List those kept."), rich_help_panel=_COMPARED)] = False,
    forget: Annotated[
        str | None,
        typer.Option(
            "--forget",
            metavar="NAME",
            help=_("Keep that one no longer, and list the others."),
            rich_help_panel=_COMPARED,
        ),
    ] = None,
    allow_older: Annotated[
        bool,
        typer.Option(
            "--allow-older",
            help=_("With --save: also in place of a sweep of a later moment."),
            rich_help_panel=_COMPARED,
        ),
    ] = False,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.domain.facts import Action
    from tidbok_cli.domain.verdict import reasons_of
    from tidbok_cli.workflows.sweep import SweepExtent

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    extent_options = {
        "--unit": unit, "--from": first, "--to": last, "--all": every, "--reason": reason,
        "--action": action is not options.BookingAction.SHOW,
    }  # fmt: skip
    if saved or forget is not None:
        others = extent_options | {
            "--summary": summary, "--by": by, "--save": save, "--since": since, "--allow-older": allow_older
        }  # fmt: skip
        return _list_saved(context, forget, others | ({"--saved": saved} if forget is not None else {}), output)
    if allow_older and save is None:
        raise BadInput("sweep.older_in_vain", where=Where(column="--allow-older"))
    expect_apart({"--by": by}, {"--summary": summary, "--save": save, "--since": since})
    if since is not None:
        option = next((name for name, value in extent_options.items() if value), None)
        if option is not None:
            raise BadInput("sweep.has_its_extent", where=Where(column=option), option=option)
        return _tell_news(context, since, save, output, summary=summary, reveal=reveal, allow_older=allow_older)
    expect_apart({"--reason": reason, "--action": extent_options["--action"]}, {"--save": save})
    asked = Action(choice(action, (Action.SHOW, Action.CANCEL, Action.REBOOK), "--action") or action)
    reasons = tuple(choice(each, tuple(reasons_of(asked)), "--reason") or "" for each in reason or [])
    extent = SweepExtent(tuple(unit or ()), day(first, "--from"), day(last, "--to"), every, reasons, asked)
    if by is not None:
        return _work(context, extent, by, output)
    if save is not None:
        return _sweep_and_keep(context, extent, save, output, summary=summary, reveal=reveal, allow_older=allow_older)
    return _sweep(context, extent, output, summary=summary, reveal=reveal)


def _work(context: Context, extent: SweepExtent, by: str, output: Format) -> Exit:
    from tidbok_cli.render.sweep_by import work
    from tidbok_cli.workflows.sweep_by import KEYS, work_list

    keys = tuple(choice(each.strip(), KEYS, "--by") or "" for each in by.split(","))
    rows = work_list(context, extent, keys)
    first = list(islice(rows, 1))
    answer_rows(work(keys), chain(first, rows), output)
    return status(good=not first)


def _print(context: Context, lots: Iterator[Swept], output: Format, action: str = "show") -> None:
    from tidbok_cli.render.sweep import SWEEP_NAMED, asked, print_swept
    from tidbok_cli.workflows.sweep import named

    if output is Format.TABLE:
        bookings = chain.from_iterable(lot.rows for lot in lots)
        answer_rows(asked(SWEEP_NAMED, action), named(context, bookings, lambda booking: booking), output)
    else:
        print_swept(lots, output)


def _sweep(context: Context, extent: SweepExtent, output: Format, *, summary: bool, reveal: bool) -> Exit:
    from tidbok_cli.render.sweep import COUNTED, asked
    from tidbok_cli.workflows import sweep as job

    if summary:
        counts = job.summary(context, extent)
        answer_rows(asked(COUNTED, extent.action), counts, output)
        return status(good=all(each.verdict in _GOOD for each in counts))
    met: list[SweepVerdict] = []
    _print(context, begun(job.sweep(context, extent, met, reveal=reveal)), output, extent.action)
    return status(good=all(each.verdict in _GOOD for each in met))


def _sweep_and_keep(
    context: Context,
    extent: SweepExtent,
    save: str,
    output: Format,
    *,
    summary: bool,
    reveal: bool,
    allow_older: bool,
) -> Exit:
    from tidbok_cli.render.sweep import COUNTED
    from tidbok_cli.workflows import sweep_saved as job

    keeping = job.SweepSaver(save)
    met: list[SweepVerdict] = []
    rows = begun(
        job.sweep_to_keep(context, extent, keeping, met, reveal=reveal, counted=summary, allow_older=allow_older)
    )
    if summary:
        answer_rows(COUNTED, job.counted(rows), output)
    else:
        _print(context, rows, output)
    _keep(context, keeping)
    return status(good=all(each.verdict == "shown" for each in met))


def _tell_news(
    context: Context,
    since: str,
    save: str | None,
    output: Format,
    *,
    summary: bool,
    reveal: bool,
    allow_older: bool,
) -> Exit:
    from tidbok_cli.render.sweep import print_cancelled
    from tidbok_cli.workflows import sweep_saved as job

    keeping = None if save is None else job.SweepSaver(save)
    cancelled: list[CancelledCount] = []
    rows = job.news(context, since, keeping, cancelled, reveal=reveal, counted=summary, allow_older=allow_older)
    first = list(islice(rows, 1))
    print_cancelled(cancelled)
    if summary:
        _count_news(chain(first, rows), output)
    elif first or output is not Format.TABLE:  # no news, no line: what a nightly job prints is mailed
        _print_news(context, chain(first, rows), output)
    if keeping is not None:
        _keep(context, keeping)
    return status(good=not first)


def _print_news(context: Context, rows: Iterator[SweepNews], output: Format) -> None:
    from tidbok_cli.render.sweep import NEWS, NEWS_NAMED
    from tidbok_cli.workflows.sweep import named

    if output is Format.TABLE:
        answer_rows(NEWS_NAMED, named(context, rows, attrgetter("now")), output)
    else:
        answer_rows(NEWS, rows, output)


def _count_news(rows: Iterator[SweepNews], output: Format) -> None:
    from tidbok_cli.render.sweep import NEWS_COUNTED
    from tidbok_cli.workflows.sweep_saved import news_counted

    counts = news_counted(rows)
    if counts or output is not Format.TABLE:
        answer_rows(NEWS_COUNTED, counts, output)


def _keep(context: Context, keeping: SweepSaver) -> None:
    """Keep a sweep once it has been printed, to the last byte."""
    sys.stdout.flush()
    keeping.keep(context)


def _list_saved(context: Context, forgotten: str | None, others: Mapping[str, object], output: Format) -> Exit:
    from tidbok_cli.render.sweep import SAVED
    from tidbok_cli.workflows import sweep_saved as job

    option = "--saved" if forgotten is None else "--forget"
    other = next((name for name, value in others.items() if value), None)
    if other is not None:
        raise BadInput("sweep.alone", where=Where(column=option), option=option, other=other)
    if forgotten is not None:
        job.forget(context, forgotten)
    answer_rows(SAVED, job.listed(context), output)
    return Exit.DONE
