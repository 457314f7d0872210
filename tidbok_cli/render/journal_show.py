"""`journal show`: what journals offer a resident, beside the store and the files (contract, section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.domain.identity import hsa_key, mask
from tidbok_cli.domain.journal import JournalResult
from tidbok_cli.domain.journal_slot import says_what_is_offered
from tidbok_cli.domain.masks import masked
from tidbok_cli.i18n import _, ngettext
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import journal_finding_texts, words
from tidbok_cli.render.check_names import can_act
from tidbok_cli.render.columns import INSTANT, SAID, Column, JsonObject, record, resident
from tidbok_cli.render.journal import answer_value, head_told, head_value, print_faults
from tidbok_cli.render.journal_finding import said
from tidbok_cli.render.lines import Line, Span, print_lines, visible
from tidbok_cli.render.moments import span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tidbok_cli.domain.journal_booking import JournalBooking
    from tidbok_cli.domain.journal_shown import JournalShown


def _copied(name: str) -> Callable[[JournalBooking], Any]:
    return lambda booking: getattr(booking.copy, name) if booking.copy else None


def _mapped(name: str) -> Callable[[JournalBooking], Any]:
    return lambda booking: getattr(booking.mapping, name) if booking.mapping else None


def _known(booking: JournalBooking, text: str | None) -> str | None:
    """A text of the copy as it is; one that only the journal has, without person numbers."""
    return text if booking.copy or not text else masked(text)


_BOOKING: Final = (
    Column("id", get=lambda booking: _known(booking, booking.booking_id)),
    Column("unit", get=lambda booking: _known(booking, booking.unit)),
    Column("unit_name", get=lambda booking: booking.config.name if booking.config else None),
    Column("resident", get=lambda _booking: None),
    Column("code", get=_copied("code")),
    Column("care_type", get=_copied("care_type")),
    Column("kind", get=_mapped("kind")),
    Column("label", get=_mapped("label")),
    Column("start", get=_copied("starts_at"), kind=INSTANT),
    Column("end", get=_copied("ends_at"), kind=INSTANT),
    Column("status", get=_copied("status")),
    Column("created_at", get=_copied("created_at"), kind=INSTANT),
    Column("origin", get=_copied("origin")),
    Column("calendar", get=_copied("calendar")),
)
"""The keys of render/booking.py's BOOKING; what only the copy knows is null where there is none."""

_SLOT: Final = (
    Column("start", kind=INSTANT),
    Column("end", kind=INSTANT),
    Column("code", get=lambda slot: slot.code or slot.care_type, kind=SAID),
    Column("name", kind=SAID),
    Column("cancel"),
    Column("rebook"),
    Column("invitation"),
)
KEYS: Final = (*(column.key for column in _BOOKING), *(f"journal_{column.key}" for column in _SLOT), "findings")
"""Columns of CSV, a row for each booking."""


def shown_value(shown: JournalShown, *, reveal: bool) -> JsonObject:
    """`tidbok.journal/1` (contract, section 5)."""
    head = head_value("tidbok.journal/1", shown.head) | {"answers": [answer_value(each) for each in shown.answers]}
    return head | {"bookings": [_booking(shown, each, reveal=reveal) for each in shown.bookings]}


def _booking(shown: JournalShown, booking: JournalBooking, *, reveal: bool) -> JsonObject:
    whose = None if booking.is_of_another else resident(shown.resident, reveal=reveal)
    return record(_BOOKING, booking) | {
        "resident": whose,
        "journal": record(_SLOT, booking.slot) if booking.slot else None,
        "findings": list(_findings(shown, booking)),
    }


def _findings(shown: JournalShown, booking: JournalBooking) -> Iterator[JsonObject]:
    for finding in booking.findings:
        text = said(booking, finding, shown.head.at)
        yield {
            "finding": str(finding), "actor": str(booking.actor(finding)), "message": text.message, "fix": text.fix,
        }  # fmt: skip


def csv_rows(value: JsonObject) -> Iterator[JsonObject]:
    """Rows of CSV, one a booking: findings by their codes."""
    for booking in value["bookings"]:
        there = {f"journal_{key}": each for key, each in (booking["journal"] or {}).items()}
        yield {**booking, **there, "findings": [finding["finding"] for finding in booking["findings"]]}


# ------------------------------------------------------------------------------------------- for people


def print_shown(shown: JournalShown, contacts: Mapping[str, str], *, reveal: bool) -> None:
    """Print the whole answer first; then the times by clinic, with what differs; then what did not answer."""
    number = shown.resident if reveal else mask(shown.resident)
    differing = sum(bool(each.findings) for each in shown.bookings)
    good = not differing and not any(each.is_finding for each in shown.answers)
    style = "bold green" if good else "bold red"
    print_lines([(Span(_whole(shown, differing), style), Span(f"  {number}"))], styled=True)
    print(head_told(shown.head))
    telling = {hsa_key(each.answer.question.address) for each in shown.answers if says_what_is_offered(each.answer)}
    for unit, bookings in _by_unit(shown).items():
        print()
        print_lines([(Span(f"== {_clinic(shown, unit)} ==", "bold"),)], styled=True)
        print_lines((line for each in bookings for line in _lines(shown, each, contacts)), styled=True)
        if not bookings:
            print(_(_NO_TIMES if unit in telling else _NOT_TOLD))
    names = {unit.hsa_id: unit.name for unit in shown.units.values()}
    print_faults(names, shown.answers, contacts)


_NO_TIMES: Final = _m("No time is offered, and none is in the copy.")
_NOT_TOLD: Final = _m("It is not known whether any time is offered; none is in the copy.")


def _answered(shown: JournalShown) -> int:
    return sum(each.answer.result is JournalResult.ANSWERED for each in shown.answers)


def _whole(shown: JournalShown, differing: int) -> str:
    """The answer in a sentence or two."""
    if not shown.answers:
        return _("Nobody was asked: the resident has no relation to a clinic, and no coming booking in the copy.")
    asked = len(shown.answers)
    answered = ngettext("{answered} of {count} journal answered.", "{answered} of {count} journals answered.", asked)
    times = _times_told(shown, differing) if _is_whole(shown) else _partly_told(shown, differing)
    return " ".join((answered.format(answered=_answered(shown), count=asked), *times))


def _is_whole(shown: JournalShown) -> bool:
    return all(says_what_is_offered(each.answer) for each in shown.answers)


def _times_told(shown: JournalShown, differing: int) -> Iterator[str]:
    """Sum up the times where all have answered."""
    times = len(shown.bookings)
    if not times:
        yield _("No time is offered to 1177, and none is in the copy.")
    elif differing:
        yield _differing_told(differing, times)
    else:
        said_of = ngettext("{count} time, and nothing differs.", "{count} times, and nothing differs.", times)
        yield said_of.format(count=times)


def _partly_told(shown: JournalShown, differing: int) -> Iterator[str]:
    """Sum up the times where somebody has not answered: what is known of some, and what is not."""
    unknown = sum(_is_unknown(each) for each in shown.bookings)
    compared = len(shown.bookings) - unknown
    if differing:
        yield _differing_told(differing, compared)
    elif compared:
        yield ngettext("{count} time agrees.", "{count} times agree.", compared).format(count=compared)
    if unknown:
        said_of = ngettext(
            "Of {count} time in the copy it is not known whether it is offered.",
            "Of {count} times in the copy it is not known whether they are offered.",
            unknown,
        )
        yield said_of.format(count=unknown)
    else:
        yield _("It is not known whether more times are offered.") if compared else _(_NOT_TOLD)


def _differing_told(differing: int, times: int) -> str:
    said_of = ngettext("{differing} of {count} time differs.", "{differing} of {count} times differ.", times)
    return said_of.format(differing=differing, count=times)


def _is_unknown(booking: JournalBooking) -> bool:
    """Tell a copy at a clinic that did not answer."""
    return booking.slot is None and not booking.findings


def _by_unit(shown: JournalShown) -> dict[str, list[JournalBooking]]:
    """The times by unit's key: first the units asked, in their order."""
    units = shown.answers[:-1] if shown.everywhere else shown.answers
    found: dict[str, list[JournalBooking]] = {hsa_key(each.answer.question.address): [] for each in units}
    for booking in shown.bookings:
        found.setdefault(hsa_key(booking.unit), []).append(booking)
    return found


def _clinic(shown: JournalShown, key: str) -> str:
    unit = shown.units.get(key)
    return visible(f"{unit.name}, {unit.hsa_id}" if unit else key)


def _lines(shown: JournalShown, booking: JournalBooking, contacts: Mapping[str, str]) -> Iterator[Line]:
    """A time in a line, and each thing that differs with who can act and how, once for what has the same remedy."""
    mark = Span("✗ ", "red") if booking.findings else Span("✓ " if booking.slot else "? ", "dim")
    yield mark, Span(visible(_time(booking)), "bold" if booking.findings else "")
    told = [said(booking, finding, shown.head.at) for finding in booking.findings]
    for number, (finding, text) in enumerate(zip(booking.findings, told, strict=True)):
        yield Span(f"    {_(journal_finding_texts.NAMES[finding])}: ", "red"), Span(text.message)
        if text.fix in (each.fix for each in told[number + 1 :]):
            continue
        yield (Span("      " + can_act(booking.actor(finding), contacts)),)
        yield (Span("      " + _("Next: {fix}").format(fix=text.fix)),)


def _time(booking: JournalBooking) -> str:
    """Id, time, what it is called, and what the journal lets the resident do."""
    copy, slot = booking.copy, booking.slot
    if booking.is_of_another:
        return booking.booking_id or "–"
    starts_at = booking.starts_at
    ends_at = slot.end if slot and slot.start is not None else copy.ends_at if copy else None
    when = span(starts_at, ends_at) if starts_at is not None else _("without a time")
    label = (booking.mapping.label if booking.mapping else None) or (slot.name if slot else None)
    code = (slot.code or slot.care_type if slot else None) or (copy.code if copy else "")
    told = f"{booking.booking_id or '–'}  {when}  {label or code or ''}"
    if slot is None:
        unknown = _("not known whether it is offered")  # not in braces, where the catalogue is blind
        return told if booking.findings else f"{told}  ({unknown})"
    buttons = (button for button, allowed in (("cancel", slot.cancel), ("rebook", slot.rebook)) if allowed)
    return told + "".join(f"  [{_(words.BUTTONS[button])}]" for button in buttons)
