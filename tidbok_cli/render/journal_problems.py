"""Sentences for what is wrong with the settings for journals, and with our own certificate."""

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
    "journal.certificate_over": _("Our certificate ended {until_at}. Order a new one from who holds it."),
    "journal.certificate_not_yet": _("Our certificate does not hold until {from_at}. Use one that holds today."),
    "journal.certificate_ends": _("Our certificate ends {until_at}. Order a new one in time."),
}
