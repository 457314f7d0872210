"""Candidates for arguments and options being typed: `autocompletion` functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tidbok_cli.domain.candidates import UnitName
    from tidbok_cli.workflows.context import Context

Candidates = list[tuple[str, str]]
"""Values with their descriptions."""


def unit(ctx: typer.Context, incomplete: str) -> Candidates:
    """Units in the store, by alias and HSA-id."""
    from tidbok_cli.workflows.candidates import units

    return list(_named(units(_place(ctx)), incomplete))


def unit_or_file(ctx: typer.Context, incomplete: str) -> Candidates:
    """Units in the store or with a file, in force or not."""
    from tidbok_cli.workflows.candidates import units, units_in_files

    context = _place(ctx)
    return list(_named([*units(context), *units_in_files(context)], incomplete))


def unit_then_code(ctx: typer.Context, incomplete: str) -> Candidates:
    """Units as `unit_or_file`; after the first, or --all, codes, or where none begins so another unit."""
    if not (_units_on_line(ctx) or ctx.params.get("every")):
        return unit_or_file(ctx, incomplete)
    codes = code(ctx)
    begun = any(each.startswith(incomplete) for each, _ in codes)
    return codes if begun or not incomplete else unit_or_file(ctx, incomplete)


def _named(units: Iterable[UnitName], incomplete: str) -> Iterator[tuple[str, str]]:
    for each in units:
        if each.alias:
            yield each.alias, each.name or ""
        if each.hsa_id.upper().startswith(incomplete.upper()):
            # known in any case, so it goes on as the caller began it
            yield incomplete + each.hsa_id[len(incomplete) :], each.name or ""


def code(ctx: typer.Context) -> Candidates:
    """Configured codes, of the unit on the line or of all."""
    from tidbok_cli.workflows.candidates import codes

    return [
        (each.code, ", ".join(filter(None, (each.label, each.journal_name))))
        for each in codes(_place(ctx), _unit_on_line(ctx))
    ]


def booking(ctx: typer.Context, incomplete: str) -> Candidates:
    """Bookings, of the unit on the line or of all."""
    from tidbok_cli.render.moments import clock
    from tidbok_cli.workflows.candidates import bookings

    found = bookings(_place(ctx), incomplete, _unit_on_line(ctx))
    return [(each.booking, f"{clock(each.start)} {each.code}") for each in found]


def slot(ctx: typer.Context, incomplete: str) -> Candidates:
    """Published times to come, of the line's unit or of all."""
    from tidbok_cli.render.moments import clock
    from tidbok_cli.workflows.candidates import slots

    found = slots(_place(ctx), incomplete, _unit_on_line(ctx))
    return [(each.slot, f"{clock(each.start)} {each.code}") for each in found]


def basis(ctx: typer.Context, incomplete: str) -> Candidates:
    """Booking bases, of the line's unit or of all; never whose."""
    from tidbok_cli.workflows.candidates import bases

    return [(each.basis, each.code) for each in bases(_place(ctx), incomplete, _unit_on_line(ctx))]


def event(ctx: typer.Context, incomplete: str) -> Candidates:
    """Events in the log of relations."""
    from tidbok_cli.render.moments import clock
    from tidbok_cli.workflows.candidates import events

    found = events(_place(ctx), incomplete)
    return [(str(each.id), f"{clock(each.occurred_at)} {each.event}") for each in found]


def kind_of_event() -> list[str]:
    """Kinds of event of a relation."""
    from tidbok_cli.domain.relation import Event

    return [str(each) for each in Event]


def contract() -> list[str]:
    """Contracts that a journal can be asked by, as they need no booking."""
    from tidbok_cli.domain.journal_outcome import QUESTIONS

    return list(QUESTIONS)


def topic() -> Candidates:
    """The handbook's topics."""
    from tidbok_cli.i18n import language
    from tidbok_cli.workflows.help import list_guides

    return [(guide.topic, guide.title) for guide in list_guides(language())]


def assumption(ctx: typer.Context) -> list[str]:
    """Checks of the action on the line, passed and failed."""
    from tidbok_cli.workflows.candidates import checks

    slot, live = bool(ctx.params.get("slot")), bool(ctx.params.get("live"))
    action = ctx.params.get("action") or ("show" if not slot else "rebook" if ctx.params.get("booking") else "book")
    known = checks(action, with_slot=slot, with_journal=live)
    return [f"{check}={result}" for check in known for result in ("pass", "fail")]


def reason(ctx: typer.Context) -> list[str]:
    """Checks of the action on the line, and their reasons."""
    from tidbok_cli.workflows.candidates import reasons

    return reasons(ctx.params.get("action") or "show")


def resident() -> Candidates:
    """Only `-`, which keeps the number out of the shell's history."""
    return [("-", _("The person number is read from standard input."))]


def _place(ctx: typer.Context) -> Context:
    """Context that the command would have, without warnings while typing."""
    root = ctx.find_root()
    unsafe = bool(root.params.get("unsafe_permissions"))
    context: Context = root.obj(root.params.get("config") or None, root.params.get("store") or None, unsafe=unsafe)
    context.warn = _unsaid
    context.purpose = ctx.params.get("purpose") or context.environ.get("TIDBOK_PURPOSE")
    return context


def _unsaid(problem: Any) -> None:
    pass


def _unit_on_line(ctx: typer.Context) -> str | None:
    """The unit that is named alone."""
    named: list[Any] = _units_on_line(ctx) or [ctx.params.get("unit")]
    return named[0] if len(named) == 1 and isinstance(named[0], str) else None


def _units_on_line(ctx: typer.Context) -> list[str]:
    """The units before a code: of what is there already, the parser takes the last word for it."""
    if "units" not in ctx.params or "code" not in ctx.params:
        return []
    return [*(ctx.params["units"] or ()), *filter(None, [ctx.params["code"]])]
