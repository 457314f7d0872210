"""`coupling check --consumer`: TAK's permissions (*anropsbehörighet*), foretelling VP007 (contract, section 5)."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.command_line import Run, done
from support.coupling import ASKED, READ, checked, take, taken, unit_file
from support.paths import reference
from support.region import OGON, put_in_force
from support.tak import CONSUMER, EVERYTHING, SHOW, Leave, by_name, by_number, by_older_writer, export, leaves, ways
from support.tak_server import TakApi, serving

from tidbok_cli.exchange.tak import read_tak

OTHER = "SE2321000024-T002"
PARENT = "SE2321000024-1A00"


@pytest.fixture
def clinic(region: Run, tmp_path: Path) -> Run:
    """A clinic that shows."""
    put_in_force(region, tmp_path, unit_file(services="show"))
    return region


def asked(run: Run, *more: str, consumer: str = CONSUMER, at: str = ASKED) -> dict[str, Any]:
    ran = run("coupling", "check", "--consumer", consumer, "--at", at, *more, "-o", "json")
    value: dict[str, Any] = json.loads(ran.out)
    good = all(each["routed"] and each["permitted"] for each in value["routes"])
    assert (ran.status, value["consumer"]) == (int(not good), consumer), ran.err
    return value


def permitted(run: Run, *more: str, consumer: str = CONSUMER, at: str = ASKED) -> dict[str, Any]:
    """What is said of the one permission that showing needs."""
    (route,) = asked(run, *more, consumer=consumer, at=at)["routes"]
    return {key.removeprefix("permitted_"): route[key] for key in route if key.startswith("permitted")}


IN_FORCE = {
    "permitted": True,
    "by": None,
    "since": "2014-08-13T00:00:00+02:00",
    "until": "2114-08-13T00:00:00+02:00",
}
NONE = {"permitted": False, "by": None, "since": None, "until": None}


@pytest.mark.parametrize("form", [by_number, by_name, by_older_writer])
def test_both_forms_of_the_export(form: Callable[..., dict[str, Any]], clinic: Run) -> None:
    taken(clinic, form(ways(OGON, SHOW), permissions=leaves(OGON, SHOW)))
    assert permitted(clinic) == IN_FORCE
    assert permitted(clinic, consumer=CONSUMER.swapcase()) == IN_FORCE
    assert permitted(clinic, consumer=OTHER) == NONE


def test_without_a_consumer_nothing_is_said_of_permissions(clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, SHOW)))
    answer = checked(clinic)
    assert "consumer" not in answer
    assert not [key for key in answer["routes"][0] if "permitted" in key]


ELSEWHERE = 'logical_address = "SE2321000024-1A00"'
PLACES: dict[str, tuple[str, Iterable[Leave], dict[str, Any]]] = {
    "its own": ("", leaves(OGON, SHOW), IN_FORCE),
    "its own in other letters": ("", leaves(OGON.swapcase(), SHOW), IN_FORCE),
    "a contract that is not asked for": ("", leaves(OGON, ["GetBookingDetails"]), NONE),
    "somebody else's": ("", leaves(OGON, SHOW, consumer=OTHER), NONE),
    "another clinic's": ("", leaves(PARENT, SHOW), NONE),
    "the default": ("", leaves("*", SHOW), IN_FORCE | {"by": "*"}),
    "its own before the default": ("", (*leaves("*", SHOW), *leaves(OGON, SHOW)), IN_FORCE),
    "the parent's": (ELSEWHERE, leaves(PARENT, SHOW), IN_FORCE | {"by": PARENT}),
    "its own, routed at a parent": (ELSEWHERE, leaves(OGON, SHOW), IN_FORCE),
    "its own before the parent's": (ELSEWHERE, (*leaves(PARENT, SHOW), *leaves(OGON, SHOW)), IN_FORCE),
    "the parent's before the default": (
        ELSEWHERE, (*leaves("*", SHOW), *leaves(PARENT, SHOW)), IN_FORCE | {"by": PARENT},
    ),
    "one that has ended": (
        "", leaves(OGON, SHOW, ends="2020-01-01T00:00:00+0000"), NONE | {
            "since": IN_FORCE["since"], "until": "2020-01-01T01:00:00+01:00",
        },
    ),
    "one that has ended, and the default": (
        "", (*leaves(OGON, SHOW, ends="2020-01-01T00:00:00+0000"), *leaves("*", SHOW)), IN_FORCE | {"by": "*"},
    ),
    "one to come": (
        "", leaves(OGON, SHOW, begins="2030-01-01T00:00:00+0000"), NONE | {
            "since": "2030-01-01T01:00:00+01:00", "until": IN_FORCE["until"],
        },
    ),
    "one without end": ("", leaves(OGON, SHOW, ends=None), IN_FORCE | {"until": None}),
    "one of ever": ("", leaves(OGON, SHOW, begins="0001-01-01T00:00:00+0000"), IN_FORCE | {"since": None}),
    "an old one and one in force": (
        "", (*leaves(OGON, SHOW, ends="2020-01-01T00:00:00+0000"), *leaves(OGON, SHOW)), IN_FORCE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLACES)
def test_where_a_permission_holds(name: str, clinic: Run, tmp_path: Path) -> None:
    coupling, told, answer = PLACES[name]
    put_in_force(clinic, tmp_path, unit_file(services="show", coupling=coupling))
    taken(clinic, export(*ways(OGON, SHOW), *ways(PARENT, SHOW), permissions=told))
    assert permitted(clinic) == answer


def test_past_answers_stay(clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, SHOW), permissions=leaves(OGON, SHOW)), at="2026-10-10T12:00")
    taken(clinic, export(*ways(OGON, SHOW)), at="2026-10-20T12:00")
    taken(clinic, export(*ways(OGON, SHOW), permissions=leaves(OGON, SHOW)), at="2026-10-30T12:00")
    moments = {
        "2026-10-10T11:59:59": NONE | {"permitted": None},
        "2026-10-10T12:00:00": IN_FORCE,
        "2026-10-20T11:59:59": IN_FORCE,
        "2026-10-20T12:00:00": NONE | {"since": IN_FORCE["since"], "until": "2026-10-20T12:00:00+02:00"},
        "2026-10-30T11:59:59": NONE | {"since": IN_FORCE["since"], "until": "2026-10-20T12:00:00+02:00"},
        "2026-10-30T12:00:00": IN_FORCE,
    }
    assert {at: permitted(clinic, at=at) for at in moments} == moments


def test_an_export_without_the_list_tells_of_no_permission_and_takes_none_away(clinic: Run) -> None:
    bare = by_number(ways(OGON, SHOW))
    del bare["data"]["anropsbehorighet"]
    ran = clinic("coupling", "import-tak", "-", "--at", READ, stdin=json.dumps(bare))
    assert "no permissions" in ran.out
    assert permitted(clinic) == NONE | {"permitted": None}
    told = clinic("coupling", "check", "--consumer", CONSUMER, "--at", ASKED)
    assert (told.status, "no snapshot tells of permissions" in told.out, "VP007" in told.out) == (1, True, False)
    whole = export(*ways(OGON, SHOW), permissions=leaves(OGON, SHOW))
    assert ": 1." in clinic("coupling", "import-tak", "-", "--at", "2026-10-11", stdin=whole).out
    taken(clinic, bare, at="2026-10-12")
    assert permitted(clinic) == IN_FORCE


def test_for_people_it_foretells_the_refusal(clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, SHOW), permissions=leaves(OGON, SHOW, consumer=OTHER)))
    told = clinic("coupling", "check", "--consumer", CONSUMER, "--at", ASKED)
    assert told.status == 1
    assert f"{CONSUMER} lacks 1 permission (anropsbehörighet): the platform would answer VP007." in told.out
    assert "Nothing is missing" not in told.out
    assert f"any permission for {CONSUMER}" in told.err
    well = clinic("coupling", "check", "--consumer", OTHER, "--at", ASKED)
    assert (well.status, "Nothing is missing" in well.out, well.err) == (0, True, "")


def test_the_order_has_routes_and_permissions(clinic: Run) -> None:
    taken(clinic, export(permissions=leaves(OGON, SHOW, consumer=OTHER)))
    order = clinic("coupling", "check", "--consumer", CONSUMER, "--missing", "--at", ASKED, "-o", "text")
    name = "urn:riv:crm:scheduling:GetSubjectOfCareScheduleResponder:1"
    heading, route, second, permission = order.out.splitlines()
    assert (order.status, route, permission) == (1, f"{OGON}  {name}", f"{CONSUMER}  {OGON}  {name}")
    assert ("vägval" in heading, "anropsbehörighet" in second) == (True, True)
    one = clinic("coupling", "check", "--consumer", OTHER, "--missing", "--at", ASKED, "-o", "text")
    assert one.out.splitlines() == [heading, route]
    taken(clinic, export(*ways(OGON, SHOW), permissions=leaves(OGON, SHOW)), at="2026-10-11")
    whole = clinic("coupling", "check", "--consumer", CONSUMER, "--missing", "--at", ASKED, "-o", "text")
    assert (whole.status, whole.out) == (0, "Nothing is missing.\n")


def test_in_csv(clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, SHOW), permissions=leaves("*", SHOW)))
    heading, line = clinic("coupling", "check", "--consumer", CONSUMER, "--at", ASKED, "-o", "csv").out.splitlines()
    assert heading.endswith(",carried_by,permitted,permitted_by,permitted_since,permitted_until")
    assert ",true,*," in line


@pytest.mark.parametrize("consumer", ["", "  "])
def test_nobody(consumer: str, clinic: Run) -> None:
    ran = clinic("coupling", "check", "--consumer", consumer)
    assert (ran.status, ran.out, "--consumer" in ran.err) == (2, "", True)


BROKEN: dict[str, tuple[tuple[Any, ...], str, str]] = {
    "a list that is none": ((None,), "tak.not_a_list", "anropsbehorighet"),
    "no references": ((0, "relationships", None), "tak.not_an_object", "anropsbehorighet 5000"),
    "no beginning": ((0, "fromTidpunkt", None), "tak.missing", "anropsbehorighet 5000"),
    "an end that is none": ((0, "tomTidpunkt", "nyss"), "tak.bad_time", "anropsbehorighet 5000"),
    "nobody by number": ((0, "relationships", "tjanstekonsument", 7), "tak.refers_to_nothing", "tjanstekomponent 7"),
    "nobody by name": ((0, "relationships", "tjanstekonsument", None), "tak.refers_to_nothing", "anropsbehorighet"),
    "an address of nowhere": ((0, "relationships", "logiskAdress", 7), "tak.refers_to_nothing", "logiskadress 7"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_refused_whole_and_named(name: str, clinic: Run) -> None:
    (*path, value), code, named = BROKEN[name]
    taken(clinic, export(*ways(OGON, SHOW), permissions=leaves(OGON, SHOW)))
    told = by_number(ways(OGON, SHOW), permissions=leaves(OGON, EVERYTHING))
    place: Any = told["data"]
    for key, after in zip(["anropsbehorighet", *path], [*path, None], strict=True):
        if after is None:
            place[key] = value
        else:
            place = place[key]
    assert {problem.code for problem in read_tak(json.dumps(told).encode(), "tak.json").problems} == {code}
    ran = take(clinic, told, at="2026-10-11")
    assert (ran.status, ran.out, named in ran.err) == (2, "", True), ran.err
    assert permitted(clinic) == IN_FORCE


def test_the_real_export(region: Run, tmp_path: Path) -> None:
    """Every permission of the domain is found, and nobody is given one that is not there."""
    file = reference("tak/tak-export-ntjp-test-2016.json")
    data = json.loads(file.read_bytes())["data"]
    names = {kind: {each["id"]: each["hsaId"] for each in data[kind]} for kind in ("logiskadress", "tjanstekomponent")}
    schedule = next(each["id"] for each in data["tjanstekontrakt"] if f":{SHOW[0]}Responder:1" in each["namnrymd"])
    refers = [each["relationships"] for each in data["anropsbehorighet"]]
    held = {
        (names["logiskadress"][each["logiskAdress"]], names["tjanstekomponent"][each["tjanstekonsument"]])
        for each in refers
        if each["tjanstekontrakt"] == schedule
    }
    addresses = {address for address, _ in held}
    assert len(held) > len(addresses) > 10
    for number, address in enumerate(sorted(addresses)):
        text = unit_file(f"SE2321000024-U{number}", "show", f'logical_address = "{address.swapcase()}"')
        path = tmp_path / "config" / "units" / f"{number}.toml"
        path.write_text(text.replace("ogon", f"u{number}").replace("cancel = true\nrebook = true\n", ""), "utf-8")
    done(region("unit", "apply", "--yes", "--at", "2016-01-01"))
    done(region("coupling", "import-tak", str(file), "--at", "2026-10-10"))
    for consumer in sorted({consumer for _, consumer in held}):
        found = {
            each["logical_address"].swapcase(): each["permitted"] for each in asked(region, consumer=consumer)["routes"]
        }
        assert found == {address: (address, consumer) in held for address in addresses}


# ------------------------------------------------------------------------------------------------ the TAK-API


def fetch(run: Run, api: TakApi, at: str) -> None:
    done(run("coupling", "fetch", "--url", api.url, "--connection-point", "NTJP/TEST", "--at", at))


@pytest.mark.parametrize("exact", [True, False])
def test_the_api_tells_of_permissions_too(exact: bool, clinic: Run, tmp_path: Path) -> None:
    coupling = f'logical_address = "{PARENT.lower()}"'
    put_in_force(clinic, tmp_path, unit_file(services="show", coupling=coupling))
    api = TakApi(ways(PARENT, SHOW), exact=exact, leaves=leaves(OGON, SHOW))
    told = IN_FORCE | {"since": None, "until": None}
    with serving(api):
        fetch(clinic, api, "2026-10-10")
        assert permitted(clinic) == told
        fetch(clinic, api, "2026-10-11")
        assert permitted(clinic) == told
        api.leaves = leaves("*", SHOW)
        fetch(clinic, api, "2026-10-12")
        assert permitted(clinic) == told | {"by": "*"}
        assert permitted(clinic, at="2026-10-11") == told
        api.leaves = ()
        fetch(clinic, api, "2026-10-13")
        assert permitted(clinic) == NONE | {"until": "2026-10-12T00:00:00+02:00"}  # its own


def test_the_api_carries_routes_by_the_default(clinic: Run) -> None:
    with serving(TakApi(ways("*", SHOW))) as api:
        fetch(clinic, api, READ)
    assert [(each["routed"], each["carried_by"]) for each in checked(clinic)["routes"]] == [(True, "*")]


def test_what_the_api_did_not_ask_about_keeps_its_permissions(clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, SHOW), permissions=[*leaves("ELSEWHERE", SHOW), *leaves(OGON, SHOW)]))
    with serving(TakApi(ways(OGON, SHOW), leaves=leaves(OGON, SHOW))) as api:
        fetch(clinic, api, "2026-10-11")
    assert permitted(clinic)["permitted"] is True
    ran = clinic("store", "check")
    assert ran.status == 0, ran.out


# ----------------------------------------------------------------------------------------------- exports of a kind

_ADDRESS = st.sampled_from(["SE2321000024-A1", "se2321000024-a1", "SE2321000024-B2", "*"])
_LEAVES = st.lists(st.builds(Leave, _ADDRESS, st.sampled_from(EVERYTHING), st.sampled_from([CONSUMER, OTHER])))


@given(_LEAVES)
def test_forms_agree(told: list[Leave]) -> None:
    """The three forms say what was written, each permission once."""
    written = {(leave.address, leave.namespace, leave.consumer) for leave in told}
    for form in (by_number, by_name, by_older_writer):
        snapshot, problems = read_tak(json.dumps(form((), permissions=told)).encode(), "tak.json")
        assert (snapshot is not None, problems) == (True, ())
        assert snapshot is not None and snapshot.permissions is not None
        assert {each[:3] for each in snapshot.permissions} == written
