"""`sweep --by`: the work list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import check_texts, words
from tidbok_cli.render.check_names import reason_name
from tidbok_cli.render.columns import Column, Kind, Listing, Rank, coded
from tidbok_cli.render.why_letter import say, untranslated_fix

if TYPE_CHECKING:
    from tidbok_cli.domain.sweep import WorkItem
    from tidbok_cli.domain.why import ExplainedFinding

_COMMAND: Final = re.compile("“(tidbok [^”]*)”")
_EDITED: Final = ("[services]", "[coupling]")
"""Parts of files that a step edits before its command."""


def _explained(item: WorkItem) -> ExplainedFinding | None:
    """The finding of the sample that is the item's reason."""
    if item.diagnosis is None or item.reason is None:
        return None
    check = item.reason.partition(".")[0]
    return next((each for each in item.diagnosis.checks if each.finding.check.name == check), None)


def _fix(item: WorkItem) -> str | None:
    """What `why` says is to be done, where that is the same for all."""
    explained = _explained(item)
    if item.diagnosis and explained:
        return say(item.diagnosis, explained).fix
    fix = check_texts.REASONS[item.reason].fix if item.reason else None
    return _(fix) if fix and "{" not in fix else None


def _command(item: WorkItem) -> str | None:
    """The commands of that step, one after the other."""
    explained = _explained(item)
    fix = check_texts.REASONS[item.reason].fix if item.reason else None
    if item.diagnosis and explained:
        fix = untranslated_fix(item.diagnosis, explained)
    elif fix and "{" in fix:
        fix = None
    return " && ".join(_COMMAND.findall(fix or "")) or None


def _told(item: WorkItem) -> str:
    """For people: the command, or the whole step where a file is edited too."""
    fix = _fix(item) or ""
    return fix if any(part in fix for part in _EDITED) else _command(item) or ""


WORK = Listing(
    _m("with --by, for each combination"),
    (
        Column("unit", _m("HSA-id"), rank=Rank.LEAST, whole=True),
        Column("code", _m("Code"), whole=True),
        Column("reason", _m("Reason"), kind=Kind(tell=lambda code: [reason_name(code)] if code else "")),
        Column("bookings", _m("Bookings"), rank=Rank.NAME),
        Column("residents", _m("Residents"), rank=Rank.LEAST),
        Column("actor", _m("Who can act"), kind=coded(words.ACTORS), rank=Rank.LEAST),
        Column("fix", get=_fix),
        Column(
            "command", _m("Command"), get=_command, note=_m("those of the step, joined by &&; null where there is none")
        ),
    ),
    none=_m("Nothing stands in the way of these bookings."),
)
_CLINIC: Final = Column("clinic", _m("Clinic"), rank=Rank.NAME, tell=lambda item: [item.clinic])
_LABEL: Final = Column("label", _m("Label"), rank=Rank.LEAST)
_STEP: Final = Column("fix", _m("What to do"), tell=_told)


def work(keys: tuple[str, ...]) -> Listing:
    """The list for people: its counts, what it is made by, and what to do about a clinic."""
    made_by: dict[str, tuple[str | Column, ...]] = {
        "unit": ("unit", _CLINIC), "code": ("code", _LABEL), "reason": ("reason", "actor"),
    }  # fmt: skip
    shown = [column for key, columns in made_by.items() if key in keys for column in columns]
    steps = (_STEP,) if {"unit", "reason"} <= set(keys) else ()
    return WORK._replace(shown=("bookings", "residents", *shown, *steps))
