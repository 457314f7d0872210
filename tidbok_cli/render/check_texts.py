"""Sentences of the rule table: passed checks, reasons and fixes.

Tests hold this table against domain/checks.py, in both languages.

The fields that a sentence may name are those of `fields` in render/why_letter.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.i18n import marked as _

if TYPE_CHECKING:
    from collections.abc import Mapping


class Text(NamedTuple):
    """Why a check fails, and the fix, if anybody can mend it."""

    message: str
    fix: str | None = None


CHECKS: Final[Mapping[str, tuple[str, str]]] = {
    # name: (what the check asks, in the list of rules; what it says when it passes)
    "booking": (_("Is the booking made, and still a booking?"), _("The booking is made and has not been ended.")),
    "window": (
        _("Have less than two hours passed since the start?"),
        _("Times stay until two hours after their start, here {shown_until}."),
    ),
    "unit": (_("Is the clinic configured to show booked times?"), _("The clinic shows booked times.")),
    "coupling": (
        _("Does the technical coupling lead to the calendar in which the time lies?"),
        _("The coupling leads to the calendar {calendar}."),
    ),
    "service": (
        _("Is this very care service or time type configured?"),
        _("{Kind} {mapped_code} is shown as “{label}”."),
    ),
    "relation": (
        _("Does the resident have a relation to the clinic?"),
        _("The resident has a relation to the clinic since {since}."),
    ),
    "offer": (
        _("Does the clinic offer cancelling, rebooking or booking on 1177?"),
        _("The clinic offers {deed} on 1177."),
    ),
    "permission": (
        _("Does the mapping of the code allow cancelling, rebooking or booking?"),
        _("The mapping of the code {mapped_code} allows {deed}."),
    ),
    "deadline": (_("Is it far enough before the start?"), _("{Deed} is possible until {deadline}.")),
    "basis": (
        _("Does the resident have the booking basis that the time asks for?"),
        _("The time asks for no booking basis."),
    ),
    "slot": (_("Is the chosen time free and of the right kind?"), _("The chosen time is free.")),
    "journal": (
        _("Does the journal offer the time to 1177 right now? (Only with --live.)"),
        _("The journal offers the time to 1177 right now."),
    ),
}

REASONS: Final[Mapping[str, Text]] = {
    "booking.not_yet_made": Text(_("The booking did not exist then: it was made {created}.")),
    "booking.cancelled": Text(
        _("The booking was cancelled {ended_how}."),
        _("If that is wrong, the clinic books the time anew in the journal."),
    ),
    "booking.rebooked": Text(
        _("The booking was moved to another time {ended_how}."),
        _("Ask about the new booking instead; if there is none, the clinic books the time anew in the journal."),
    ),
    "window.over": Text(_("The time is over: times stay until two hours after their start, here {shown_until}.")),
    "unit.not_configured": Text(
        _("The clinic {unit} has no configuration in force for 1177 tidbok at that moment."),
        _(
            "Make its file, unless it has one: “tidbok unit new {unit} --name … --calendar … {offers}”. Then run "
            "“tidbok unit apply {unit}”."
        ),
    ),
    "unit.show_off": Text(
        _("The clinic is not configured to show booked times ({place})."),
        _("Set show = true under [services] in {file}, then run “tidbok unit apply {unit}”."),
    ),
    "coupling.missing": Text(
        _("The clinic has no technical coupling in force: no calendar is named for it."),
        _('Set calendar = "…" under [coupling] in {file}, then run “tidbok unit apply {unit}”.'),
    ),
    "coupling.other_calendar": Text(
        _("The time lies in the calendar {booking_calendar}, but the coupling leads to {calendar} ({place})."),
        _(
            "Move the time to the calendar {calendar} in the journal. Or, if the coupling is wrong: set "
            'calendar = "{booking_calendar}" under [coupling] in {file}, then run “tidbok unit apply {unit}”.'
        ),
    ),
    "coupling.not_routed": Text(
        _("TAK has no route in force to {address} for {missing}, by {snapshot}."),
        _("Order the routes in TAK for {address}, then read a new export: “tidbok coupling import-tak FILE”."),
    ),
    "coupling.unverified": Text(
        _("It is not known whether the coupling works: no TAK snapshot has been read, and the region requires one."),
        _("Read an export of TAK: “tidbok coupling import-tak FILE”."),
    ),
    "service.not_mapped": Text(
        _("The code {codes} is not configured for 1177 tidbok at the clinic."),
        _("Run “tidbok service map {unit} {typed_code} --label … --show”, then “tidbok unit apply {unit}”."),
    ),
    "service.show_off": Text(
        _("The code {mapped_code} is configured, but not to be shown ({place})."),
        _("Run “tidbok service map {unit} {typed_mapped} --show”, then “tidbok unit apply {unit}”."),
    ),
    "relation.never": Text(
        _(
            "The resident has no relation to the clinic: it has not been added, and no summons, own "
            "booking or approval is known. {knowledge}"
        ),
        _(
            "The resident logs in on 1177.se and adds the clinic on its contact card (“Lägg till mottagning”). Or the "
            "clinic sends a summons from the journal; then record it: “{summon}”."
        ),
    ),
    "relation.removed_by_resident": Text(
        _("The resident removed the clinic from the start page on {since} ({event_place})."),
        _("The resident adds the clinic again on its contact card on 1177.se (“Lägg till mottagning”)."),
    ),
    "relation.approval_withdrawn": Text(
        _(
            "Staff withdrew the approval for communication on {since}, and the clinic left the start page "
            "({event_place})."
        ),
        _("Staff approve the resident for communication again, or the resident adds the clinic on 1177.se."),
    ),
    "relation.no_data": Text(
        _(
            "It is not known whether the resident has a relation to the clinic: no event between them is known, and "
            "the region's relation data are not complete. {knowledge}"
        ),
        _("Import the relation's events: “tidbok relation import FILE”."),
    ),
    "offer.off": Text(
        _("The clinic does not offer {deed} on 1177 ({place})."),
        _(
            "If the clinic wants to: set {action} = true under [services] in {file}, then run "
            "“tidbok unit apply {unit}”."
        ),
    ),
    "permission.off": Text(
        _("The mapping of the code {mapped_code} does not allow {deed}."),
        _(
            "If the clinic wants to: run “tidbok service map {unit} {typed_mapped} {flag}”, then "
            "“tidbok unit apply {unit}”."
        ),
    ),
    "deadline.passed": Text(
        _("It is too late: {deed} was possible until {deadline}."),
        _("The resident contacts the clinic, which can still change or cancel the time."),
    ),
    "basis.none": Text(
        _("The time asks for a booking basis, and the resident has none for the code {code}."),
        _(
            "If the resident is to book, the clinic registers a booking basis in the journal. Then read it: "
            "“tidbok basis import FILE”."
        ),
    ),
    "basis.not_yet_valid": Text(
        _("The resident's booking basis {basis} is not valid until {basis_from}."),
        _(
            "Wait until it is, or have the clinic change its dates in the journal. Then read them: "
            "“tidbok basis import FILE”."
        ),
    ),
    "basis.expired": Text(
        _("The resident's booking basis {basis} has expired: its last day was {basis_to}."),
        _("The clinic registers a new booking basis in the journal. Then read it: “tidbok basis import FILE”."),
    ),
    "basis.used": Text(
        _("The resident's booking basis {basis} has been used for the booking {used_by}."),
        _("The clinic registers a new booking basis in the journal. Then read it: “tidbok basis import FILE”."),
    ),
    "slot.taken": Text(
        _("The time {slot} has been taken."),
        _("Choose another time, or ask the clinic to publish more: “{free_slots}”."),
    ),
    "slot.withdrawn": Text(
        _("The clinic withdrew the time {slot} on {withdrawn}."),
        _("Choose another time, or ask the clinic to publish more: “{free_slots}”."),
    ),
    "slot.over": Text(_("The time {slot} began {slot_start}."), _("Choose a later time: “{free_slots}”.")),
    "slot.other_unit": Text(
        _("The time {slot} belongs to another clinic: {slot_unit}."),
        _("Choose a time of the same clinic: “{free_slots}”. Or cancel, and book anew."),
    ),
    "slot.other_service": Text(
        _("The time {slot} is for another care service or time type: {slot_code}."),
        _("Choose a time for the same: “{free_slots}”. Or have the clinic change the booking."),
    ),
    "journal.not_offered": Text(
        _("The journal does not offer the time to 1177 right now: {journal_times}."),
        _(
            "The clinic looks for the time in the journal. If it has been ended there, import the bookings anew; if "
            "not, have the time set up for 1177 there, in the calendar {calendar}."
        ),
    ),
    "journal.not_allowed": Text(
        _("The journal offers the time to 1177 right now, but it does not allow {deed}."),
        _("If the clinic wants to: have {deed} allowed for the code {code} where the journal is set up for 1177."),
    ),
    "journal.silent": Text(
        _("It is not known what the journal offers: it did not answer ({journal_code}). {journal_said}"),
        _("{journal_fix} The call's correlation id: {correlation_id}."),
    ),
    "journal.breach": Text(
        _("It is not known what 1177 makes of the time: the journal's answer breaks the contract: {journal_breaches}."),
        _("Send who administers the journal what breaks the contract. The call's correlation id: {correlation_id}."),
    ),
}

ROUTED: Final = _("The coupling leads to the calendar {calendar}, and TAK has the routes, by {snapshot}.")

_PASSED_TO_CHANGE: Final = {"journal": _("The journal offers the time to 1177 right now, and allows {deed}.")}

PASSED_TO: Final[Mapping[str, Mapping[str, str]]] = {
    # by action, of the checks that ask another thing than of a time to be shown
    "cancel": _PASSED_TO_CHANGE,
    "rebook": _PASSED_TO_CHANGE,
    "book": {
        "unit": _("The clinic is configured for 1177 tidbok."),
        "service": _("{Kind} {mapped_code} is called “{label}”."),
    },
}

MAPPED_BY_CARE_TYPE: Final = _("{Kind} {mapped_code} is shown as “{label}” ({code} is not configured).")

SHOWN_BY: Final = _("What shows it: {kind} {mapped_code} is shown as “{label}” ({place}), and {tie}.")
"""Why a time is shown, in one sentence; `tie` is one of TIES."""

TIES: Final[Mapping[str, str]] = {
    "event": _("{event} on {since} ({event_place})"),
    "approval": _("the resident is still approved for communication"),
    "not_required": _("no relation was required at that moment"),
}

ENDED_BY: Final[Mapping[str | None, str]] = {
    "clinic": _("on {ended} by the clinic"),
    "resident": _("on {ended} by the resident"),
    "import": _("on {ended}, by an import: who did it in the journal is not known"),
    "absent": _("on {ended}: it was no longer in {absent_from}, imported as complete"),
    None: _("on {ended}; by whom is not known"),
}
"""When and by whom a booking was ended."""

WAITING: Final[Mapping[str, str]] = {
    "shown": _("A configuration that waits changes the answer: from {waits} the time is shown."),
    "hidden": _("A configuration that waits changes the answer: from {waits} the time is not shown."),
    "allowed": _("A configuration that waits changes the answer: from {waits} {deed} is allowed."),
    "denied": _("A configuration that waits changes the answer: from {waits} {deed} is not allowed."),
    "unknown": _("A configuration that waits changes the answer: from {waits} it is not known."),
}
"""Changes that a waiting configuration brings, by the verdict then."""

OTHERS_ALIKE: Final = _("The same obstacle ({reason}) at the clinic: {counted}. They are listed by “{command}”.")

VALID_BASIS: Final = _("There is a booking basis, {basis}, valid until {basis_to}.")

STARTS_ELSEWHERE: Final = _("But there it begins {journal_start}: the copy is old, or the journal is wrong.")

RELATION_NOT_REQUIRED: Final = _("No relation was required at that moment.")

APPROVAL_ALONE: Final = _(
    "Staff withdrew the approval for communication on {since} ({event_place}). The resident had removed the clinic "
    "from the start page on {removed}, and only the approval had kept the relation since then."
)
"""Why a relation ended with the approval where the clinic was not on the start page."""

ASSUMED: Final = _("Assumed with --assume, not checked.")

NOTES: Final[Mapping[str, str]] = {
    "number_cannot_pass_rivta": _(
        "The resident's number cannot pass over the national platform (RIV-TA): "
        "1177 cannot ask for this resident's times."
    ),
    "coupling_on_trust": _("The coupling is taken on trust: no TAK snapshot has been read."),
    "coupling_carried": _(
        "The clinic's address has no route of its own for all of it: TAK's default route, “*”, carries the rest. "
        "“tidbok coupling check” says which contracts."
    ),
    "two_routes": _(
        "TAK has two routes for one address and contract: the platform refuses the call. “tidbok coupling check” names "
        "them; the regional administration has one taken away."
    ),
    "snapshot_is_old": _("The TAK snapshot is old: the routes may have changed since. Read a new export."),
    "booking_is_a_copy": _("The booking is a copy from an import: the journal has the original."),
}
