"""`journal`: what the clinics' journals answer now, asked over the national platform."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli.cli.base import candidates, options
from tidbok_cli.cli.base.command import Exit, Format, answer_thing, choice, command, context_of, group
from tidbok_cli.cli.base.options import FormatOrXml
from tidbok_cli.cli.base.received import answer_received, expect_revealing
from tidbok_cli.i18n import _

app = group(_("The journals, live: what 1177 is told right now. Each call is recorded, and no answer is kept."))


@command(
    app,
    _(
        "Ask each clinic's journal what 1177 asks about a resident's booked times, about the first test resident, and "
        "say who can act where it does not answer. Clinics that are in force or have a file are asked, or those named."
    ),
    "tidbok journal ping",
    "tidbok journal ping ogon -o json",
    "tidbok journal ping ogon --contract GetSubjectOfCareSchedule --contract GetAllTimeTypes",
    answer=_(
        "an object, tidbok.journal_ping/1, with at, environment, the consumer (hsa_id, and valid_until of its "
        "certificate) and the answers: unit, contract, result (answered, refused, fault, silent, unreadable, "
        "not_asked), code, actor, message, fix, detail, slots, breaches (code, element, value), seconds, "
        "producer_seconds and correlation_id."
    ),
)
def ping(
    ctx: typer.Context,
    units: options.UnitsArgument = None,
    contract: Annotated[
        list[str] | None,
        typer.Option(
            "--contract",
            metavar="C",
            autocompletion=candidates.contract,
            help=_(
                "What to ask, by the contract's short name; may be given several times. Default: "
                "GetSubjectOfCareSchedule."
            ),
        ),
    ] = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.OutputOrXml = FormatOrXml.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.domain.journal_outcome import QUESTIONS, ending
    from tidbok_cli.render.journal import KEYS, csv_rows, ping_value, print_ping
    from tidbok_cli.workflows.journal_ping import ping as job

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    raw = output is FormatOrXml.XML
    if raw:
        expect_revealing(reveal=reveal)
    contracts = [str(choice(each, QUESTIONS, "--contract")) for each in contract or ()]
    done = job(context, units or [], list(dict.fromkeys(contracts)), bodies=raw)
    if raw:
        return ending(answer_received(context, done.answers))
    answers = list(done.answers)
    value = ping_value(done.head, answers)
    if not answer_thing(value, KEYS, Format(output), csv_rows(value)):
        print_ping(done.head, done.names, answers, context.region.contacts)
    return ending(answers)
