"""Tables of sentences: one a check, reason, event and problem.

In both languages, with known fields.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tidbok_cli import i18n
from tidbok_cli.domain.basis import STATUSES
from tidbok_cli.domain.checks import CHECKS, Actor, Result
from tidbok_cli.domain.facts import Action, BookingStatus
from tidbok_cli.domain.relation import UNKNOWN, Event, Relation
from tidbok_cli.domain.slot import SlotStatus
from tidbok_cli.domain.unit_now import FileState
from tidbok_cli.domain.verdict import Answer
from tidbok_cli.render import check_names, check_texts, check_variants, words
from tidbok_cli.render.check_places import FILES_NOW
from tidbok_cli.render.problem_texts import SENTENCES

SOURCES = Path(i18n.__file__).parent.parent

FIELDS = {
    "unit", "file", "place", "event_place", "calendar", "booking_calendar", "code", "codes", "mapped_code", "label",
    "action", "flag", "deed", "Deed", "Kind", "created", "ended", "shown_until", "deadline", "since", "knowledge",
    "address", "missing", "snapshot", "slot", "slot_unit", "slot_code", "slot_start", "withdrawn", "basis",
    "basis_from", "basis_to", "used_by", "replaced_by", "unit_name", "unit_ended", "ended_by", "start", "slot_booking",
    "used_basis", "used_basis_by", "offers", "put_back", "typed_code", "typed_mapped", "typed_new", "typed_holder",
    "typed_file", "free_slots", "ended_address", "ended_file", "ended_how", "unshown", "shown_since", "applied",
    "summon",
    "journal_times", "journal_code", "journal_said", "journal_fix", "journal_breaches", "correlation_id",
}  # fmt: skip


@pytest.fixture(params=i18n.LANGUAGES, autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    i18n.activate(request.param)
    yield request.param
    i18n.activate("en")


def fields(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", i18n._(text)))


def test_every_check_and_reason_has_its_text() -> None:
    assert list(check_texts.CHECKS) == [check.name for check in CHECKS]
    assert list(check_texts.REASONS) == [f"{check.name}.{reason.code}" for check in CHECKS for reason in check.reasons]


def test_each_variant_is_one_of_a_reason_and_has_its_case() -> None:
    assert {key.rpartition(".")[0] for key in check_variants.VARIANTS} <= set(check_texts.REASONS)
    assert list(check_variants.HOLDS) == list(check_variants.VARIANTS)


def test_what_nobody_can_mend_has_no_next_step() -> None:
    for check in CHECKS:
        for reason in check.reasons:
            assert (check_texts.REASONS[f"{check.name}.{reason.code}"].fix is None) == (reason.actor is None)


def test_the_texts_name_known_fields_only() -> None:
    for message, fix in (*check_texts.REASONS.values(), *check_variants.VARIANTS.values()):
        assert fields(message) | fields(fix or "") <= FIELDS
    for _, passed in check_texts.CHECKS.values():
        assert fields(passed) <= FIELDS


def test_each_state_of_a_file_has_its_words() -> None:
    assert set(FILES_NOW) == set(FileState) - {FileState.SAME}
    for message, fix in FILES_NOW.values():
        assert fields(message) == {"place"} and fields(fix or "") <= FIELDS


def test_the_words_are_complete() -> None:
    assert set(words.VERDICTS) == set(words.WOULD) == set(Answer)
    assert set(words.ACTIONS) == set(Action)
    assert set(words.ACTORS) == set(Actor)
    assert set(words.STATUSES) == set(BookingStatus)
    assert set(words.SLOT_STATUSES) == set(SlotStatus)
    assert set(words.BASIS_STATUSES) == set(STATUSES)
    assert set(words.RELATIONS) == {*Relation, UNKNOWN}
    assert set(words.EVENTS) == set(Event)


def test_swedish_is_another_language(language: str) -> None:
    assert (i18n._(words.VERDICTS["hidden"]) == "VISAS INTE") == (language == "sv")


def raised() -> Iterator[tuple[str, set[str]]]:
    """The code and parameters of each problem and error in the sources, as far as they stand there in letters."""
    kinds = {"Problem", "BadInput", "Refused", "Busy", "refused"}
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield (
                        code.value,
                        {each.arg for each in node.keywords if each.arg} - {"where", "problems", "warning"},
                    )


def test_every_code_that_the_sources_raise_has_a_sentence() -> None:
    assert {code for code, _ in raised()} <= set(SENTENCES)


BUILT = {
    "unit.hsa_id_twice": "unit.{key}_twice",
    "unit.alias_twice": "unit.{key}_twice",
    "relation.clinic_removed_without_effect": "relation.{event}_without_effect",
    "relation.approval_withdrawn_without_effect": "relation.{event}_without_effect",
    **{
        f"{kind}.{problem}": f"{{kind.name}}.{problem}"
        for kind in ("slot", "basis")
        for problem in ("exists", "was_withdrawn")
    },
    "slot.unknown": "{kind}.unknown",
    "slot.several_units": "{kind}.several_units",
    "basis.unknown": "{kind}.unknown",
    "basis.several_units": "{kind}.several_units",
}
"""Codes that the sources put together."""
TEXTS_OF_PROBLEMS = ("problem_texts.py", "store_problems.py", "file_problems.py", "journal_problems.py")


def test_every_sentence_is_used() -> None:
    sources = (path for path in SOURCES.rglob("*.py") if path.name not in TEXTS_OF_PROBLEMS)
    everything = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    assert [code for code in SENTENCES if f'"{BUILT.get(code, code)}"' not in everything] == []


def test_no_sentence_asks_for_more_than_it_is_given() -> None:
    for code, given in raised():
        if given:
            assert fields(SENTENCES[code]) <= given, code


def test_every_check_result_and_reason_has_its_name() -> None:
    assert list(check_names.CHECKS) == [check.name for check in CHECKS]
    assert set(check_names.RESULTS) == set(Result)
    assert list(check_names.REASONS) == list(check_texts.REASONS)


def test_no_two_reasons_of_a_check_share_a_name() -> None:
    named = check_names.reason_names(check_names.REASONS)
    assert len(set(named)) == len(named)


def test_every_action_has_a_word_for_its_deed() -> None:
    assert set(words.DEEDS) == set(words.SERVICES) == set(Action)
