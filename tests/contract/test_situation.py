"""The case that people are told implies the facts that a verdict rests on: SQL gathers both, each by itself."""

import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from support.oracle import HOUR, region
from support.region import RegionAt
from support.stores import address_of, altered
from support.worlds import DAY, boundaries, build, worlds

from tidbok_cli.domain.case import Case
from tidbok_cli.domain.facts import Action, BookingStatus, Facts, PolicyFacts
from tidbok_cli.domain.facts_configured import BookingCodes, configured
from tidbok_cli.domain.situation import Situation
from tidbok_cli.render.terminal import Bars
from tidbok_cli.store.read.situation import situation_of
from tidbok_cli.store.read.situation_slot import situation_of_slot
from tidbok_cli.store.read.slot import slot_then
from tidbok_cli.store.reader import Reader, reading
from tidbok_cli.workflows.context import Context


def implied(case: Case, policy: PolicyFacts, wanted: tuple[str, str]) -> Facts:
    """The facts as the case alone tells them; `wanted` is the unit and code of the booking that a slot is to hold."""
    mapping, time = case.mapping, case.time
    services = case.unit.config.services if case.unit else None
    hours = mapping.cancel_deadline_hours if mapping and case.booked else 0
    return Facts(
        life=status(case),
        over=case.booked is not None and case.at >= time.starts_at + 2 * HOUR,
        late=case.at >= time.starts_at - hours * HOUR,
        unit_show=services.show if services else None,
        unit_cancel=services.cancel if services else None,
        unit_rebook=services.rebook if services else None,
        unit_book=services.book if services else None,
        calendar=calendar(case),
        mapped_show=mapping.show if mapping else None,
        mapped_cancel=mapping.cancel if mapping else None,
        mapped_rebook=mapping.rebook if mapping else None,
        mapped_book=str(mapping.book) if mapping else None,
        relation=case.relation.relation,
        routed=None if case.coupling is None else not case.coupling.missing,
        relation_required=case.relation_required,
        relation_data_partial=policy.relation_data_partial,
        require_verified_coupling=policy.require_verified_coupling,
        basis=basis(case),
        slot=slot(case, wanted),
    )


def status(case: Case) -> str:
    if case.booked is None:
        return "booked"
    return "not_yet_made" if case.at < case.booked.created_at else str(case.booked.status)


def calendar(case: Case) -> str:
    """S22: in the coupling's calendar lies whatever names none; of a move, both times must lie there."""
    if case.unit is None or case.unit.config.calendar is None:
        return "missing"
    times = [time for time in (case.booked, case.slot) if time and time.unit == case.time.unit]
    return "found" if all(time.calendar in (None, case.unit.config.calendar) for time in times) else "other"


def basis(case: Case) -> str:
    if case.basis is None:
        return "none"
    if not case.basis.valid_from <= case.at < case.basis.valid_until:
        return "expired" if case.at >= case.basis.valid_until else "not_yet_valid"
    return "used" if case.basis.booking else "valid"


def slot(case: Case, wanted: tuple[str, str]) -> str | None:
    if case.slot is None:
        return None
    states = {
        "taken": case.slot.booking is not None,
        "withdrawn": case.slot.withdrawn_at is not None,
        "over": case.at >= case.slot.starts_at,
        "other_unit": case.slot.unit != wanted[0],
        "other_service": case.slot.code != wanted[1],
    }
    return next((state for state, holds in states.items() if holds), "free")


def as_it_is_configured(situation: Situation) -> Facts:
    """The facts as a plan would change them that changes nothing."""
    unit, booking = situation.case.unit, situation.case.booking
    codes = BookingCodes(booking.code, booking.care_type, booking.calendar)
    config = unit.config if unit else None
    return configured(situation.facts, config, codes, situation.case.at, routed=situation.facts.routed)


def with_slots_and_bases(folder: Path, begins: int) -> None:
    """Puts what the oracle knows nothing of behind the program's back: units let book, bookings have taken and used."""
    altered(
        folder,
        "UPDATE unit_version SET book = (id % 2 = 0)",
        "UPDATE service_version SET book = CASE code WHEN 'A' THEN 'basis' WHEN 'B' THEN 'open' ELSE 'no' END",
        f"""INSERT INTO slot (unit_id, slot_id, code, starts_at, calendar, published_at, withdrawn_at)
            SELECT unit_id, 'S' || id, code, starts_at, CASE id % 3 WHEN 0 THEN 'TB1' WHEN 1 THEN 'TB2' END, {begins},
                   CASE WHEN id % 4 = 0 THEN starts_at - {DAY} END
            FROM booking""",
        f"""INSERT INTO booking_basis (unit_id, basis_id, resident_id, code, valid_from, valid_until, added_at)
            SELECT unit_id, 'U' || id, resident_id, code, created_at, created_at + (1 + id % 3) * {DAY}, {begins}
            FROM booking WHERE ended_at IS NULL""",
        """UPDATE booking SET slot_id = (SELECT s.id FROM slot s WHERE s.slot_id = 'S' || booking.id)
           WHERE id % 2 = 0""",
        """UPDATE booking SET basis_id = (SELECT d.id FROM booking_basis d WHERE d.basis_id = 'U' || booking.id)
           WHERE id % 3 = 0""",
    )


def asked(reader: Reader, context: Context, action: Action, at: int) -> Iterator[tuple[Situation, tuple[str, str]]]:
    """Each booking's situation, what it would be ended and moved, and each slot's, at a moment."""
    question = context.question(action, at)
    slots = [slot_then(reader, number, at, at) for (number,) in reader.rows("SELECT id FROM slot ORDER BY id")]
    if action is Action.BOOK:
        for each, (resident,) in product(slots, reader.rows("SELECT number FROM resident")):
            situation = situation_of_slot(reader, each, resident, question)
            yield situation, (each.unit, each.code)
            yield situation.booked_for(slots[0].unit, slots[0].code), (slots[0].unit, slots[0].code)
        return
    for (number,) in list(reader.rows("SELECT id FROM booking ORDER BY id")):
        situation = situation_of(reader, number, question)
        of = situation.case.booking.unit, situation.case.booking.code
        made = at >= situation.case.booking.created_at
        whether = (situation, situation.ended(BookingStatus.CANCELLED, at)) if made else (situation,)
        yield from ((each, of) for each in whether)
        yield from ((each.moved_to(there), of) for each in whether for there in slots)


@settings(
    max_examples=7,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)
@given(data=st.data())
def test_the_case_implies_the_facts(
    data: st.DataObject, region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory
) -> None:
    world = data.draw(worlds())
    edges = boundaries(world, region(world.policy, world.steps))
    near = st.builds(lambda edge, seconds: edge + seconds, st.sampled_from(edges), st.sampled_from((-1, 0, 1)))
    moments = data.draw(st.lists(near, min_size=8, max_size=8, unique=True))
    folder = tmp_path_factory.mktemp("situation")
    build(region_at, folder, world.policy, world.steps, world.form)
    with_slots_and_bases(folder, edges[0])
    context = Context({}, folder, 0, print, str, Bars(), config_option="config")
    with reading(address_of(folder)) as reader:
        for action, at in product(Action, moments):
            policy = context.question(action, at).standing
            for situation, wanted in asked(reader, context, action, at):
                event(f"{action} slot {situation.facts.slot} basis {situation.facts.basis}")
                assert situation.facts == implied(situation.case, policy, wanted), situation.case
                if situation.case.booked and not situation.case.slot:
                    assert situation.facts == as_it_is_configured(situation), situation.case
    shutil.rmtree(folder, ignore_errors=True)
