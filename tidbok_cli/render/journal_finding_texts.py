"""Sentences of what differs between a journal and what is known beside it; tests hold them in both languages.

The fields that they may name are those of `fields` in render/journal_finding.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.i18n import marked as _
from tidbok_cli.render.check_texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES: Final[Mapping[str, str]] = {
    "journal_only": _("only in the journal"),
    "copy_only": _("only in the copy"),
    "moved": _("at another time"),
    "code_differs": _("another code"),
    "not_mapped": _("not configured"),
    "no_code": _("without a time type"),
    "name_differs": _("another name"),
    "cancel_differs": _("cancelling differs"),
    "rebook_differs": _("rebooking differs"),
    "not_in_index": _("not in the index"),
    "breach": _("breaks the contract"),
}

_IMPORT: Final = _(
    "Import the bookings anew. What the journal says can be read as it is: “(umask 077; tidbok journal show - --unit "
    "{unit} -o xml --reveal > journal.xml)”, then “tidbok booking import journal.xml”."
)
_NEW_FILE: Final = _(
    "If the clinic is the region's own, give it a file: “tidbok unit new {typed_unit} --name … --show”, then “tidbok "
    "unit apply {typed_unit}”; then ask again. If it is another region's, there is nothing to be done here."
)
_AGREE: Final = _("The clinic sees to it that the journal has what is right; then import the bookings anew.")

_ALLOWING: Final = {
    "": Text(
        _("The file allows {deed}, the journal does not."),
        _(
            "If residents are to: have {deed} allowed for the code {code} where the journal is set up for 1177. If "
            "not: “tidbok service map {unit} {typed_code} --no-{service}”, then “tidbok unit apply {unit}”."
        ),
    ),
    ".there": Text(
        _("The journal allows {deed}, the file does not."),
        _(
            "If residents are to: run “tidbok service map {unit} {typed_code} --{service}”, then “tidbok unit apply "
            "{unit}”. If not: have {deed} turned off where the journal is set up for 1177."
        ),
    ),
    ".late": Text(
        _("The journal still allows {deed}; by the file it was possible until {deadline}."),
        _(
            "Have the journal stop when the file does; or, if the file is wrong: “tidbok service map {unit} "
            "{typed_code} --cancel-deadline-hours …”, then “tidbok unit apply {unit}”."
        ),
    ),
}

_ALLOWING_WITHOUT_FILE: Final = Text(
    _("Whether the journal should allow {deed} is not known: the clinic has no file here."), _NEW_FILE
)

FINDINGS: Final[Mapping[str, Text]] = {
    "journal_only": Text(_("The journal offers the time, but the copy does not have it."), _IMPORT),
    "journal_only.ended": Text(_("The journal offers the time, but in the copy it ended {ended}."), _IMPORT),
    "journal_only.over": Text(_("The journal offers the time, but in the copy it is over."), _IMPORT),
    "journal_only.no_file": Text(
        _("The journal offers the time, but the copy does not have it coming, and the clinic has no file here."),
        _NEW_FILE,
    ),
    "copy_only": Text(
        _("The copy has the time coming, but the journal does not offer it to 1177."),
        _(
            "The clinic looks for it in the journal. If it has been ended there, import the bookings anew; if not, "
            "have it set up for 1177 there."
        ),
    ),
    "copy_only.not_set_up": Text(
        _(
            "The copy has the time coming, but the journal does not offer it to 1177; nor does the clinic's file show "
            "it: its code is not configured, or its calendar is another."
        ),
        _(
            "“tidbok why {booking} --unit {unit}” says what the file lacks; have the same set up for 1177 in the "
            "journal. If the time has been ended there, import the bookings anew."
        ),
    ),
    "moved": Text(_("The journal has {there}, the copy {here}."), _AGREE),
    "code_differs": Text(_("The journal has the code {code}, the copy {code_here}."), _AGREE),
    "not_mapped": Text(
        _("The code {code} is in no mapping of the clinic's file."),
        _("Run “tidbok service map {unit} {typed_code} --label … --show”, then “tidbok unit apply {unit}”."),
    ),
    "not_mapped.no_file": Text(_("The clinic has no file here, so its code {code} is in no mapping."), _NEW_FILE),
    "no_code": Text(
        _("The journal names no time type (timeTypeID)."),
        _("Who administers the journal has it send the time type with each booked time."),
    ),
    "name_differs": Text(
        _("The journal calls it “{name}”, which is what the resident reads; the clinic's file says “{label}”."),
        _(
            "Have the journal call it “{label}”. Or, if the journal is right: “tidbok service map {unit} {typed_code} "
            "--label {typed_name}”, then “tidbok unit apply {unit}”."
        ),
    ),
    **{f"cancel_differs{more}": text for more, text in _ALLOWING.items()},
    "cancel_differs.no_file": _ALLOWING_WITHOUT_FILE,
    **{f"rebook_differs{more}": text for more, text in _ALLOWING.items()},
    "rebook_differs.no_file": _ALLOWING_WITHOUT_FILE,
    "not_in_index": Text(
        _("The clinic's journal offers the time, but the aggregated answer, by which 1177 finds clinics, lacks it."),
        _("Who administers the journal has it tell the Engagement Index of the booking."),
    ),
    "breach": Text(
        _("In what the journal says of the time, {breaches}."),
        _("Send who administers the journal what breaks the contract, with the call's correlation id."),
    ),
    "breach.another": Text(
        _("The journal told of another resident's time, which is not shown here."),
        _("Tell who administers the journal at once, with the call's correlation id: nobody may be told of another."),
    ),
}
"""A message and a fix by finding, or by a variant of one."""
