"""`journal show`: what the journals offer a resident now, beside the store and the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, answer_thing, command, context_of, group, status
from tidbok_cli.cli.base.options import FormatOrXml
from tidbok_cli.cli.base.received import answer_received, expect_revealing, warn_of_untold
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from tidbok_cli.domain.journal_shown import JournalShown

app = group("")


@command(
    app,
    _(
        "Ask the journals what they offer the resident on 1177 right now, and say what differs from the copy in the "
        "store and from the clinics' files. Asked are the clinics to which the resident has a relation, or that have a "
        "coming booking in the copy, unless they are named. Each call is recorded, and no answer is kept."
    ),
    "tidbok journal show -",
    "tidbok journal show - --unit ogon -o json",
    "tidbok journal show - --everywhere",
    "tidbok journal show - --unit ogon -o xml --reveal",
    answer=_(
        "an object, tidbok.journal/1, with at, environment, consumer and answers as “journal ping” has them, and the "
        "bookings, as “why” has them, with journal (start, end, code, name, cancel, rebook, invitation; null where it "
        "offers none) and findings (finding, actor, message, fix)."
    ),
)
def show(
    ctx: typer.Context,
    resident: options.ResidentArgument,
    unit: options.UnitsOption = None,
    everywhere: Annotated[
        bool,
        typer.Option(
            "--everywhere",
            help=_("Also ask the aggregator, as 1177 does first, and say which times it lacks."),
        ),
    ] = False,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.OutputOrXml = FormatOrXml.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.render.journal_show import KEYS, csv_rows, print_shown, shown_value
    from tidbok_cli.workflows.journal_show import show as job

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    raw = output is FormatOrXml.XML
    if raw:
        expect_revealing(reveal=reveal)
    shown = job(context, resident, unit or [], everywhere=everywhere, bodies=raw)
    context.look("findings" if shown.has_findings else "done", units=shown.asked)
    if raw:
        answer_received(context, shown.answers)
        return _ended(shown)
    if output is FormatOrXml.CSV:  # its rows are the times, not the answers
        warn_of_untold(context, shown.answers)
    value = shown_value(shown, reveal=reveal)
    if not answer_thing(value, KEYS, Format(output), csv_rows(value)):
        print_shown(shown, context.region.contacts, reveal=reveal)
    return _ended(shown)


def _ended(shown: JournalShown) -> Exit:
    """How the asking went; where all answered, whether anything differs."""
    from tidbok_cli.domain.journal_outcome import ending

    asked = ending(shown.answers) if shown.answers else Exit.DONE
    return status(good=not shown.has_findings) if asked is Exit.DONE else asked
