"""`unit checklist`: steps with status, evidence, actor and next command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tidbok_cli.domain.unit_checklist import Checklist, StepStatus, StepTaken
from tidbok_cli.i18n import _, ngettext
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import words
from tidbok_cli.render.check_names import can_act
from tidbok_cli.render.columns import ALIAS, INSTANT, Column, JsonObject, Listing, Rank, evidence, instant, record
from tidbok_cli.render.lines import Line, Span, print_lines, tell, visible
from tidbok_cli.render.moments import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

STEP_KEYS = ("step", "status", "actor", "message", "next")


def _of_first(tell: Callable[[StepTaken], str]) -> Callable[[Checklist], str | None]:
    """A column of the first step that is open."""
    return lambda told: tell(told.open[0]) if told.open else None


CHECKLISTS: Final = Listing(
    _m("for each clinic"),
    (
        Column("unit", _m("HSA-id"), rank=Rank.LEAST, whole=True),
        Column("alias", _m("Alias"), kind=ALIAS),
        Column("name", _m("Name"), rank=Rank.NAME, tell=lambda told: [told.name]),
        Column("done", _m("Done"), lambda told: len(told.steps) - len(told.open)),
        Column("open", _m("Left"), lambda told: len(told.open)),
        Column(
            "actor",
            _m("Whose turn"),
            _of_first(lambda step: step.actor),
            tell=lambda told: [_(words.ACTORS[each.actor]) for each in told.open[:1]],
        ),
        Column(
            "step",
            _m("Step"),
            _of_first(lambda step: step.step),
            rank=Rank.LEAST,
            tell=_of_first(lambda step: _(TEXTS[step.step].title)),
        ),
        Column("next", _m("Next"), lambda told: _next(told, told.open[0]) if told.open else None),
    ),
    none=_m("There are no clinics, in files or in force."),
)
_LOSING = (Column("booking"), Column("code"), Column("start", kind=INSTANT))

_APPLY: Final = _m("Its file has it: put that in force with “tidbok unit apply {unit}”.")
_COMES: Final = _m("Its file has it, and that waits: it comes into force {at}. “tidbok unit waiting {unit}” shows it.")
_MAKE: Final = _m(
    "It has no file: “tidbok unit new {unit} --name … --calendar … --show”, then “tidbok unit apply {unit}”."
)
_ASK_TAK: Final = _m("Read an export of TAK: “tidbok coupling import-tak FILE”.")


class _StepText(NamedTuple):
    """A step's title, and the next thing where not done or unknown."""

    title: str
    then: str
    unknown: str = ""

    def next(self, status: StepStatus) -> str:
        return self.unknown if status is StepStatus.UNKNOWN and self.unknown else self.then


TEXTS: Final[Mapping[str, _StepText]] = {
    "hsa_id": _StepText(
        _m("Check the HSA-id, its check digit too."),
        _m("Ask the region's HSA administration for the right HSA-id, and correct the clinic's file."),
    ),
    "shows": _StepText(
        _m("Configure the clinic to show booked times, and put that in force."),
        _m("Set show = true under [services] in its file, then “tidbok unit apply {unit}”."),
    ),
    "calendar": _StepText(
        _m("Name its calendar in the journal."),
        _m("Name it: calendar under [coupling] in its file, then “tidbok unit apply {unit}”."),
    ),
    "routed": _StepText(
        _m("See to it that TAK has the routes for each service that it offers."),
        _m("Order the missing routes in TAK, read a new export, and see “tidbok coupling check {unit}”."),
        _ASK_TAK,
    ),
    "codes": _StepText(
        _m("Map each code in its bookings and published times."),
        _m(
            "“tidbok service map {unit} CODE --label … --show”, or “tidbok service import {unit} FILE”, then "
            "“tidbok unit apply {unit}”."
        ),
    ),
    "labels": _StepText(
        _m("Give labels in the residents' words, not copies of the journal's names."),
        _m("“tidbok service map {unit} CODE --label …”, in words that residents understand."),
        _m("The clinic has no codes yet: the labels come with them."),
    ),
    "decided": _StepText(
        _m("Decide on cancelling, rebooking and booking one by one, and allow what is offered for some code."),
        _m("Write cancel, rebook and book under [services], and allow them for the codes: “tidbok service map …”."),
    ),
    "contacts": _StepText(
        _m("Give the region's contacts."),
        _m("Fill in [contacts] of tidbok.toml."),
    ),
    "shown": _StepText(
        _m("See to it that at least one coming booking is shown."),
        _m("“tidbok sweep --unit {unit} --summary” says what hides them, “tidbok why BOOKING” why one is hidden."),
        _m("No coming bookings are known: “tidbok booking import FILE”."),
    ),
    "residents_told": _StepText(
        _m("Let the residents know their times another way, so that no coming booking has to be shown."),
        _m("Tell the residents below; then switch the services off, and run “tidbok unit apply {unit}”."),
    ),
    "switched_off": _StepText(
        _m("Switch off the services in the clinic's file, or remove the file."),
        _m("Set show, cancel, rebook and book to false in its file, or remove the file."),
    ),
    "ended": _StepText(
        _m("End what is in force of it."),
        _m("“tidbok unit plan {unit} --remove”, then “tidbok unit apply {unit} --remove”."),
    ),
    "successor": _StepText(
        _m("Have the clinic that takes over show its times."),
        _m("Introduce it first: “tidbok unit checklist {new}”."),
    ),
    "related": _StepText(
        _m("See to it that those with coming times have a relation to the clinic that takes over."),
        _m(
            "On 1177 a relation follows the HSA-id. The clinic {new} sends them a summons (recorded by “tidbok summons "
            "send - {new}”), or they add it themselves. Who they are: “tidbok booking list --unit {unit}”, and when "
            "the times are moved “tidbok sweep --unit {new} --reason relation”."
        ),
    ),
    "moved": _StepText(
        _m("Move the coming times, in the journal, to the clinic that takes over."),
        _m(
            "Move them, and import the other clinic's bookings as a whole file, which ends those here: “tidbok booking "
            "import FILE --complete --unit {unit}”."
        ),
    ),
    "unrouted": _StepText(
        _m("See to it that TAK has no routes to it any more."),
        _m("Order their removal in TAK, then read a new export."),
        _ASK_TAK,
    ),
}
_MARKS: Final = {
    StepStatus.DONE: Span("✓", "green"),
    StepStatus.NOT_DONE: Span("✗", "red"),
    StepStatus.UNKNOWN: Span("?", "yellow"),
}


def checklist_value(told: Checklist) -> JsonObject:
    """`tidbok.checklist/1`: steps and, of closing, bookings that lose their display."""
    return {
        "schema": "tidbok.checklist/1",
        "at": instant(told.at),
        "unit": told.unit,
        "name": told.name,
        "closing": told.closing,
        "successor": told.successor.unit if told.successor else None,
        "steps": [_step(told, step) for step in told.steps],
        "losing": [record(_LOSING, each) for each in told.losing],
    }


def _step(told: Checklist, step: StepTaken) -> JsonObject:
    text = TEXTS[step.step]
    return {
        "step": step.step,
        "status": step.status,
        "actor": step.actor,
        "message": _(text.title),
        "next": _next(told, step),
        "evidence": evidence(step.evidence),
    }


def _next(told: Checklist, step: StepTaken) -> str | None:
    """The next thing to do, with the unit as one types it; None where the step is done."""
    if step.status is StepStatus.DONE:
        return None
    text = TEXTS[step.step].next(step.status)
    if step.step in ("shows", "calendar") and not told.has_file:
        text = _MAKE
    if step.waits:
        text = _APPLY if step.comes_at is None else _COMES
    new = (told.successor.alias or told.successor.unit) if told.successor else ""
    return _(text).format(unit=told.alias or told.unit, new=new, at=moment(step.comes_at))


def print_checklist(told: Checklist, contacts: Mapping[str, str]) -> None:
    """Print the steps for people."""
    tell(visible(f"{told.name or ''} {told.unit}, {moment(told.at)}".strip()))
    print()
    print_lines((line for step in told.steps for line in _lines(told, step, contacts)), styled=True)
    if told.losing:
        print()
        count = len(told.losing)
        said = ngettext(
            "{count} coming booking loses its display:", "{count} coming bookings lose their display:", count
        )
        tell(said.format(count=count))
        for each in told.losing:
            tell(visible(f"  {moment(each.start)}  {each.booking}  {each.code}"))


def _lines(told: Checklist, step: StepTaken, contacts: Mapping[str, str]) -> Iterator[Line]:
    text = TEXTS[step.step]
    style = "" if step.status is StepStatus.DONE else "bold"
    yield _MARKS[step.status], Span(f" {_(text.title)}", style)
    if evidence := _SAID[step.step](step.evidence):
        yield (Span(f"  {visible(evidence)}", "dim"),)
    if fix := _next(told, step):
        yield (Span("  " + can_act(step.actor, contacts)),)
        yield (Span("  " + _("Next: {fix}").format(fix=visible(fix))),)


def _in_force(evidence: Mapping[str, Any]) -> str:
    if evidence["file_waits_for_apply"]:
        return _("Its file says something else than what is in force: “tidbok unit plan”.")
    if (comes := evidence["file_comes_into_force_at"]) is not None:
        return _("What its file says waits, and comes into force {at}: “tidbok unit waiting”.").format(at=moment(comes))
    return "" if evidence["in_force"] else _("It is not in force.")


def _routes(evidence: Mapping[str, Any]) -> str:
    if evidence["snapshot_taken_at"] is None:
        return _("No TAK snapshot has been read.")
    taken = _("TAK as of {taken}").format(taken=moment(evidence["snapshot_taken_at"]))
    missing = ", ".join(evidence.get("missing") or evidence.get("routes") or ())
    return f"{taken}: {missing}" if missing else taken


def _met(evidence: Mapping[str, Any]) -> str:
    return ", ".join(f"{code} ({count})" for code, count in evidence["unmapped"].items())


def _left(evidence: Mapping[str, Any]) -> str:
    undecided, idle = evidence["undecided"], evidence["offered_for_no_code"]
    told = [_("not decided: {services}").format(services=_services(undecided))] if undecided else []
    told += [_("offered, but allowed for no code: {services}").format(services=_services(idle))] if idle else []
    return "; ".join(told)


def _services(codes: Iterable[str]) -> str:
    return ", ".join(_(words.SERVICES[code]) for code in codes)


def _counted(evidence: Mapping[str, Any]) -> str:
    said = ngettext("{shown} of {coming} coming booking", "{shown} of {coming} coming bookings", evidence["coming"])
    return said.format(shown=evidence["shown"], coming=evidence["coming"])


def _without_relation(evidence: Mapping[str, Any]) -> str:
    count = evidence["residents_without_relation"]
    if not count:
        return ""
    return ngettext(
        "{count} resident with coming times has no relation to the new clinic",
        "{count} residents with coming times have no relation to the new clinic",
        count,
    ).format(count=count)


def _left_there(evidence: Mapping[str, Any]) -> str:
    count = evidence["coming"]
    return ngettext("{count} coming booking", "{count} coming bookings", count).format(count=count) if count else ""


_SAID: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "hsa_id": lambda evidence: str(evidence["hsa_id"]),
    "shows": _in_force,
    "calendar": lambda evidence: evidence["calendar"] or "",
    "routed": _routes,
    "codes": _met,
    "labels": lambda evidence: ", ".join(evidence["copies"]),
    "decided": _left,
    "contacts": lambda evidence: ", ".join(evidence["missing"]),
    "shown": _counted,
    "residents_told": _counted,
    "successor": lambda evidence: str(evidence["successor"]),
    "related": _without_relation,
    "moved": _left_there,
    "switched_off": lambda evidence: ", ".join(evidence["offered"]),
    "ended": lambda evidence: ", ".join(evidence["offered"]),
    "unrouted": _routes,
}
