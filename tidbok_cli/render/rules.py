"""`rules`: the table of checks and reasons, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidbok_cli.domain.checks import CHECKS
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import check_texts, words
from tidbok_cli.render.columns import Column, Rank
from tidbok_cli.render.words import word

if TYPE_CHECKING:
    from collections.abc import Iterator

RULES = (
    Column("check", _m("Check")),
    Column("reason", _m("Reason")),
    Column("result", _m("Result")),
    Column("actions", _m("Actions")),
    Column("rules", _m("Rules")),
    Column("actor", _m("Who can act")),
    Column("message", _m("What the check asks")),
)


RULE_TABLE = (
    Column("check", _m("Check"), Rank.NAME),
    Column("reason", _m("Reason"), Rank.NAME),
    Column("actor", _m("Who can act"), told=word("actor", words.ACTORS)),
    Column("rules", _m("Rules"), Rank.NAME),
    Column("result", _m("Result"), Rank.LEAST),
    Column("message", _m("What the check asks"), Rank.LEAST),
    Column("actions", _m("Actions"), Rank.LEAST, lambda row: ", ".join(row["actions"]), whole=True),
)


def rule_values() -> Iterator[dict[str, Any]]:
    """A row for each reason of each check, in the order in which they are given."""
    for check in CHECKS:
        for reason in check.reasons:
            yield {
                "check": check.name,
                "reason": reason.code,
                "result": str(reason.result),
                "actions": [str(action) for action in check.actions if action in reason.actions],
                "rules": list(reason.rules),
                "actor": str(reason.actor) if reason.actor else None,
                "message": _(check_texts.CHECKS[check.name][0]),
            }
