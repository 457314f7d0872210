"""`view`, `why`, `booking show`, `relation show` and `sweep` of random regions that do not know all.

With partial relation data, and couplings that must be verified: what `why` does not know, no other command denies.
"""

import json
import shutil
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from support.command_line import Run
from support.oracle import (
    Apply,
    ImportBookings,
    ImportRelations,
    ImportTak,
    Region,
    Step,
    Unit,
    Void,
    moment,
    region,
)
from support.region import RegionAt
from support.thorough import THOROUGH, examples
from support.worlds import CALENDARS, RESIDENTS, World, boundaries, build, worlds, written

Answers = dict[tuple[str, str], tuple[str, list[str]]]
"""Verdict and reasons by unit and booking."""


SILENT = (ImportRelations, ImportTak, Void)


def showing(unit: Unit) -> Unit:
    """A clinic that shows all that it has configured."""
    mappings = tuple(replace(mapping, show=True) for mapping in unit.mappings)
    return replace(unit, show=True, calendar=unit.calendar or CALENDARS[0], mappings=mappings)


def plain(step: Step) -> Step:
    """The step so that little else than what is not known stands in the way."""
    if isinstance(step, Apply):
        return replace(step, files=tuple((name, showing(unit)) for name, unit in step.files))
    if isinstance(step, ImportBookings):
        return replace(step, rows=tuple(replace(row, origin="", calendar="") for row in step.rows))
    return step


@st.composite
def doubtful_worlds(draw: st.DrawFn) -> World:
    """Regions that often have been told neither of relations nor of routes."""
    world, untold = draw(worlds()), draw(st.sampled_from((SILENT, SILENT, (ImportTak, Void), (Void,))))
    steps = tuple(plain(step) for step in world.steps if not isinstance(step, untold))
    policy = replace(world.policy, relation_data="partial", require_verified_coupling=draw(st.booleans()))
    return World(policy, steps, world.form)


def told(run: Run, *arguments: str) -> Any:
    ran = run(*arguments, "-o", "json")
    assert ran.status in (0, 1), f"{arguments}\n{ran.err}"
    return json.loads(ran.out)


def swept(run: Run, at: str, *more: str) -> Answers:
    lines = told(run, "sweep", "--at", at, *more)
    return {(line["unit"], line["booking"]): (line["verdict"], line["reasons"]) for line in lines}


def explained(run: Run, resident: str, at: str) -> tuple[Answers, dict[str, str]]:
    """The answers of `why`, and the relation to each unit by their evidence."""
    answers, relations = {}, {}
    for each in told(run, "why", "--resident", resident, "--all", "--at", at):
        reasons = [f"{check['check']}.{check['reason']}" for check in each["checks"] if check["result"] != "pass"]
        answers[each["booking"]["unit"], each["booking"]["id"]] = each["verdict"], reasons
        (related,) = (check["evidence"]["relation"] for check in each["checks"] if check["check"] == "relation")
        relations[each["booking"]["unit"]] = related
        assert not ("relation.no_data" in reasons and related != "unknown")
    return answers, relations


def lived(run: Run, key: tuple[str, str], at: int, form: int) -> tuple[tuple[str, list[str]], str]:
    """The answer of the interval of `booking show` in which the moment lies, and the relation."""
    life = told(run, "booking", "show", key[1], "--unit", key[0], "--at", written(at, form))
    begun = [each for each in life["intervals"] if each["begins"] is None or moment(each["begins"]) <= at]
    return (begun[-1]["verdict"], begun[-1]["reasons"]), life["relation"]


def check_resident(run: Run, known: Region, resident: str, at: int, form: int) -> Answers:
    """All the commands about one resident at a moment; returns what `why` says."""
    then = written(at, form)
    answers, relations = explained(run, resident, then)
    coming = {key: answer for key, answer in swept(run, then).items() if key in answers}
    verdicts = Counter(verdict for verdict, _ in coming.values())
    seen = told(run, "view", resident, "--at", then)
    shown = [key for key, (verdict, _) in coming.items() if verdict == "shown"]
    assert sorted((each["unit"], each["id"]) for each in seen["bookings"]) == sorted(shown)
    assert seen["not_known"] == verdicts["unknown"]
    words = run("view", resident, "--at", then).out
    assert ("it is not known whether" in words) == (verdicts["unknown"] > 0)
    assert not (verdicts["unknown"] and "No booked time" in words)
    for unit, related in relations.items():
        assert told(run, "relation", "show", resident, unit, "--at", then)["relation"] == related
    for key, answer in answers.items():
        assert lived(run, key, at, form) == (answer, relations[key[0]])
        life = run("booking", "show", key[1], "--unit", key[0], "--at", then).out
        assert (related_words := relations[key[0]]) != "unknown" or "never had a relation" not in life, related_words
        if answer[0] == "unknown":
            assert "asked about: NOT KNOWN" in life and "\nShown     not known: " in life.replace("\n          ", "\n")
    return answers


@settings(max_examples=examples(5), derandomize=not THOROUGH, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_why_does_not_know_nobody_denies(
    data: st.DataObject, region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory
) -> None:
    world = data.draw(doubtful_worlds())
    known = region(world.policy, world.steps)
    edges = boundaries(world, known)
    doubtful = [edge for edge in edges if any(line.verdict == "unknown" for line in known.sweep(edge, everything=True))]
    at = data.draw(st.sampled_from(doubtful or edges)) + data.draw(st.sampled_from((0, 0, -1, 1)))
    folder = tmp_path_factory.mktemp("doubtful")
    run = build(region_at, folder, world.policy, world.steps, world.form)
    found: Answers = {}
    for resident in RESIDENTS:
        if any(booking.row.resident == resident for booking in known.bookings.values()):
            found |= check_resident(run, known, resident, at, world.form)
    assert swept(run, written(at, world.form), "--all") == found
    expected = {
        (line.booking.row.unit, line.booking.row.booking): line.verdict for line in known.sweep(at, everything=True)
    }
    assert {key: verdict for key, (verdict, _) in found.items()} == expected
    for verdict in Counter(verdict for verdict, _ in found.values()):
        event(verdict)
    shutil.rmtree(folder, ignore_errors=True)
