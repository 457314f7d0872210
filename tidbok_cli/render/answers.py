"""What each command answers with `-o json`, as the paragraph of its help that says so.

tests/test_json_answers.py holds the answers themselves.
"""

from __future__ import annotations

from typing import Final

from tidbok_cli.i18n import _


def _in_json(answer: str) -> str:
    return "\n\n" + _("With -o json: {answer}").format(answer=answer)


WHY: Final = _in_json(
    _(
        "an object, tidbok.why/1, with the verdict, the booking, each check with its evidence, and notes; "
        "with --resident an array of such; with --slot the published time, slot, beside the booking or in its stead."
    )
)
VIEW: Final = _in_json(
    _(
        "an object, tidbok.view/1, with at, resident, the clinics (unit and name), the bookings (id, unit, unit_name, "
        "label, start, end and buttons: cancel, rebook), and not_known: of how many more it is not known."
    )
)
SWEEP: Final = _in_json(
    _(
        "an array; for each booking unit, booking, resident, code, start, verdict and reasons, with --since also "
        "before (the former verdict, null where it was not there) and before_reasons; with --summary the verdicts and "
        "reasons, and the number of bookings; with --saved and --forget for each saved sweep name, at, bookings, "
        "units, from, to, all, saved_at and actor."
    )
)
RULES: Final = _in_json(
    _("an array; for each reason check, reason, result, actions, rules, actor, and message, what the check asks.")
)

HELP: Final = _in_json(
    _(
        "an array; for each topic topic, title and about; with a topic an object, tidbok.help/1, with these, the "
        "language, and text: the guide as Markdown."
    )
)

FILE: Final = _in_json(_("an object, tidbok.file/1, with the file and whether it was changed."))
UNIT_NEW: Final = _in_json(
    _(
        "an object, tidbok.file/1, with the file and whether it was changed; with --from an object, tidbok.import/1, "
        "as the imports have it: how many clinics were created, unchanged and rejected."
    )
)
UNITS: Final = _in_json(
    _("an array; for each clinic unit, alias, name, show, cancel, rebook, book, calendar, codes (how many) and since.")
)
UNIT: Final = _in_json(
    _(
        "an object, tidbok.unit/1: the clinic as “unit list” has it, logical_address, until, file and its "
        "care_services; where it is not configured, only that in_force is false."
    )
)
PROBLEMS: Final = _in_json(_("an array; for each mistake file, line, key, severity, code and message."))
PLAN: Final = _in_json(
    _(
        "an object, tidbok.plan/1, with the moment, at, the actions (change, unit, name, fields, mappings and "
        "replaces_waiting of each), kept_without_file, and the effect: how many coming bookings become shown and "
        "hidden, and which."
    )
)
APPLY: Final = _in_json(_("an object, tidbok.apply/1, as “unit plan” has it, of what was done."))
HISTORY: Final = _in_json(
    _(
        "an object, tidbok.history/1, with the versions: begins, ends, in_force, replaced, change, name, applied_at, "
        "actor, file, fields and mappings."
    )
)
CHECKLIST: Final = _in_json(
    _(
        "an object, tidbok.checklist/1, with the steps (step, status, actor, message, next and evidence of each), and "
        "with --closing the bookings losing their display."
    )
)
EXPORTED_UNIT: Final = _in_json(_("an object, tidbok.unit/1, as “unit show” has it."))
SERVICES: Final = _in_json(_("an array; for each code its mapping, by the keys of the clinic's file."))

OPERATION: Final = _in_json(
    _(
        "an object, tidbok.operation/1, with the booking, the one that it replaces, the published time, slot, the "
        "relation events that followed, and the messages sent."
    )
)
RELATIONS: Final = _in_json(_("an array; for each relation unit, resident, relation, since and event."))
RELATION: Final = _in_json(
    _(
        "an object, tidbok.relation/1: how the relation is, its periods, and its events, each with what it did and, "
        "where it was voided, when, by whom and why."
    )
)
BOOKING: Final = _in_json(
    _(
        "an object, tidbok.booking/1: the booking as it was, its history, and the intervals through which the verdict "
        "stayed the same: begins, ends (both null where open), verdict, reasons and ended_by."
    )
)
STATS: Final = _in_json(
    _(
        "an array; for each clinic and month unit, unit_name, month, and booked_by_resident, booked_by_clinic and "
        "booked_by_unknown, likewise cancelled_by_… and rebooked_by_…."
    )
)
EXPORTED_BOOKINGS: Final = _in_json(
    _(
        "an array; for each booking booking_id, unit, code, resident, start, end, status, created_at, ended_at, "
        "origin, calendar and care_type, the columns of “booking import”."
    )
)
INBOX: Final = _in_json(
    _(
        "an array; for each message kind (summons or notice), sent_at, unit, unit_name, label (null where nothing was "
        "configured), booking, start and end (null for an open summons)."
    )
)
SUMMONSES: Final = _in_json(
    _(
        "an array; for each summons unit, unit_name, resident, form (open or timed), code, label, booking, start, "
        "sent_at and summons_id, the journal's own where it came by import."
    )
)
COUPLING: Final = _in_json(
    _(
        "an object, tidbok.coupling/1, with the snapshot (null where none has been read) and the routes: unit, "
        "logical_address, service, contract, routed, producer, profile, since and until, as TAK has them."
    )
)
TAK: Final = _in_json(
    _("an object, tidbok.tak/1, with the snapshot, how many routes it had, and how many are new and gone.")
)
BOOKINGS: Final = _in_json(
    _("an array; for each booking unit, booking, resident, code, start, end, status, created_at and origin.")
)
SLOTS: Final = _in_json(
    _(
        "an array; for each published time unit, slot, code, start, end, calendar, status, published_at, withdrawn_at "
        "and booking."
    )
)
BASIS: Final = _in_json(
    _(
        "an object, tidbok.basis/1, with id, unit, resident, code, valid_from, valid_to, status, added_at, "
        "withdrawn_at and booking, the one that has used it."
    )
)
BASES: Final = _in_json(
    _(
        "an array; for each booking basis unit, basis, resident, code, valid_from, valid_to, status, added_at, "
        "withdrawn_at and booking."
    )
)
IMPORT: Final = _in_json(
    _(
        "an object, tidbok.import/1, with how many rows were created, updated, unchanged, rejected and without_effect, "
        "and how many summons and events they brought."
    )
)
BOOKING_IMPORT: Final = _in_json(
    _(
        "an object, tidbok.import/1, with how many rows were created, updated, unchanged, rejected and without_effect, "
        "and how many summons and events they brought; with --complete also ended, how many of the updated were "
        "cancelled for being absent."
    )
)

INIT: Final = _in_json(_("an object, tidbok.init/1, with config and store, and whether each was made."))
DEMO: Final = _in_json(
    _(
        "an object, tidbok.demo/1, with the folder, the summary as “sweep --summary” has it, and hidden: "
        "some bookings that are not shown."
    )
)
STORE: Final = _in_json(
    _("an object, tidbok.store/1, with store, schema_version, size, the rows of each table, and last_imports.")
)
COPY: Final = _in_json(_("an object, tidbok.copy/1, with store, to, and how many rows of each table were copied."))
DAMAGES: Final = _in_json(_("an array; for each damage check and detail. It is empty where the store is whole."))
