"""Sentences of journals' answers: a message and a fix for each code, and for what breaks the contract.

Tests hold these tables against the codes that the program uses, in both languages. Both may name {unit}, as one types
it, {contract}, {detail} and {consumer}, our own HSA-id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.i18n import marked as _

if TYPE_CHECKING:
    from collections.abc import Mapping


class Text(NamedTuple):
    """An answer in words, and what to do about it."""

    message: str
    fix: str | None = None


RESULTS: Final[Mapping[str, str]] = {
    "answered": _("answered"),
    "refused": _("refused"),
    "fault": _("fault"),
    "silent": _("silent"),
    "unreadable": _("unreadable"),
    "not_asked": _("not asked"),
}

ENVIRONMENTS: Final[Mapping[str, str]] = {"test": _("test"), "production": _("production")}

ANSWERED: Final = Text(_("The journal answered as it should."))
BROKEN: Final = Text(
    _("The journal answered, but its answer breaks the contract."),
    _("Send who administers the journal what is listed as breaches, with the correlation id."),
)
PARTLY: Final = Text(
    _("The platform answered, but not every journal behind it did."),
    _("Ask again later; if it stays so, tell the regional administration which producers are named."),
)

_PROFILE: Final = _("Check [journal] url in tidbok.toml: an address that ends with /vp, or holds {contract_place}.")
_OUR_BUG: Final = _("This is a mistake of the program or of [journal] in tidbok.toml: check it, then report the bug.")
_LATER: Final = _("Try again later; if it stays so, tell the regional administration, with the correlation id.")
_WAY: Final = _("Check [journal] url in tidbok.toml, the network and its firewalls; then try again.")
_JOURNALS: Final = _("Give who administers the journal the code, the time and the correlation id.")

CODES: Final[Mapping[str, Text]] = {
    "VP001": Text(_("The platform does not know the profile of the call, rivtabp21."), _PROFILE),
    "VP002": Text(
        _("The platform cannot read who we are: the client certificate is missing, or of the wrong kind."),
        _("Have a SITHS function certificate whose subject has the HSA-id as serialNumber; name it in [journal] cert."),
    ),
    "VP003": Text(_("The platform found no logical address in the call."), _OUR_BUG),
    "VP004": Text(
        _("TAK has no route to the clinic's address for {contract}."),
        _("Order the route in TAK; “tidbok coupling check {unit} --missing -o text” writes the order."),
    ),
    "VP005": Text(
        _("TAK's route for {contract} is for another profile than rivtabp21."),
        _("Have the route in TAK changed to the profile RIVTABP21."),
    ),
    "VP006": Text(
        _("TAK has several routes in force for the clinic's address and {contract}, so the platform chooses none."),
        _("Have all but one of the routes in TAK taken away: “tidbok coupling check {unit}” shows them."),
    ),
    "VP007": Text(
        _("We have no permission (anropsbehörighet) in TAK to call {contract} at the clinic's address."),
        _(
            "Order the permission in TAK for our HSA-id; “tidbok coupling check {unit} --consumer {consumer} --missing "
            "-o text” writes the order."
        ),
    ),
    "VP008": Text(_("The platform has no contact with TAK."), _LATER),
    "VP009": Text(
        _("The journal did not answer the platform: silent, empty, or the connection to it failed."),
        _JOURNALS,
    ),
    "VP010": Text(
        _("TAK's route to the clinic's address for {contract} has no URL."),
        _("Have the journal's URL written in TAK."),
    ),
    "VP011": Text(_("The platform takes calls over TLS alone, or not from our network."), _WAY),
    "VP012": Text(_("The platform lacks resources at the moment."), _LATER),
    "VP013": Text(_("The platform refused a header of the call."), _OUR_BUG),
    "VP014": Text(_("The call went round in a circle on the platform."), _OUR_BUG),
    "VP015": Text(_("The platform could not read the call's envelope."), _OUR_BUG),
    # results whose code is not among these
    "refused": Text(_("The platform refused the call, with a code that is not known here."), _LATER),
    "fault": Text(_("The journal reported a technical error of its own."), _JOURNALS),
    "silent": Text(_("No answer came."), _LATER),
    "unreadable": Text(_("What came cannot be read."), _JOURNALS),
    "empty": Text(_("An empty answer came."), _JOURNALS),
    "all_failed": Text(_("None of the journals behind the platform answered."), _LATER),
    "time_out": Text(_("No answer came in time."), _LATER),
    "dropped": Text(_("The connection broke off."), _LATER),
    "tls": Text(_("No secure connection came about ({detail})."), _WAY),
    "unknown_host": Text(_("The platform's host is not known."), _WAY),
    "unreachable": Text(_("The platform cannot be reached ({detail})."), _WAY),
    "certificate": Text(
        _("Our client certificate was refused ({detail})."),
        _("Check that [journal] cert is a SITHS function certificate of this environment, valid, and known there."),
    ),
    "server_certificate": Text(
        _("The platform's certificate is not to be believed ({detail})."),
        _("Check [journal] url and ca in tidbok.toml: ca holds the authority that issued the platform's certificate."),
    ),
    "outcome_unknown": Text(
        _("It is not known whether the journal did what it was asked to."),
        _("Look in the journal's own book before anything is done again."),
    ),
    "cut_off": Text(_("The answer was cut off."), _LATER),
    "no_http": Text(_("What answered does not speak HTTP."), _WAY),
    "redirect": Text(_("What answered sent the call elsewhere ({detail}), which is never followed."), _WAY),
    "status": Text(_("What answered said HTTP {detail}, without a message."), _WAY),
    "content_type": Text(_("What answered is no XML, but {detail}."), _WAY),
    "too_large": Text(_("The answer is too large: over 15 MiB, or 2 MiB in a row of what is no answer."), _JOURNALS),
    "encoding": Text(_("The answer is packed in a way that cannot be read."), _JOURNALS),
    "doctype": Text(_("The answer holds a DOCTYPE, which is never read."), _JOURNALS),
    "malformed": Text(_("The answer is no well-formed XML."), _JOURNALS),
    "no_soap": Text(_("The answer is no SOAP message."), _JOURNALS),
    "no_message": Text(_("The answer holds no answer to {contract}."), _JOURNALS),
    "not_asked": Text(
        _("Not asked: its journal had been silent three times in a row."),
        _("Find out why that journal is silent, then ask again."),
    ),
}

NO_CLINICS: Final[Mapping[str, Text]] = {
    "VP004": Text(
        _("TAK has no route to {unit} for {contract}."),
        _("Order in TAK the route to the logical address {unit} for {contract}, profile RIVTABP21."),
    ),
    "VP006": Text(
        _("TAK has several routes in force for {unit} and {contract}, so the platform chooses none."),
        _("Have all but one of the routes to {unit} for {contract} in TAK taken away."),
    ),
    "VP007": Text(
        _("We have no permission (anropsbehörighet) in TAK to call {contract} at {unit}."),
        _("Order the permission in TAK for {consumer} to call {contract} at the logical address {unit}."),
    ),
}
"""Texts of codes at an address that is no configured clinic's, of which `coupling check` cannot tell."""

BREACHES: Final[Mapping[str, str]] = {
    "empty": _("{element} is empty"),
    "missing": _("{element} is missing"),
    "twice": _("{element} is there more than once"),
    "value": _("{element} has a value that the contract does not have: {value}"),
    "other_unit": _("{element} is another clinic: {value}"),
    "other_resident": _("{element} is another resident"),
    "id_twice": _("{element} is there twice: {value}"),
    "performer": _("{element} is no HSA-id: {value}"),
    "boolean": _("{element} is neither true nor false: {value}"),
    "time": _("{element} is no time: {value}"),
    "short_time": _("{element} has no seconds: {value}"),
    "ends_first": _("{element} is not after the start: {value}"),
}
