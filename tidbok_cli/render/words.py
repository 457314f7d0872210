"""The texts of codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.i18n import marked

if TYPE_CHECKING:
    from collections.abc import Mapping

VERDICTS: Final[Mapping[str, str]] = {
    "shown": marked("SHOWN"),
    "hidden": marked("NOT SHOWN"),
    "allowed": marked("ALLOWED"),
    "denied": marked("NOT ALLOWED"),
    "unknown": marked("NOT KNOWN"),
}

WOULD: Final[Mapping[str, str]] = {
    "shown": marked("WOULD BE SHOWN"),
    "hidden": marked("WOULD NOT BE SHOWN"),
    "allowed": marked("WOULD BE ALLOWED"),
    "denied": marked("WOULD NOT BE ALLOWED"),
    "unknown": marked("WOULD NOT BE KNOWN"),
}

ACTIONS: Final[Mapping[str, str]] = {
    "show": marked("Is the time shown to the resident?"),
    "cancel": marked("May the resident cancel the time?"),
    "rebook": marked("May the resident rebook the time?"),
    "book": marked("May the resident book the time?"),
}

ACTORS: Final[Mapping[str, str]] = {
    "coordinator": marked("the local coordinator"),
    "clinic": marked("the clinic"),
    "resident": marked("the resident"),
    "regional_administration": marked("the regional administration"),
    "hsa_administration": marked("the region's HSA administration"),
}

DEEDS: Final[Mapping[str, str]] = {
    "show": marked("showing"),
    "cancel": marked("cancelling"),
    "rebook": marked("rebooking"),
    "book": marked("booking"),
}

SERVICES: Final[Mapping[str, str]] = {
    "show": marked("show"),
    "cancel": marked("cancel"),
    "rebook": marked("rebook"),
    "book": marked("book"),
}

BUTTONS: Final[Mapping[str, str]] = {"cancel": marked("Cancel"), "rebook": marked("Rebook")}

BOOK_MODES: Final[Mapping[str, str]] = {"open": marked("book"), "basis": marked("book with a basis")}

KINDS: Final[Mapping[str, str]] = {"care_service": marked("care service"), "time_type": marked("time type")}

THE_KINDS: Final[Mapping[str, str]] = {
    "care_service": marked("the care service"),
    "time_type": marked("the time type"),
}

ORIGINS: Final[Mapping[str, str]] = {"clinic": marked("the clinic"), "resident": marked("the resident")}

MESSAGES: Final[Mapping[str, str]] = {"summons": marked("Summons"), "notice": marked("Notice of a booked time")}

SUMMONS_FORMS: Final[Mapping[str, str]] = {"open": marked("open"), "timed": marked("timed")}

IS_SHOWN: Final[Mapping[str, str]] = {"shown": marked("yes"), "hidden": marked("no"), "unknown": marked("not known")}

STATUSES: Final[Mapping[str, str]] = {
    "booked": marked("booked"),
    "cancelled": marked("cancelled"),
    "rebooked": marked("rebooked"),
    "not_yet_made": marked("not yet made"),
}

SLOT_STATUSES: Final[Mapping[str, str]] = {
    "free": marked("free"),
    "booked": marked("booked"),
    "withdrawn": marked("withdrawn"),
}

BASIS_STATUSES: Final[Mapping[str, str]] = {
    "valid": marked("valid"),
    "not_yet_valid": marked("not valid yet"),
    "expired": marked("expired"),
    "used": marked("used"),
    "withdrawn": marked("withdrawn"),
}

RELATIONS: Final[Mapping[str, str]] = {
    "held": marked("has a relation"),
    "never": marked("never had a relation"),
    "unknown": marked("not known whether there is a relation"),
    "removed_by_resident": marked("ended: the resident removed the clinic"),
    "approval_withdrawn": marked("ended: staff withdrew the approval"),
}

RELATIONS_SINCE: Final[Mapping[str, str]] = {
    "held": marked("has a relation since {since}"),
    "removed_by_resident": marked("ended {since}: the resident removed the clinic"),
    "approval_withdrawn": marked("ended {since}: staff withdrew the approval"),
}

RELATIONS_IN_SHORT: Final[Mapping[str, str]] = {
    "held": marked("held"),
    "removed_by_resident": marked("ended"),
    "approval_withdrawn": marked("ended"),
}

EVENTS: Final[Mapping[str, str]] = {
    "clinic_added": marked("the resident added the clinic to the start page"),
    "communication_approved": marked("staff approved the resident for communication"),
    "summons_received": marked("the resident got a summons"),
    "booked_by_resident": marked("the resident booked a time"),
    "booking_link_login": marked("the resident logged in through the booking link"),
    "clinic_removed": marked("the resident removed the clinic from the start page"),
    "approval_withdrawn": marked("staff withdrew the approval for communication"),
}

EFFECTS: Final[Mapping[str, str]] = {
    "begins": marked("the relation begins"),
    "ends": marked("the relation ends"),
    "keeps": marked("the relation stays"),
    "none": marked("without effect: there was nothing to end"),
    "voided": marked("voided {at} by {who}"),
}

RESTS_ON_APPROVAL: Final = marked(
    "It rests on the approval for communication alone: the resident removed the clinic on {removed}. It ends "
    "when staff withdraw the approval."
)

STILL_APPROVED: Final = marked("the relation stays: still approved for communication")
