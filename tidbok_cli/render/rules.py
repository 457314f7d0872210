"""`rules`: the table of checks and reasons, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tidbok_cli.domain.checks import CHECKS, Check, Reason
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import check_names, check_texts, words
from tidbok_cli.render.columns import Column, Listing, Rank, coded

if TYPE_CHECKING:
    from collections.abc import Iterator

RULES = Listing(
    _m("for each reason"),
    (
        Column("check", _m("Check"), "check.name", coded(check_names.CHECKS), Rank.NAME),
        Column(
            "reason",
            _m("Reason"),
            "reason.code",
            rank=Rank.NAME,
            tell=lambda rule: [_(check_names.REASONS[rule.name])],  # in a list its words fold
        ),
        Column("result", _m("Result"), "reason.result", check_names.RESULT, Rank.LEAST),
        Column(
            "actions",
            _m("Actions"),
            lambda rule: rule.actions,
            rank=Rank.LEAST,
            tell=lambda rule: ", ".join(_(words.SERVICES[action]) for action in rule.actions),
            whole=True,
        ),
        Column("rules", _m("Rules"), "reason.rules", rank=Rank.NAME),
        Column("actor", _m("Who can act"), "reason.actor", coded(words.ACTORS)),
        Column(
            "message",
            _m("What the check asks"),
            lambda rule: _(check_texts.CHECKS[rule.check.name][0]),
            rank=Rank.LEAST,
            note=_m("what the check asks"),
        ),
    ),
    shown=(
        "check",
        "reason",
        "actor",
        "rules",
        "result",
        "message",
        "actions",
        Column("name", _m("Code"), rank=Rank.LEAST, whole=True),
    ),
)


class _Rule(NamedTuple):
    """A reason of a check, with the actions refused for it."""

    check: Check
    reason: Reason
    actions: list[str]

    @property
    def name(self) -> str:
        """`check.reason`, as `sweep` has it in its answers."""
        return f"{self.check.name}.{self.reason.code}"


def reasons() -> Iterator[_Rule]:
    """Each reason of each check, in the order of the rule table."""
    for check in CHECKS:
        for reason in check.reasons:
            actions = [str(action) for action in check.actions if action in reason.actions]
            yield _Rule(check, reason, actions)
