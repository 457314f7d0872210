"""Sentences for what is wrong with the settings for journals and with our own certificate, and why none is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.i18n import marked as _

if TYPE_CHECKING:
    from collections.abc import Mapping

JOURNAL_SENTENCES: Final[Mapping[str, str]] = {
    "journal.url": _(
        "This is no address of a platform. Write https://host/path, without user, password, “?” and “#”: "
        "the contract follows as /GetBookingDetails/1/rivtabp21, or stands where {{contract}} does."
    ),
    "journal.url_of_contract": _(
        "This is the address of a single contract. Write the platform's, {base}, or {{contract}} where the contract's "
        "name stands."
    ),
    "journal.undecided": _(
        "Residents who are no test residents may be asked about only where the region has decided it. "
        "Write by whom in decided_by."
    ),
    "journal.test_resident": _(
        "Number {number} of test_residents is no person number that the national platform takes. "
        "Write it in 12 digits, with the right check digit."
    ),
    "journal.pkcs12": _(
        "The certificate is PKCS#12, which cannot be loaded. Make PEM of it: "
        "(umask 077; openssl pkcs12 -in {file} -out {pem} -nodes)"
    ),
    "journal.key_password": _(
        "The key has a password, and nobody is there to type it. Write it without, for yourself alone: "
        "(umask 077; openssl pkey -in {file} -out client.key)"
    ),
    "journal.no_serial_number": _(
        "The certificate has no serialNumber in its subject, where the platform reads who asks (VP002). "
        "Use a SITHS function certificate."
    ),
    "journal.no_types": _(
        "The journal told none of its codes ({codes}). Nothing was changed. Why: “tidbok journal ping {unit} "
        "--contract GetAllTimeTypes”."
    ),
    "journal.not_well": _("{contract}: {message} {fix}"),
    "service.live_in_vain": _("{option} is about a file: leave it out with --live."),
    "journal.certificate_over": _("Our certificate ended {until_at}. Order a new one from who holds it."),
    "journal.certificate_not_yet": _("Our certificate does not hold until {from_at}. Use one that holds today."),
    "journal.certificate_ends": _("Our certificate ends {until_at}. Order a new one in time."),
    # why none is asked
    "journal.not_configured": _(
        "The region has not said how journals are asked. Write [journal] in tidbok.toml: “tidbok help journal”."
    ),
    "journal.only_now": _("A journal tells only of now, not of a moment that is over. Leave --at out."),
    "journal.no_certificate": _(
        "No client certificate is named. Name it in tidbok.toml, [journal] cert, or give it as systemd's credential "
        "journal-cert."
    ),
    "journal.no_aggregator": _(
        "Nobody is named who answers for all clinics. Write its address in tidbok.toml, [journal] aggregator."
    ),
    "journal.no_test_resident": _(
        "No test resident is named to ask about. Name one in tidbok.toml, [journal] test_residents."
    ),
    "journal.no_units": _("No clinic is in force or has a file: there is no journal to ask."),
    "journal.only_test_residents": _(
        "Only the test residents in tidbok.toml, [journal], may be asked about. To ask about others is the region's "
        'decision: residents = "any", with decided_by.'
    ),
    "journal.purpose_missing": _("Say why the journal is asked about a real resident: --purpose."),
    "journal.asker_unknown": _(
        "A journal is asked about a real resident in the asker's own name. Give your HSA-id in TIDBOK_ACTOR."
    ),
    "journal.cannot_pass": _(
        "This person number cannot pass over the national platform (RIV-TA), so no journal can be asked about it."
    ),
    "journal.too_many_calls": _(
        "That would be {count} calls, and a run may make {most}. Name fewer clinics, or raise most_calls in "
        "tidbok.toml, [journal]. Nothing more was asked."
    ),
    "journal.xml_reveals": _(
        "What the journals sent holds person numbers in full. Ask for that with --reveal, which is recorded."
    ),
    "journal.no_message": _("From {unit} came no message that could be printed."),
    "journal.not_told": _("It is not known all that {unit} offers ({detail}), so that a time may be missing."),
    "journal.only_in_test": _(
        "A rehearsal books and cancels: only in a test environment, whoever asks. This one is no test."
    ),
    "journal.left": _(
        "A rehearsed booking may be left in the journal's book at {unit}: {booking}, {start_at}. Have the clinic look, "
        "and cancel it there."
    ),
}
