"""Sentences of journals' answers: one for each code and breach that the program uses, in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tidbok_cli import exchange, i18n
from tidbok_cli.domain.journal import ACTOR_OF, ActorType, JournalAnswer, JournalQuestion, JournalResult
from tidbok_cli.domain.journal_outcome import OUR_TROUBLE, OUR_WAY, told
from tidbok_cli.domain.journal_rehearsal import REASONS, Step
from tidbok_cli.domain.journal_settings import JournalEnvironment
from tidbok_cli.render import journal_rehearsal, journal_texts
from tidbok_cli.render.journal import fix, message

EXCHANGE = Path(exchange.__file__).parent
PLATFORMS = set(ACTOR_OF)
BY_RESULT = set(JournalResult) - {JournalResult.ANSWERED}


@pytest.fixture(params=i18n.LANGUAGES, autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    i18n.activate(request.param)
    yield request.param
    i18n.activate("en")


def texts_in(node: ast.AST) -> set[str]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def calls(module: str, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse((EXCHANGE / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in names:
            yield node


def codes_of_answers() -> set[str]:
    """Codes that client and reader give their answers."""
    given = [each for call in calls("journal_answer", "_unreadable") for each in call.args]
    given += [each for call in calls("journal_client", "_Unreadable") for each in call.args]
    for module in ("journal_answer", "journal_client"):
        given += [word.value for call in calls(module, "_replace") for word in call.keywords if word.arg == "code"]
    found = {text for each in given for text in texts_in(each)}
    for node in ast.walk(ast.parse((EXCHANGE / "journal_client.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name == "_code":
            returned = (each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value)
            found |= {str(each.value) for each in returned if isinstance(each, ast.Constant)}
    return {text for text in found if text.isidentifier()}


def kinds_of_failures() -> set[str]:
    from tidbok_cli.exchange.http import _KINDS  # the codes behind `kind_of`

    return {code.removeprefix("web.") for _, code in _KINDS}


def test_each_code_has_its_text_and_each_text_its_code() -> None:
    used = codes_of_answers() | kinds_of_failures() | {"content_type"}  # which is chosen beside its detail
    assert len(used) > 15
    assert set(journal_texts.CODES) == used | PLATFORMS | BY_RESULT
    assert {*OUR_TROUBLE, *OUR_WAY} <= set(journal_texts.CODES)


def test_each_breach_has_its_text() -> None:
    used = {text for call in calls("journal_slot", "_breach") for text in texts_in(call.args[0])}
    assert set(journal_texts.BREACHES) == used


def test_each_result_and_environment_has_its_word() -> None:
    assert set(journal_texts.RESULTS) == set(JournalResult)
    assert set(journal_texts.ENVIRONMENTS) == set(JournalEnvironment)


def test_each_step_and_reason_of_a_rehearsal_has_its_text() -> None:
    assert list(journal_rehearsal.STEPS) == list(Step)
    assert set(journal_rehearsal.REASONS) == set(REASONS)


@pytest.mark.parametrize("code", [*journal_texts.CODES, "VP099"])
def test_a_text_can_be_written(code: str) -> None:
    question = JournalQuestion("GetBookingDetails", "SE2321000024-1A2B", "", ActorType.RESIDENT)
    answer = told(JournalAnswer(question, JournalResult.REFUSED, code, "så gick det"))
    assert "{" not in message(answer)
    assert "{" not in (fix(answer) or "").replace("{contract}", "")


@pytest.mark.parametrize("code", ["VP004", "VP006", "VP007"])
def test_no_check_is_asked_for_of_what_is_no_clinic(code: str) -> None:
    """`coupling check` would refuse the aggregator's address; what is to be ordered is said instead."""
    question = JournalQuestion("GetSubjectOfCareSchedule", "5565594230", "", ActorType.RESIDENT)
    answer = told(JournalAnswer(question, JournalResult.REFUSED, code, consumer="SE-US", is_configured=False))
    words = fix(answer) or ""
    assert "5565594230" in words and "GetSubjectOfCareSchedule" in words
    assert "coupling check" not in words and ("SE-US" in words) == (code == "VP007")
    checked = fix(told(answer.answer._replace(is_configured=True))) or ""
    assert "tidbok coupling check 5565594230" in checked and ("--consumer SE-US" in checked) == (code == "VP007")
