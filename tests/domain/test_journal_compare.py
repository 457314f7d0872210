"""What differs between a journal's answers, the copies and the files: a table, and a second reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.people import ANNA, BO
from support.region import FLOGSTA, OGON
from support.thorough import examples

from tidbok_cli.domain.case import BookingThen
from tidbok_cli.domain.checks import Actor
from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.domain.journal import ActorType, Breach, JournalAnswer, JournalQuestion, JournalResult, JournalSlot
from tidbok_cli.domain.journal_booking import ACTOR_OF_FINDING, JournalBooking, JournalFinding
from tidbok_cli.domain.journal_compare import Known, compare
from tidbok_cli.domain.times import STOCKHOLM
from tidbok_cli.domain.unit import AlsoCalendar, CareService, Services, UnitConfig

HOUR = 3600
NOW = 1_800_000_000
START, END = NOW + 100 * HOUR, NOW + 100 * HOUR + 1800
AGGREGATOR = "5565594230"

EYES = UnitConfig(
    OGON, "Ögonmottagningen", None, Services(show=True), "TB1", None,
    (
        CareService("UPPF30", label="Besök", show=True, cancel=True, cancel_deadline_hours=24),
        CareService("OP60", label="Operation", show=True),
        CareService("TYST", label="Tyst"),
    ),
    (AlsoCalendar("TB0", NOW + 9999 * HOUR),),
)  # fmt: skip
HEALTH = UnitConfig(FLOGSTA, "Flogsta", None, Services(show=True), "TB2", None, (CareService("UPPF30", label="Prov"),))
UNITS = {each.key: each for each in (EYES, HEALTH)}

COPY = BookingThen(
    1, OGON, "B1", ANNA, "UPPF30", None, START, END, BookingStatus.BOOKED, NOW - HOUR, None, None, None, None, True,
    "bookings.csv", None, None,
)  # fmt: skip
SLOT = JournalSlot(OGON, "B1", ANNA, START, END, "UPPF30", None, "Besök", cancel=True)
"""A slot that agrees with that copy and that file."""


def answer(
    *slots: JournalSlot,
    unit: str = OGON,
    result: JournalResult = JournalResult.ANSWERED,
    breaches: tuple[Breach, ...] = (),
    failed: dict[str, str] | None = None,
) -> JournalAnswer:
    question = JournalQuestion("GetSubjectOfCareSchedule", unit, ANNA, ActorType.RESIDENT, ANNA)
    return JournalAnswer(question, result, slots=slots, breaches=breaches, failed=failed or {})


def found(
    answers: Sequence[JournalAnswer],
    copies: Sequence[BookingThen] = (COPY,),
    everywhere: JournalAnswer | None = None,
    named: frozenset[str] | None = None,
) -> list[tuple[str | None, list[str]]]:
    compared = compare(Known(NOW, copies, UNITS, named), answers, everywhere)
    return [(each.booking_id, list(map(str, each.findings))) for each in compared]


ONE: dict[str, tuple[JournalSlot | None, BookingThen | None, list[str]]] = {
    "agreed": (SLOT, COPY, []),
    "only there": (SLOT, None, ["journal_only"]),
    "ended here": (SLOT, COPY._replace(status=BookingStatus.CANCELLED), ["journal_only"]),
    "over here": (SLOT, COPY._replace(starts_at=NOW - 3 * HOUR, ends_at=END), ["journal_only", "moved"]),
    "over in both": (
        SLOT._replace(start=NOW - 3 * HOUR, end=None), COPY._replace(starts_at=NOW - 3 * HOUR, ends_at=None), [],
    ),
    "only here": (None, COPY, ["copy_only"]),
    "begun less than two hours ago": (None, COPY._replace(starts_at=NOW - 2 * HOUR + 1), ["copy_only"]),
    "ended there and here": (None, COPY._replace(status=BookingStatus.REBOOKED), []),
    "another start": (SLOT._replace(start=START + 60), COPY, ["moved"]),
    "moved to the past": (SLOT._replace(start=NOW - 9 * HOUR), COPY, ["moved", "cancel_differs"]),
    "another end": (SLOT._replace(end=END + 60), COPY, ["moved"]),
    "no end there": (SLOT._replace(end=None), COPY, []),
    "no end here": (SLOT, COPY._replace(ends_at=None), []),
    "no start there": (SLOT._replace(start=None, end=None), COPY, []),
    "another code": (SLOT._replace(code="OP60", name="Operation", cancel=False), COPY, ["code_differs"]),
    "a code in no mapping": (SLOT._replace(code="NY"), COPY._replace(code="NY"), ["not_mapped", "cancel_differs"]),
    "mapped by the care type": (SLOT._replace(code="NY", care_type="UPPF30"), COPY._replace(code="NY"), []),
    "no time type": (SLOT._replace(code=None), COPY, ["no_code", "cancel_differs"]),
    "a care type alone": (SLOT._replace(code=None, care_type="UPPF30"), COPY, ["no_code"]),
    "another name": (SLOT._replace(name="uppföljning 30 min"), COPY, ["name_differs"]),
    "the name in other letters": (SLOT._replace(name="Beso\u0308k "), COPY, []),
    "no name": (SLOT._replace(name=None), COPY, []),
    "no cancelling there": (SLOT._replace(cancel=False), COPY, ["cancel_differs"]),
    "rebooking there": (SLOT._replace(rebook=True), COPY, ["rebook_differs"]),
    "cancelling past the deadline": (
        SLOT._replace(start=NOW + 24 * HOUR), COPY._replace(starts_at=NOW + 24 * HOUR), ["cancel_differs"],
    ),
    "no cancelling past the deadline": (
        SLOT._replace(start=NOW + HOUR, cancel=False), COPY._replace(starts_at=NOW + HOUR), [],
    ),
    "another resident's": (SLOT._replace(resident=BO), None, ["breach"]),
    "another unit's": (SLOT._replace(unit=FLOGSTA, name="Prov", cancel=False), None, ["journal_only", "breach"]),
    "the unit in other letters": (SLOT._replace(unit=OGON.lower()), COPY, []),
    "no unit": (SLOT._replace(unit=""), COPY, []),
    "a timed summons": (SLOT._replace(invitation=True), COPY, []),
    "no id": (SLOT._replace(booking_id=None), COPY, []),
    "no id, at another time": (
        SLOT._replace(booking_id=None, start=START + 60), COPY._replace(status=BookingStatus.CANCELLED),
        ["journal_only"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ONE)
def test_one_time(case: str) -> None:
    slot, copy, findings = ONE[case]
    told = found([answer(*([slot] if slot else []))], [copy] if copy else [])
    name = None if slot and slot.booking_id is None and "journal_only" in findings else "B1"
    visible = (slot is not None and case != "over in both") or "copy_only" in findings
    assert told == ([(name, findings)] if visible else [])


def test_an_hour_that_the_autumn_repeats_is_not_another_time() -> None:
    """A journal can say only the first, as RIV-TA's times have no offset."""
    first, second = (int(datetime(2090, 10, 29, 2, 30, tzinfo=STOCKHOLM, fold=fold).timestamp()) for fold in (0, 1))
    assert second == first + HOUR
    slot, copy = SLOT._replace(start=first, end=None), COPY._replace(starts_at=second, ends_at=None)
    assert found([answer(slot)], [copy]) == [("B1", [])]
    assert found([answer(slot._replace(start=first - 1))], [copy]) == [("B1", ["moved"])]


def test_an_open_summons_is_no_time() -> None:
    assert found([answer(SLOT._replace(start=None, end=None, invitation=True))], []) == []


def test_what_is_over_is_no_finding() -> None:
    assert found([answer(SLOT._replace(start=NOW - 2 * HOUR))], []) == []
    assert found([answer(SLOT._replace(start=NOW - 2 * HOUR + 1, cancel=False))], []) == [("B1", ["journal_only"])]


def test_an_id_twice_is_a_breach_of_both() -> None:
    again = SLOT._replace(start=START + 60)
    assert found([answer(SLOT, again)]) == [("B1", ["breach"]), ("B1", ["breach"])]


def test_an_id_of_two_units_is_none() -> None:
    there = SLOT._replace(unit=FLOGSTA, name="Prov", cancel=False)
    assert found([answer(SLOT), answer(there, unit=FLOGSTA)]) == [("B1", []), ("B1", ["journal_only"])]


def test_a_value_that_breaks_the_contract_is_told_of_its_slot() -> None:
    other = SLOT._replace(booking_id="B2")
    broken = (Breach("time", "startTimeInclusive", "202611300900", 1), Breach("empty", "performer"))
    told = found([answer(SLOT, other, breaches=broken)])
    assert told == [("B1", []), ("B2", ["journal_only", "breach"])]


def test_slots_without_an_id_have_each_their_own_breaches() -> None:
    first, second = SLOT._replace(booking_id=None), SLOT._replace(booking_id=None, start=START + HOUR, end=None)
    told = compare(Known(NOW, [COPY], UNITS), [answer(first, second, breaches=(Breach("empty", "bookingId", slot=1),))])
    assert [(each.booking_id, JournalFinding.BREACH in each.findings) for each in told] == [("B1", False), (None, True)]


def test_anothers_slot_says_nothing_of_the_other() -> None:
    (told,) = compare(Known(NOW, [], UNITS), [answer(SLOT._replace(resident=BO))])
    assert (told.slot, told.is_of_another) == (None, True)


@pytest.mark.parametrize(
    "silent",
    [answer(result=JournalResult.SILENT), answer(failed={OGON: "NoDataSynchFailed"}), answer(unit=FLOGSTA)],
    ids=["silent", "a producer failed", "another answered"],
)
def test_a_failed_answer_is_not_an_empty_one(silent: JournalAnswer) -> None:
    assert found([silent]) == [("B1", [])]


def test_a_copy_of_a_unit_that_was_not_named_is_left_out() -> None:
    assert found([answer(unit=FLOGSTA)], named=frozenset({FLOGSTA})) == []


EVERYWHERE: dict[str, tuple[JournalAnswer, list[tuple[str | None, list[str]]]]] = {
    "there too": (answer(SLOT, unit=AGGREGATOR), [("B1", [])]),
    "not there": (answer(unit=AGGREGATOR), [("B1", ["not_in_index"])]),
    "silent": (answer(unit=AGGREGATOR, result=JournalResult.SILENT), [("B1", [])]),
    "the unit silent there": (answer(unit=AGGREGATOR, failed={OGON.lower(): "NoData"}), [("B1", [])]),
    "somebody silent there": (answer(unit=AGGREGATOR, failed={"SE-X": "NoData"}), [("B1", [])]),
    "another asked is silent": (answer(unit=AGGREGATOR, failed={FLOGSTA: "NoData"}), [("B1", ["not_in_index"])]),
    "more there": (
        answer(SLOT, SLOT._replace(unit="SE2321000024-9X9X"), unit=AGGREGATOR),
        [("B1", []), ("B1", ["journal_only", "not_mapped", "cancel_differs"])],
    ),
    "from a unit that did not tell": (
        answer(SLOT, SLOT._replace(unit=FLOGSTA, name="Prov", cancel=False), unit=AGGREGATOR),
        [("B1", []), ("B1", ["journal_only"])],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", EVERYWHERE)
def test_everywhere(case: str) -> None:
    everywhere, findings = EVERYWHERE[case]
    asked = [answer(SLOT), answer(unit=FLOGSTA, result=JournalResult.SILENT)]
    assert found(asked, everywhere=everywhere) == findings


def test_everywhere_keeps_to_the_units_named() -> None:
    more = answer(SLOT._replace(unit=FLOGSTA), unit=AGGREGATOR)
    assert found([answer()], [], more, frozenset({OGON.upper()})) == []


def test_each_finding_has_its_actor() -> None:
    assert list(ACTOR_OF_FINDING) == list(JournalFinding)


@pytest.mark.parametrize(
    ("copy", "config", "actor"),
    [
        (COPY, EYES, Actor.CLINIC),
        (COPY._replace(calendar="TB1"), EYES, Actor.CLINIC),
        (COPY._replace(calendar="TB0"), EYES, Actor.CLINIC),
        (COPY._replace(calendar="TB9"), EYES, Actor.COORDINATOR),
        (COPY._replace(code="TYST"), EYES, Actor.COORDINATOR),
        (COPY._replace(code="NY"), EYES, Actor.COORDINATOR),
        (COPY, EYES._replace(services=Services()), Actor.COORDINATOR),
        (COPY, EYES._replace(calendar=None), Actor.COORDINATOR),
        (COPY, None, Actor.COORDINATOR),
    ],
)
def test_who_can_act_on_a_copy_that_is_not_offered(copy: BookingThen, config: UnitConfig | None, actor: Actor) -> None:
    only = JournalBooking(OGON, config, copy, None, "B1", (JournalFinding.COPY_ONLY,))
    assert only.actor(JournalFinding.COPY_ONLY) is actor


# ------------------------------------------------------------------------------------- a second reading

NAMES = ("B1", "B2", "B3", None)
STARTS = (NOW - 2 * HOUR, NOW - 2 * HOUR + 1, NOW + HOUR, START, None)
CODES = ("UPPF30", "OP60", "NY", None)


@st.composite
def slots(draw: st.DrawFn) -> JournalSlot:
    return JournalSlot(
        draw(st.sampled_from((OGON, OGON, OGON.lower(), FLOGSTA, ""))),
        draw(st.sampled_from(NAMES)),
        draw(st.sampled_from((ANNA, ANNA, ANNA, None, BO))),
        draw(st.sampled_from(STARTS)),
        draw(st.sampled_from((None, END))),
        draw(st.sampled_from(CODES)),
        draw(st.sampled_from((None, None, *CODES))),
        draw(st.sampled_from(("Besök", "Operation", "Prov", None))),
        cancel=draw(st.booleans()),
        rebook=draw(st.booleans()),
        invitation=draw(st.sampled_from((False, False, True))),
    )


@st.composite
def copies(draw: st.DrawFn) -> list[BookingThen]:
    keys = st.tuples(st.sampled_from((OGON, FLOGSTA)), st.sampled_from(NAMES[:3]))
    return [
        COPY._replace(
            id=number,
            unit=unit,
            booking_id=name,
            starts_at=draw(st.sampled_from(STARTS[:4])),
            ends_at=draw(st.sampled_from((None, END))),
            code=draw(st.sampled_from(CODES[:3])),
            status=draw(st.sampled_from((BookingStatus.BOOKED, BookingStatus.BOOKED, BookingStatus.CANCELLED))),
        )
        for number, (unit, name) in enumerate(draw(st.lists(keys, max_size=5, unique=True)))
    ]


Row = tuple[str, str | None, set[str]]


@dataclass
class Reading:
    """The contract's table read again, in plain loops: what is offered, what is here, and each difference."""

    answers: list[JournalAnswer]
    everywhere: JournalAnswer | None
    copies: list[BookingThen]

    def coming(self, copy: BookingThen) -> bool:
        return copy.status == "booked" and copy.starts_at + 2 * HOUR > NOW

    def of(self, asked: JournalAnswer, slot: JournalSlot) -> str:
        return (slot.unit or asked.question.address).upper()

    @property
    def heard(self) -> set[str]:
        return {each.question.address.upper() for each in self.answers if each.result == "answered" and not each.failed}

    def hears(self, asked: JournalAnswer) -> bool:
        return asked.question.address.upper() in self.heard

    def offered(self) -> list[tuple[JournalAnswer, JournalSlot]]:
        """The slots that count, those without an id last."""
        all_of_them = [(each, slot) for each in self.answers for slot in each.slots if self.hears(each)]
        if self.everywhere:
            theirs = [(self.everywhere, slot) for slot in self.everywhere.slots]
            all_of_them += [(each, slot) for each, slot in theirs if self.of(each, slot) not in self.heard]
        times = [(each, slot) for each, slot in all_of_them if not (slot.invitation and slot.start is None)]
        return [pair for pair in times if pair[1].booking_id] + [pair for pair in times if not pair[1].booking_id]

    def told(self) -> list[Row]:
        rows, used, met = list[Row](), list[int](), list[tuple[str, str]]()
        for asked, slot in self.offered():
            unit = self.of(asked, slot)
            if slot.resident not in (None, ANNA) or (unit, slot.booking_id) in met:
                rows.append((unit, slot.booking_id, {"breach"}))
                continue
            met += [(unit, slot.booking_id)] if slot.booking_id else []
            copy = self.here(unit, slot, used)
            over = slot.start is not None and slot.start + 2 * HOUR <= NOW
            if over and not (copy and self.coming(copy)):
                continue
            used += [copy.id] if copy else []
            name = slot.booking_id or (copy.booking_id if copy else None)
            rows.append((unit, name, self.differences(asked, slot, copy)))
        left = [copy for copy in self.copies if self.coming(copy) and copy.id not in used]
        return rows + [
            (copy.unit, copy.booking_id, {"copy_only"} if copy.unit in self.heard else set()) for copy in left
        ]

    def here(self, unit: str, slot: JournalSlot, used: list[int]) -> BookingThen | None:
        for copy in sorted(self.copies, key=lambda copy: copy.booking_id):
            by_time = copy.starts_at == slot.start and self.coming(copy) and copy.id not in used
            if copy.unit == unit and (copy.booking_id == slot.booking_id if slot.booking_id else by_time):
                return copy
        return None

    def differences(self, asked: JournalAnswer, slot: JournalSlot, copy: BookingThen | None) -> set[str]:
        unit = self.of(asked, slot)
        config = UNITS.get(unit)
        journal_codes = {slot.code, slot.care_type} - {None}
        mapping = None
        for code in (slot.care_type, slot.code):
            for each in config.care_services if config else ():
                mapping = each if each.code == code else mapping
        start = slot.start or (copy.starts_at if copy else None)
        early = mapping is not None and (start is None or start - mapping.cancel_deadline_hours * HOUR > NOW)
        may = {name: early and bool(mapping and getattr(mapping, name)) for name in ("cancel", "rebook")}
        same_id = [each for each in asked.slots if slot.booking_id and each.booking_id == slot.booking_id]
        holds = {
            "journal_only": copy is None or not self.coming(copy),
            "moved": copy is not None
            and (
                (slot.start is not None and slot.start != copy.starts_at)
                or (slot.end is not None and copy.ends_at is not None and slot.end != copy.ends_at)
            ),
            "code_differs": copy is not None and journal_codes != set() and copy.code not in journal_codes,
            "not_mapped": journal_codes != set() and mapping is None,
            "no_code": slot.code is None,
            "name_differs": slot.name is not None and mapping is not None and slot.name != mapping.label,
            "cancel_differs": slot.cancel != may["cancel"],
            "rebook_differs": slot.rebook != may["rebook"],
            "not_in_index": self.missing(asked, slot),
            "breach": len([each for each in same_id if each.unit.upper() == slot.unit.upper()]) > 1
            or (asked is not self.everywhere and unit != asked.question.address.upper()),
        }
        return {name for name, so in holds.items() if so}

    def missing(self, asked: JournalAnswer, slot: JournalSlot) -> bool:
        index, asked_about = self.everywhere, [each.question.address.upper() for each in self.answers]
        if index is None or asked is index or index.result != "answered":
            return False
        silent = [address.upper() for address in index.failed]
        if self.of(asked, slot) in silent or any(address not in asked_about for address in silent):
            return False
        there = [each for each in index.slots if self.of(index, each) == self.of(asked, slot)]
        if slot.booking_id:
            return slot.booking_id not in [each.booking_id for each in there]
        return slot.start not in [each.start for each in there if not each.booking_id]


FAILED = st.sampled_from(({}, {}, {}, {OGON: "NoData"}, {"SE-X": "NoData"}))
RESULTS = st.sampled_from((JournalResult.ANSWERED, JournalResult.ANSWERED, JournalResult.ANSWERED, JournalResult.FAULT))


def answers_of(unit: str) -> st.SearchStrategy[JournalAnswer]:
    return st.builds(
        lambda told, result, failed: answer(*told, unit=unit, result=result, failed=failed),
        st.lists(slots(), max_size=4),
        RESULTS,
        FAILED,
    )


@settings(max_examples=examples(100))
@given(answers_of(OGON), answers_of(FLOGSTA), st.none() | answers_of(AGGREGATOR), copies())
def test_a_second_reading_agrees(
    eyes: JournalAnswer, health: JournalAnswer, everywhere: JournalAnswer | None, here: list[BookingThen]
) -> None:
    told = compare(Known(NOW, here, UNITS), [eyes, health], everywhere)
    ours = [(each.unit.upper(), each.booking_id or "", sorted(each.findings)) for each in told]
    read_again = Reading([eyes, health], everywhere, here).told()
    again = [(unit, name or "", sorted(differences)) for unit, name, differences in read_again]
    assert sorted(ours) == sorted(again)
    assert list(told) == sorted(told, key=lambda each: each.order)
    for each in told:
        assert list(each.findings) == [finding for finding in JournalFinding if finding in each.findings]
