"""`relation`: the tie between a resident and a clinic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli.base import candidates, options
from tidbok_cli.cli.base.command import (
    OPERATION,
    Exit,
    Format,
    answer_outcome,
    answer_rows,
    answer_thing,
    choice,
    command,
    context_of,
    group,
    status,
)
from tidbok_cli.cli.base.table import add_import
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from tidbok_cli.cli.base.table import Job

app = group(_("Relations: the tie between a resident and a clinic that lets booked times be shown."))


@command(
    app,
    _(
        "Record that something happened to a relation: clinic_added, communication_approved, summons_received, "
        "booked_by_resident, booking_link_login, clinic_removed or approval_withdrawn."
    ),
    "tidbok relation record - ogon clinic_added --at 2026-11-20T09:15",
    answer=OPERATION,
)
def record(
    ctx: typer.Context,
    resident: options.ResidentArgument,
    unit: options.UnitArgument,
    event: Annotated[
        str, typer.Argument(metavar="EVENT", help=_("What happened."), autocompletion=candidates.kind_of_event)
    ],
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.domain.relation import Event
    from tidbok_cli.workflows.relation import record_event

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    choice(event, tuple(Event), "EVENT")
    return answer_outcome(record_event(context, resident, unit, Event(event)), output, reveal=reveal)


@command(
    app,
    _(
        "Say that an event was recorded wrongly. It stays in the log, with who voided it, when and why, and is passed "
        "over from then on, for answers about the past too; the same row of an import does not bring it back."
    ),
    "tidbok relation void 1017 --purpose INC-4711",
    answer=OPERATION,
)
def void(
    ctx: typer.Context,
    event_id: Annotated[
        int,
        typer.Argument(
            metavar="EVENT_ID",
            help=_("The event's number, as “tidbok relation show” gives it."),
            autocompletion=candidates.event,
        ),
    ],
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.workflows.relation import void_event

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    return answer_outcome(void_event(context, event_id), output, reveal=reveal)


@command(
    app,
    _("Show a resident's relation to a clinic at the moment, and every event known of it."),
    "tidbok relation show - ogon",
    "tidbok relation show - ogon --at 2026-11-01 -o json",
    answer=_(
        "an object, tidbok.relation/1: how the relation is, its periods, and its events, each with what it did and, "
        "where it was voided, when, by whom and why."
    ),
)
def show(
    ctx: typer.Context,
    resident: options.ResidentArgument,
    unit: options.UnitArgument,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.OutputOrText = Format.TABLE,
    reveal: options.Reveal = False,
    verbose: options.Verbose = False,
) -> Exit:
    from tidbok_cli.render.relation import RELATION_KEYS, print_relation, relation_value
    from tidbok_cli.workflows.relation import show_relation

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    shown = show_relation(context, resident, unit)
    context.look()
    if not answer_thing(relation_value(shown, reveal=reveal), RELATION_KEYS, output):
        print_relation(shown, reveal=reveal, verbose=verbose, styled=output is Format.TABLE)
    return status(good=shown.state.exists)


@command(
    app,
    _("List the relations that hold at the moment, of a clinic, a resident, or all."),
    "tidbok relation list --unit ogon",
    "tidbok relation list --resident - --ended",
    name="list",
    rows="relation:RELATIONS",
)
def list_relations(
    ctx: typer.Context,
    unit: options.UnitOption = None,
    resident: options.ResidentOption = None,
    ended: Annotated[bool, typer.Option("--ended", help=_("Also relations that have ended."))] = False,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.render.relation import RELATIONS
    from tidbok_cli.workflows.relation import list_relations as job

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    rows = job(context, resident, unit, ended=ended)
    answer_rows(RELATIONS, rows, output, reveal=reveal)
    return Exit.DONE


def _import() -> Job:
    from tidbok_cli.workflows.import_relations import import_events

    return import_events


add_import(
    app,
    _import,
    _("Import events from a CSV file with the columns resident, unit, event, occurred_at: all rows or none."),
    "tidbok relation import relations.csv",
    "tidbok relation import - --encoding windows-1252",
)
