"""Who asks journals, by which certificate, and about whom (contract, section 5; domain, *Who may ask a journal*)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.identity import parse_hsa_id, passes_rivta
from tidbok_cli.domain.journal import ActorType
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.workflows.journal_ask import Asker
from tidbok_cli.workflows.secret_file import secret_content

if TYPE_CHECKING:
    from tidbok_cli.domain.journal_settings import JournalSettings
    from tidbok_cli.workflows.context import Context

CERT, KEY = "journal-cert", "journal-key"
"""Names of systemd's credentials with our certificate and its key."""

_ACTOR: Final = "TIDBOK_ACTOR"


class AskedAs(NamedTuple):
    """The actor of a question, as the header `Actor` names it."""

    actor: str
    actor_type: ActorType


def journal_settings(context: Context) -> JournalSettings:
    """Return how journals are asked, by whose decision the command's own rows say from then on.

    Raises BadInput where the region has not said, and for a moment that is over.
    """
    settings = context.region.journal
    if settings is not None:
        context.about.decided_by = settings.decided_by or None
    if context.at < context.now:
        raise BadInput("journal.only_now", where=Where(column="--at"))
    if settings is None:
        raise BadInput("journal.not_configured", where=Where(str(context.region_file)))
    return settings


def open_journal(context: Context) -> Asker:
    """Prepare to ask; raises BadInput where settings, certificate or key are not as they must be."""
    from tidbok_cli.exchange.journal_client import JournalClient

    settings = journal_settings(context)
    cert, key = _file(context, CERT, settings.cert), _file(context, KEY, settings.key)
    ca = _file(context, "", settings.ca)
    if cert is None:
        raise BadInput("journal.no_certificate", where=Where(str(context.region_file), column="journal.cert"))
    for file in (cert, key, ca):
        if file is not None:
            secret_content(context, file)
    client = JournalClient(settings, cert, key, ca)
    doubt = client.consumer.doubt(context.now)
    if doubt is not None and not doubt.warning:
        raise BadInput(doubt.code, where=Where(str(cert)), problems=(), **doubt.params)
    if doubt is not None:
        context.warn(replace(doubt, where=Where(str(cert))))
    return Asker(context, settings, client)


def _file(context: Context, credential: str, named: str) -> Path | None:
    """Return systemd's credential where there is one, else the file that the settings name, from their folder."""
    folder = context.environ.get("CREDENTIALS_DIRECTORY")
    if folder and credential and (path := Path(folder) / credential).is_file():
        return path
    return context.config / Path(named).expanduser() if named else None


def as_test_resident(context: Context) -> AskedAs:
    """Ask as the first test resident, as 1177 does; raises BadInput where there is none."""
    settings = journal_settings(context)
    if not settings.test_residents:
        raise BadInput("journal.no_test_resident", where=Where(str(context.region_file)))
    return AskedAs(settings.test_residents[0], ActorType.RESIDENT)


def asked_about(context: Context, resident: str) -> AskedAs:
    """Ask about a resident (12 characters): a test resident as 1177 does, anybody else as the asker.

    Raises BadInput where the region, the purpose or the asker's HSA-id does not allow it, and for a number that cannot
    pass over RIV-TA.
    """
    settings = journal_settings(context)
    if not passes_rivta(resident):
        raise BadInput("journal.cannot_pass", where=Where(column="RESIDENT"))
    if resident in settings.test_residents:
        return AskedAs(resident, ActorType.RESIDENT)
    if not settings.any_resident:
        raise BadInput("journal.only_test_residents", where=Where(column="RESIDENT"))
    if not context.has_purpose:
        raise BadInput("journal.purpose_missing", where=Where(column="--purpose"))
    asker = parse_hsa_id((context.environ.get(_ACTOR) or "").strip()).value
    if asker is None:
        raise BadInput("journal.asker_unknown", where=Where(column=_ACTOR))
    return AskedAs(asker, ActorType.AGENT)
