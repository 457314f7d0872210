"""The rule table itself, and tables of facts → reasons."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.thorough import examples

from tidbok_cli.domain.checks import CHECKS, Result
from tidbok_cli.domain.facts import Action, BasisState, BookingStatus, CalendarState, Facts, JournalState, SlotState
from tidbok_cli.domain.relation import Relation
from tidbok_cli.domain.verdict import Answer, Judge, checks_of, judge

SHOWN = Facts(
    unit_show=True,
    unit_cancel=True,
    unit_rebook=True,
    unit_book=True,
    calendar=CalendarState.FOUND,
    mapped_show=True,
    mapped_cancel=True,
    mapped_rebook=True,
    mapped_book="open",
    relation=Relation.HELD,
    slot=SlotState.FREE,
)
"""Facts in whose case everything is shown and allowed."""

NO_VERSION: dict[str, Any] = {"unit_show": None, "unit_cancel": None, "unit_rebook": None, "unit_book": None}
NO_MAPPING: dict[str, Any] = {"mapped_show": None, "mapped_cancel": None, "mapped_rebook": None, "mapped_book": None}

CASES: dict[str, tuple[Action, dict[str, Any]]] = {
    "booking.not_yet_made": (Action.SHOW, {"life": BookingStatus.NOT_YET_MADE}),
    "booking.cancelled": (Action.SHOW, {"life": BookingStatus.CANCELLED}),
    "booking.rebooked": (Action.CANCEL, {"life": BookingStatus.REBOOKED}),
    "window.over": (Action.SHOW, {"over": True}),
    "unit.not_configured": (Action.SHOW, {"unit_show": None}),
    "unit.show_off": (Action.SHOW, {"unit_show": False}),
    "coupling.missing": (Action.SHOW, {"calendar": CalendarState.MISSING}),
    "coupling.other_calendar": (Action.BOOK, {"calendar": CalendarState.OTHER}),
    "coupling.not_routed": (Action.SHOW, {"routed": False}),
    "coupling.unverified": (Action.SHOW, {"require_verified_coupling": True}),
    "service.not_mapped": (Action.SHOW, {"mapped_show": None}),
    "service.show_off": (Action.SHOW, {"mapped_show": False}),
    "relation.never": (Action.SHOW, {"relation": None}),
    "relation.removed_by_resident": (Action.SHOW, {"relation": Relation.REMOVED_BY_RESIDENT}),
    "relation.approval_withdrawn": (Action.REBOOK, {"relation": Relation.APPROVAL_WITHDRAWN}),
    "relation.no_data": (Action.SHOW, {"relation": None, "relation_data_partial": True}),
    "offer.off": (Action.BOOK, {"unit_book": False}),
    "permission.off": (Action.BOOK, {"mapped_book": "no"}),
    "deadline.passed": (Action.CANCEL, {"late": True}),
    "basis.none": (Action.BOOK, {"mapped_book": "basis"}),
    "basis.not_yet_valid": (Action.BOOK, {"mapped_book": "basis", "basis": BasisState.NOT_YET_VALID}),
    "basis.expired": (Action.BOOK, {"mapped_book": "basis", "basis": BasisState.EXPIRED}),
    "basis.used": (Action.BOOK, {"mapped_book": "basis", "basis": BasisState.USED}),
    "slot.taken": (Action.BOOK, {"slot": SlotState.TAKEN}),
    "slot.withdrawn": (Action.BOOK, {"slot": SlotState.WITHDRAWN}),
    "slot.over": (Action.REBOOK, {"slot": SlotState.OVER}),
    "slot.other_unit": (Action.REBOOK, {"slot": SlotState.OTHER_UNIT}),
    "slot.other_service": (Action.REBOOK, {"slot": SlotState.OTHER_SERVICE}),
    "journal.not_offered": (Action.SHOW, {"journal": JournalState.NOT_OFFERED}),
    "journal.not_allowed": (Action.CANCEL, {"journal": JournalState.NOT_ALLOWED}),
    "journal.silent": (Action.SHOW, {"journal": JournalState.SILENT}),
    "journal.breach": (Action.REBOOK, {"journal": JournalState.BREACH}),
}
"""For each reason, the action and the one fact that brings it, and it alone."""

ALL_REASONS = [f"{check.name}.{reason.code}" for check in CHECKS for reason in check.reasons]


def test_the_codes_are_unique() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    assert len(set(ALL_REASONS)) == len(ALL_REASONS)


def test_every_reason_has_a_case() -> None:
    assert list(CASES) == ALL_REASONS


def test_every_check_and_reason_cites_rules_of_the_domain() -> None:
    for check in CHECKS:
        for rules in (check.rules, *(reason.rules for reason in check.reasons)):
            assert rules
            assert all(re.fullmatch(r"S([1-9]|[12][0-9]|30)", rule) for rule in rules)


@pytest.mark.parametrize("reason", ALL_REASONS)
def test_one_fact_brings_one_reason(reason: str) -> None:
    action, changed = CASES[reason]
    verdict = judge(SHOWN._replace(**changed), action)
    assert verdict.reasons == (reason,)
    assert not verdict.positive


@pytest.mark.parametrize("action", Action)
def test_nothing_is_wrong_with_the_facts_that_the_cases_begin_with(action: Action) -> None:
    verdict = judge(SHOWN, action)
    assert verdict.reasons == ()
    assert verdict.answer is (Answer.SHOWN if action is Action.SHOW else Answer.ALLOWED)


def test_the_checks_of_each_action_are_in_the_contracts_order() -> None:
    booking = ["booking", "window", "unit", "coupling", "service", "relation"]
    change = ["offer", "permission", "deadline"]
    assert [check.name for check in checks_of(Action.SHOW)] == booking
    assert [check.name for check in checks_of(Action.CANCEL)] == booking + change
    assert [check.name for check in checks_of(Action.REBOOK)] == booking + change
    assert [check.name for check in checks_of(Action.REBOOK, with_slot=True)] == [*booking, *change, "slot"]
    moved = checks_of(Action.REBOOK, with_slot=True, with_journal=True)
    assert [check.name for check in moved] == [*booking, *change, "slot", "journal"]
    assert [check.name for check in checks_of(Action.BOOK)] == ["unit", "coupling", "service", *change, "basis", "slot"]


def test_a_unit_without_a_version_fails_all_that_its_configuration_would_decide() -> None:
    facts = SHOWN._replace(**NO_VERSION, **NO_MAPPING, calendar=CalendarState.MISSING)
    assert judge(facts, Action.CANCEL).reasons == (
        "unit.not_configured",
        "coupling.missing",
        "service.not_mapped",
        "offer.off",
        "permission.off",
    )


def test_showing_plays_no_part_in_booking() -> None:
    assert judge(SHOWN._replace(unit_show=False, mapped_show=False), Action.BOOK).positive


def test_a_failure_outweighs_what_is_unknown() -> None:
    unknown = SHOWN._replace(relation=None, relation_data_partial=True)
    assert judge(unknown, Action.SHOW).answer is Answer.UNKNOWN
    assert judge(unknown._replace(over=True), Action.SHOW).answer is Answer.HIDDEN


def test_the_first_of_two_reasons_is_given() -> None:
    both = SHOWN._replace(calendar=CalendarState.OTHER, routed=False)
    assert judge(both, Action.SHOW).reasons == ("coupling.other_calendar",)


def test_sqlites_zero_is_no() -> None:
    zeros: dict[str, Any] = {"unit_show": 0, "mapped_show": 0}
    assert judge(SHOWN._replace(**zeros), Action.SHOW).reasons == (
        "unit.show_off",
        "service.show_off",
    )


def test_an_assumption_stands_in_for_a_check() -> None:
    verdict = judge(SHOWN._replace(over=True), Action.SHOW, {"window": Result.PASS, "relation": Result.FAIL})
    assert verdict.reasons == ("relation.assumed",)


facts_of_any_kind = st.builds(
    Facts,
    life=st.sampled_from(BookingStatus),
    over=st.booleans(),
    late=st.booleans(),
    unit_show=st.sampled_from([None, False, True]),
    unit_cancel=st.booleans(),
    calendar=st.sampled_from(CalendarState),
    mapped_show=st.sampled_from([None, False, True]),
    mapped_cancel=st.booleans(),
    relation=st.sampled_from([None, *Relation]),
    relation_required=st.booleans(),
    relation_data_partial=st.booleans(),
    require_verified_coupling=st.booleans(),
    routed=st.sampled_from([None, False, True]),
)


@settings(max_examples=examples(40))
@given(st.lists(facts_of_any_kind, max_size=20), st.sampled_from([Action.SHOW, Action.CANCEL]))
def test_remembering_changes_nothing(many: list[Facts], action: Action) -> None:
    remembering = Judge(action)
    assert [remembering(facts) for facts in many + many] == [judge(facts, action) for facts in many + many]
