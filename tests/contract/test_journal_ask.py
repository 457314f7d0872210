"""Journals asked in their turns, each call recorded before it is made and after, beside a made-up platform."""

import json
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Run, done
from support.people import ANNA, BO
from support.region import FLOGSTA, OGON
from support.stores import opened, rows_of, store_of

from tidbok_cli.domain.audit_chain import chain_faults
from tidbok_cli.domain.journal import ActorType, Consumer, JournalAnswer, JournalQuestion, JournalResult
from tidbok_cli.domain.journal_settings import JournalEnvironment, JournalSettings
from tidbok_cli.domain.region import Region
from tidbok_cli.errors import BadInput, Busy
from tidbok_cli.exchange.audit_file import rows_in
from tidbok_cli.render.terminal import Bars
from tidbok_cli.workflows.context import Context
from tidbok_cli.workflows.journal_ask import Asker
from tidbok_cli.workflows.journal_open import asked_about

SETTINGS = JournalSettings(
    "https://platform.example/vp", JournalEnvironment.TEST, decided_by="Nämnden", calls_per_second=1000
)
NOW = 1_800_000_000


def asked(unit: str, contract: str = "GetSubjectOfCareSchedule") -> JournalQuestion:
    return JournalQuestion(contract, unit, ANNA, ActorType.RESIDENT, ANNA)


@dataclass
class Platform:
    """A platform that answers as it is told, by the clinic's address; `rows`: the audit's at each call."""

    folder: Path
    answers: dict[str, Callable[[JournalQuestion], JournalAnswer]] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)
    rows: list[tuple[str, str]] = field(default_factory=list)
    consumer: Consumer = field(default_factory=lambda: Consumer("SE5565594230-C1", NOW + 1))

    def ask(self, question: JournalQuestion, correlation_id: str) -> JournalAnswer:
        self.called.append(question.address)
        self.rows += [(question.address, outcome) for outcome, _ in told_of(self.folder, correlation_id)]
        return self.answers.get(question.address, answered)(question)._replace(correlation_id=correlation_id)


def told_of(folder: Path, correlation_id: str) -> list[tuple[str, str]]:
    sql = f"SELECT outcome, decided_by FROM audit WHERE selection LIKE '%{correlation_id}%' ORDER BY id"
    return [(outcome, decided_by) for outcome, decided_by in rows_of(folder, sql)]


def answered(question: JournalQuestion) -> JournalAnswer:
    return JournalAnswer(question, JournalResult.ANSWERED, body=b"<Envelope/>")


def silent(question: JournalQuestion) -> JournalAnswer:
    return JournalAnswer(question, JournalResult.SILENT, "time_out")


def refused(code: str) -> Callable[[JournalQuestion], JournalAnswer]:
    return lambda question: JournalAnswer(question, JournalResult.REFUSED, code)


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return Platform(tmp_path)


@pytest.fixture
def asker(eye_clinic: Run, platform: Platform, tmp_path: Path) -> Callable[..., Asker]:
    """Makes an asker of the sample region, within limits."""

    def make(**limits: Any) -> Asker:
        context = Context(
            {}, tmp_path, NOW, print, str, Bars(), config_option="config", store_option=store_of(tmp_path),
            command="journal ping", purpose="INC-1",
        )  # fmt: skip
        return Asker(context, SETTINGS._replace(**limits), platform)

    return make


@pytest.mark.both
def test_each_call_is_recorded_before_it_is_made_and_after(
    asker: Callable[..., Asker], eye_clinic: Run, platform: Platform, tmp_path: Path
) -> None:
    platform.answers[FLOGSTA] = refused("VP007")
    answers = list(asker().answers([asked(OGON), asked(FLOGSTA)]))
    assert platform.rows == [(OGON, "asked"), (FLOGSTA, "asked")]
    outcomes = [told_of(tmp_path, str(each.correlation_id)) for each in answers]
    assert outcomes == [
        [("asked", "Nämnden"), ("answered", "Nämnden")],
        [("asked", "Nämnden"), ("refused VP007", "Nämnden")],
    ]
    listed = json.loads(eye_clinic("audit", "list", "-o", "json", "--purpose", "INC-2").out)[:4]
    assert {(row["command"], row["purpose"], row["resident"]) for row in listed} == {
        ("journal ping", "INC-1", "19121212-****")
    }
    assert {unit for row in listed for unit in row["units"]} == {OGON, FLOGSTA}
    done(eye_clinic("audit", "verify"))


def test_answers_come_in_the_order_of_the_questions(asker: Callable[..., Asker], platform: Platform) -> None:
    units = [f"SE2321000024-{number}" for number in range(9)]
    answers = list(asker().answers([asked(unit) for unit in units], bodies=True))
    assert [each.question.address for each in answers] == units
    assert {each.body for each in answers} == {b"<Envelope/>"}
    assert asker().answer(asked(OGON)).body == b""


def test_a_producer_that_is_silent_again_and_again_is_asked_no_more(
    asker: Callable[..., Asker], platform: Platform
) -> None:
    platform.answers = {str(number): silent for number in range(1, 8)} | {"3": refused("VP009")}
    answers = list(asker().answers([asked(str(number)) for number in range(9)]))
    assert platform.called == ["0", "1", "2", "3", "4", "5", "6"]
    assert [str(each.result) for each in answers] == [
        "answered", "silent", "silent", "refused", "silent", "silent", "silent", "not_asked", "not_asked",
    ]  # fmt: skip


def test_more_calls_than_a_run_may_make_are_none(
    asker: Callable[..., Asker], platform: Platform, tmp_path: Path
) -> None:
    few = asker(most_calls=2)
    few.answer(asked(OGON))
    with pytest.raises(BadInput) as error:
        few.answers([asked(OGON), asked(FLOGSTA)])
    assert (error.value.code, dict(error.value.params)) == ("journal.too_many_calls", {"count": 3, "most": 2})
    assert platform.called == [OGON]


@pytest.mark.files
def test_a_row_that_cannot_be_written_stops_the_call(
    asker: Callable[..., Asker], platform: Platform, tmp_path: Path
) -> None:
    made = asker()
    made.context.wait = 0
    with opened(tmp_path) as another:
        another.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy):
            made.answer(asked(OGON))
    assert platform.called == []


def test_an_interrupt_ends_it_at_once(asker: Callable[..., Asker], platform: Platform, tmp_path: Path) -> None:
    """What is under way is recorded as interrupted; what waits for its turn is not asked."""
    hangs, main = threading.Event(), threading.main_thread().ident or 0

    def hang(question: JournalQuestion) -> JournalAnswer:
        signal.pthread_kill(main, signal.SIGINT)
        hangs.wait(60)
        return answered(question)

    platform.answers[FLOGSTA] = hang
    with pytest.raises(KeyboardInterrupt):
        list(asker().answers([asked(OGON), asked(FLOGSTA), asked("SE2321000024-9")]))
    hangs.set()
    assert platform.called == [OGON, FLOGSTA]
    assert [outcome for (outcome,) in rows_of(tmp_path, "SELECT outcome FROM audit ORDER BY id")] == [
        "asked", "answered", "asked", "interrupted",
    ]  # fmt: skip


def test_a_bug_in_a_call_is_told_as_one(asker: Callable[..., Asker], platform: Platform, tmp_path: Path) -> None:
    def fail(question: JournalQuestion) -> JournalAnswer:
        raise ZeroDivisionError

    platform.answers[OGON] = fail
    with pytest.raises(ZeroDivisionError):
        asker().answer(asked(OGON))
    assert rows_of(tmp_path, "SELECT outcome FROM audit ORDER BY id DESC LIMIT 1") == [("bug",)]


@pytest.mark.files
def test_a_file_takes_the_rows_where_others_write_to_the_store(
    asker: Callable[..., Asker], platform: Platform, tmp_path: Path
) -> None:
    with (tmp_path / "config/tidbok.toml").open("a", encoding="utf-8") as file:
        file.write('\n[audit]\nfallback = "looks.jsonl"\n')
    made = asker()
    made.context.wait = 0
    with opened(tmp_path) as another:
        another.execute("BEGIN IMMEDIATE")
        made.answer(asked(OGON))
    rows = list(rows_in(tmp_path / "config/looks.jsonl"))
    assert [(row.entry.outcome, row.entry.resident) for row in rows] == [("asked", ANNA), ("answered", ANNA)]
    assert list(chain_faults(rows)) == []


# ------------------------------------------------------------------------------------------------ about whom


ASKER = "SE2321000024-ANNA"


@pytest.mark.parametrize(
    ("resident", "actor", "purpose", "settings", "expected"),
    [
        (ANNA, "anna", None, {}, (ANNA, "subject_of_care")),
        (ANNA, ASKER, "INC-1", {"any_resident": True}, (ANNA, "subject_of_care")),
        (BO, ASKER, "INC-1", {"any_resident": True}, (ASKER, "subject_of_care_agent")),
        (BO, ASKER, "INC-1", {}, "journal.only_test_residents"),
        (BO, ASKER, None, {"any_resident": True}, "journal.purpose_missing"),
        (BO, ASKER, " - ", {"any_resident": True}, "journal.purpose_missing"),
        (BO, "anna", "INC-1", {"any_resident": True}, "journal.asker_unknown"),
        (BO, "", "INC-1", {"any_resident": True}, "journal.asker_unknown"),
        ("19121212T123", ASKER, "INC-1", {"any_resident": True}, (ASKER, "subject_of_care_agent")),
        ("19121212X123", ASKER, "INC-1", {"any_resident": True}, "journal.cannot_pass"),
    ],
)
def test_about_whom_a_journal_may_be_asked(
    tmp_path: Path, resident: str, actor: str, purpose: str | None, settings: dict[str, Any],
    expected: tuple[str, str] | str,
) -> None:  # fmt: skip
    """A real resident is never the actor."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config/tidbok.toml").touch()
    context = Context(
        {"TIDBOK_ACTOR": actor}, tmp_path, NOW, print, str, Bars(), config_option="config", purpose=purpose
    )
    context.region = Region(journal=SETTINGS._replace(test_residents=(ANNA,), **settings))
    if isinstance(expected, str):
        with pytest.raises(BadInput) as error:
            asked_about(context, resident)
        assert error.value.code == expected
    else:
        assert asked_about(context, resident) == expected
