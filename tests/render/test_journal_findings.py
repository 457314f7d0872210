"""Sentences of what differs between a journal and what is known beside it, in both languages."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from support.people import ANNA
from support.region import OGON

from tidbok_cli import i18n
from tidbok_cli.domain.case import BookingThen
from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.domain.journal import Breach, JournalSlot
from tidbok_cli.domain.journal_booking import JournalBooking, JournalFinding
from tidbok_cli.domain.unit import CareService, Services, UnitConfig
from tidbok_cli.render.journal_finding import fields, said, variant
from tidbok_cli.render.journal_finding_texts import FINDINGS, NAMES

NOW = 1_800_000_000
START = NOW + 360_000
UNIT = UnitConfig(
    OGON, "Ögonmottagningen", "ogon", Services(show=True), "TB1",
    care_services=(CareService("UPPF30", label="Besök", show=True, cancel=True, cancel_deadline_hours=200),),
)  # fmt: skip
COPY = BookingThen(
    1, OGON, "B 1", ANNA, "UPPF30", None, START, START + 1800, BookingStatus.BOOKED, NOW, None, None, None, None, True,
    "bookings.csv", None, None,
)  # fmt: skip
SLOT = JournalSlot(OGON, "B 1", ANNA, START + 60, None, "UPPF30", None, "uppf 30", cancel=True, rebook=True)
ENDED = COPY._replace(status=BookingStatus.CANCELLED, ended_at=NOW - 60)
BOTH = JournalBooking(OGON, UNIT, COPY, SLOT, "B 1", breaches=(Breach("empty", "performer"),))

CASES: dict[str, JournalBooking] = {
    "journal_only": replace(BOTH, copy=None),
    "journal_only.ended": replace(BOTH, copy=ENDED),
    "journal_only.over": BOTH,
    "journal_only.no_file": replace(BOTH, config=None),
    "copy_only": replace(BOTH, slot=None),
    "copy_only.not_set_up": replace(BOTH, slot=None, config=None),
    "moved": BOTH,
    "code_differs": BOTH,
    "not_mapped": BOTH,
    "not_mapped.no_file": replace(BOTH, config=None),
    "no_code": BOTH,
    "name_differs": BOTH,
    "cancel_differs": replace(BOTH, slot=SLOT._replace(cancel=False)),
    "cancel_differs.there": replace(
        BOTH, config=UNIT._replace(care_services=(UNIT.care_services[0]._replace(cancel=False),))
    ),
    "cancel_differs.late": BOTH,
    "cancel_differs.no_file": replace(BOTH, config=None),
    "rebook_differs": replace(BOTH, slot=SLOT._replace(rebook=False)),
    "rebook_differs.there": BOTH,
    "rebook_differs.late": replace(
        BOTH, config=UNIT._replace(care_services=(UNIT.care_services[0]._replace(rebook=True),))
    ),
    "rebook_differs.no_file": replace(BOTH, config=None),
    "not_in_index": BOTH,
    "breach": BOTH,
    "breach.another": replace(BOTH, copy=None, slot=None, is_of_another=True),
}


@pytest.fixture(params=i18n.LANGUAGES, autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    i18n.activate(request.param)
    yield request.param
    i18n.activate("en")


def test_each_finding_has_its_name_and_each_sentence_its_case() -> None:
    assert list(NAMES) == list(JournalFinding)
    assert list(CASES) == list(FINDINGS)
    assert {key.partition(".")[0] for key in FINDINGS} == set(JournalFinding)
    assert len({i18n._(name) for name in NAMES.values()}) == len(NAMES)


@pytest.mark.parametrize("case", CASES)
def test_a_finding_in_words(case: str, language: str) -> None:
    booking, finding = CASES[case], JournalFinding(case.partition(".")[0])
    assert variant(booking, finding, NOW) == case
    told = said(booking, finding, NOW)
    assert told.message and told.fix and "{" not in told.message + told.fix
    named = {name for text in FINDINGS[case] for name in re.findall(r"{(\w+)}", i18n._(text or ""))}
    given = fields(booking, finding)
    assert named <= set(given)
    assert all(given[name] for name in named)


def test_what_is_typed_is_quoted() -> None:
    assert "tidbok why 'B 1' --unit" in said(CASES["copy_only.not_set_up"], JournalFinding.COPY_ONLY, NOW).fix
    assert "--label 'uppf 30'" in said(BOTH, JournalFinding.NAME_DIFFERS, NOW).fix


@pytest.mark.parametrize(
    ("unit", "typed"),
    [
        ("SE5565594230-7A", "new SE5565594230-7A"),
        (ANNA, "new HSA_ID"),
        ("x; reboot", "new HSA_ID"),
    ],
)
def test_a_clinic_without_a_file_is_named_where_it_can_be(unit: str, typed: str) -> None:
    fix = said(replace(CASES["journal_only.no_file"], unit=unit), JournalFinding.JOURNAL_ONLY, NOW).fix
    assert f"tidbok unit {typed} --name" in fix and "reboot" not in fix and ANNA not in fix


def test_a_journals_words_are_shown_and_not_obeyed() -> None:
    odd = replace(BOTH, slot=SLOT._replace(name=f"\x1b[31mBesök {ANNA}"))
    message = said(odd, JournalFinding.NAME_DIFFERS, NOW).message
    assert "\x1b" not in message and ANNA not in message
