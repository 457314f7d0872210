"""The coupling to TAK, by its exports (S22).

Contract, sections 2 to 4. `coupling check`, `why`, `sweep` and `booking show` answer by them.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Run, done
from support.coupling import ASKED, MEDHC, READ, checked, take, taken, unit_file
from support.paths import reference
from support.people import ANNA
from support.region import NO_FILE, OGON, REGION, RegionAt, put_in_force
from support.tak import (
    BOOK,
    CANCEL,
    EVERYTHING,
    PRODUCER,
    PROFILE,
    REBOOK,
    SHOW,
    Way,
    by_name,
    by_number,
    by_older_writer,
    export,
    ways,
)

ROUTE = {
    "producer": PRODUCER,
    "profile": PROFILE,
    "since": "2014-08-13T00:00:00+02:00",
    "until": "2114-08-13T00:00:00+02:00",
    "carried_by": None,
}
NO_ROUTE = dict.fromkeys(ROUTE)
BOOKING = f"""\
booking_id,unit,code,resident,start,created_at,origin,calendar
B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01,clinic,OGON-TB1
"""


@pytest.fixture
def clinic(region: Run, tmp_path: Path) -> Run:
    """A clinic that offers all four services, with a booking, and no TAK snapshot."""
    put_in_force(region, tmp_path, unit_file())
    done(region("booking", "import", "-", "--at", "2026-10-02", stdin=BOOKING))
    return region


def why(run: Run, action: str = "show", at: str = ASKED) -> dict[str, Any]:
    ran = run("why", "B1", "--action", action, "--at", at, "-o", "json")
    told: dict[str, Any] = json.loads(ran.out)
    return told


def coupling(told: Mapping[str, Any]) -> dict[str, Any]:
    (found,) = (each for each in told["checks"] if each["check"] == "coupling")
    return dict(found)


def missing(run: Run, action: str = "show", at: str = ASKED) -> list[str] | None:
    """The contracts without a route by `why`, and by `sweep`, which gathers its facts in another way."""
    found = coupling(why(run, action, at))
    if action == "show":
        ran = run("sweep", "--all", "--at", at, "-o", "json")
        (line,) = json.loads(ran.out)
        assert ("coupling.not_routed" in line["reasons"]) == (found["reason"] == "not_routed")
    if found["result"] == "pass":
        assert not found["evidence"].get("missing_contracts")
        return None
    assert found["reason"] == "not_routed"
    names: list[str] = found["evidence"]["missing_contracts"]
    return [name.removeprefix("urn:riv:crm:scheduling:").removesuffix("Responder:1") for name in names]


# ----------------------------------------------------------------------------------------------- coupling check


def test_check_without_a_snapshot(clinic: Run) -> None:
    answer = checked(clinic)
    assert answer["schema"] == "tidbok.coupling/1"
    assert answer["snapshot"] is None
    assert {route["routed"] for route in answer["routes"]} == {None}
    told = clinic("coupling", "check", "--at", ASKED)
    assert (told.status, "import-tak" in told.out) == (1, True)


def test_check_names_each_contract_of_each_service_in_order(clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, SHOW)))
    answer = checked(clinic)
    assert answer["snapshot"] == {
        "taken_at": "2026-10-01T08:00:00+02:00",
        "read_at": "2026-10-10T00:00:00+02:00",
        "source": "-",
    }
    named = {"unit": OGON, "logical_address": OGON}
    services = {"show": SHOW, "cancel": CANCEL, "rebook": REBOOK, "book": BOOK}
    assert answer["routes"] == [
        named
        | {"service": service, "contract": contract, "routed": contract in SHOW}
        | (ROUTE if contract in SHOW else NO_ROUTE)
        for service, contracts in services.items()
        for contract in sorted(contracts)
    ]


def test_check_of_what_is_whole(clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, EVERYTHING)))
    assert all(route["routed"] for route in checked(clinic, "ogon")["routes"])
    told = clinic("coupling", "check", "--at", ASKED)
    assert (told.status, "Nothing is missing, by TAK's snapshot of Thu 1 Oct 2026 08:00 (30 days old" in told.out) == (
        0,
        True,
    )


def test_check_is_ordered_by_unit_and_asks_only_for_what_is_offered(region: Run, tmp_path: Path) -> None:
    units = tmp_path / "config" / "units"
    for number, services in ((3, "show"), (1, "book"), (2, "")):
        text = unit_file(f"SE2321000024-U{number}", services).replace('alias = "ogon"', f'alias = "u{number}"')
        (units / f"{number}.toml").write_text(text.replace("= true\nrebook = true\n", "= false\n"), encoding="utf-8")
    done(region("unit", "apply", "--yes", "--at", "2026-01-01"))
    asked = [(route["unit"], route["service"]) for route in checked(region)["routes"]]
    assert asked == [("SE2321000024-U1", "book")] * 4 + [("SE2321000024-U3", "show")]
    assert {route["unit"] for route in checked(region, "u3")["routes"]} == {"SE2321000024-U3"}


def test_check_of_an_unknown_unit(clinic: Run) -> None:
    ran = clinic("coupling", "check", "nowhere")
    assert (ran.status, ran.out) == (2, "")


def test_what_is_missing_is_an_order_to_paste(clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, [each for each in EVERYTHING if each != "GetBookingDetails"])))
    ran = clinic("coupling", "check", "--missing", "--at", ASKED, "-o", "json")
    assert ran.status == 1
    assert [each["service"] for each in json.loads(ran.out)["routes"]] == ["cancel", "rebook"]
    text = clinic("coupling", "check", "--missing", "--at", ASKED, "-o", "text").out
    taken(clinic, export(*ways(OGON, EVERYTHING)), at="2026-10-11")
    told = clinic("coupling", "check", "--missing", "--at", "2026-11-01")
    assert (told.status, told.out) == (0, "Nothing is missing.\n")
    assert text.splitlines()[1:] == [f"{OGON}  urn:riv:crm:scheduling:GetBookingDetailsResponder:1"]


def test_an_order_that_rests_on_no_snapshot_says_so(clinic: Run) -> None:
    ran = clinic("coupling", "check", "--missing", "--at", ASKED, "-o", "text")
    assert (ran.status, "No TAK snapshot has been read" in ran.err) == (1, True)
    assert "Responder:1" in ran.out
    taken(clinic, export(*ways(OGON, [each for each in EVERYTHING if each != "GetBookingDetails"])))
    assert clinic("coupling", "check", "--missing", "--at", ASKED, "-o", "text").err == ""


def test_check_in_csv_and_ndjson(clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, SHOW)))
    csv = clinic("coupling", "check", "--at", ASKED, "-o", "csv").out.splitlines()
    assert csv[0] == "unit,service,contract,routed,producer,profile,since,until,logical_address,carried_by"
    assert len(csv) == 1 + len(SHOW) + len(CANCEL) + len(REBOOK) + len(BOOK)
    ndjson = clinic("coupling", "check", "--at", ASKED, "-o", "ndjson").out
    assert json.loads(ndjson) == checked(clinic)


# ---------------------------------------------------------------------------------------------- forms of an export


@pytest.mark.parametrize("form", [by_number, by_name, by_older_writer])
def test_each_form_says_the_same(form: Callable[..., dict[str, Any]], clinic: Run) -> None:
    routes = (*ways(OGON, EVERYTHING), Way(OGON, "GetBookingDetails"))
    answer = taken(clinic, form(routes))
    assert answer["schema"] == "tidbok.tak/1"
    assert {key: answer[key] for key in ("routes", "new", "gone")} == {
        "routes": len(EVERYTHING) + 1,
        "new": len(EVERYTHING),
        "gone": 0,
    }
    assert [{key: route[key] for key in ROUTE} for route in checked(clinic)["routes"]] == [ROUTE] * 12
    again = taken(clinic, form(routes), at="2026-10-11")
    assert (again["new"], again["gone"]) == (0, 0)


def test_another_form_of_the_same_changes_nothing(clinic: Run) -> None:
    taken(clinic, by_number(ways(OGON, EVERYTHING)))
    again = taken(clinic, by_older_writer(ways(OGON, EVERYTHING)), at="2026-10-11")
    assert (again["new"], again["gone"]) == (0, 0)


@pytest.mark.parametrize("key", ["logiskAdress", "LOGISKADRESS", "tjansteKontrakt"])
def test_capitals_in_the_keys_of_references(key: str, clinic: Run) -> None:
    told = by_name(ways(OGON, EVERYTHING))
    for each in told["data"]["vagval"]:
        refers = each["relationships"]
        refers[key] = refers.pop(key.lower())
    assert taken(clinic, told)["new"] == len(EVERYTHING)


def test_a_byte_order_mark(clinic: Run) -> None:
    assert take(clinic, b"\xef\xbb\xbf" + export(*ways(OGON, SHOW)).encode()).status == 0


def test_the_real_export(region: Run, tmp_path: Path) -> None:
    file = reference("tak/tak-export-ntjp-test-2016.json")
    put_in_force(region, tmp_path, unit_file(MEDHC.upper(), "show"))
    ran = region("coupling", "import-tak", str(file), "--at", READ, "-o", "json")
    done(ran)
    answer = json.loads(ran.out)
    assert answer["routes"] == len(json.loads(file.read_bytes())["data"]["vagval"]) == 864
    assert answer["new"] == 863  # one says the same as another
    assert answer["snapshot"]["taken_at"] == "2016-03-10T14:31:55+01:00"
    again = region("coupling", "import-tak", str(file), "--at", "2026-10-11", "-o", "json")
    assert (json.loads(again.out)["new"], json.loads(again.out)["gone"]) == (0, 0)


def real_routes() -> list[tuple[str, str]]:
    """Address and contract of the real export's routes, read in the plainest way."""
    data = json.loads(reference("tak/tak-export-ntjp-test-2016.json").read_bytes())["data"]
    addresses = {each["id"]: each["hsaId"] for each in data["logiskadress"]}
    contracts = {each["id"]: each["namnrymd"] for each in data["tjanstekontrakt"]}
    refers = [each["relationships"] for each in data["vagval"]]
    return [(addresses[each["logiskadress"]], contracts[each["tjanstekontrakt"]]) for each in refers]


def test_the_real_export_answers_for_every_address(region: Run, tmp_path: Path) -> None:
    """Also for those that are no HSA-ids, and for those of other capitals than the clinic's file has."""
    scheduling = [(address, contract) for address, contract in real_routes() if ":crm:scheduling:" in contract]
    addresses = sorted({address for address, _ in scheduling} | {MEDHC})
    assert any(not address.startswith("SE") for address in addresses)
    units = tmp_path / "config" / "units"
    for number, address in enumerate(addresses):
        text = unit_file(f"SE2321000024-U{number}", coupling=f'logical_address = "{address.swapcase()}"')
        (units / f"{number}.toml").write_text(text.replace("ogon", f"u{number}"), encoding="utf-8")
    done(region("unit", "apply", "--yes", "--at", "2026-01-01"))
    done(region("coupling", "import-tak", str(reference("tak/tak-export-ntjp-test-2016.json")), "--at", "2026-10-10"))
    routed = {(route["logical_address"], route["contract"]): route["routed"] for route in checked(region)["routes"]}
    wanted = {
        (address.swapcase(), contract.split(":")[4].removesuffix("Responder")) for address, contract in scheduling
    }
    assert {key for key, yes in routed.items() if yes} == wanted & routed.keys()


# ------------------------------------------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    ("written", "routed_at"),
    [
        (OGON, OGON.lower()),
        ("SE2321000024-1a00", "se2321000024-1A00"),
        (MEDHC, MEDHC.upper()),
        ("5565594230", "5565594230"),
        ("Vardgivare A", "VARDGIVARE a"),
    ],
)
def test_addresses_are_compared_without_case(written: str, routed_at: str, clinic: Run, tmp_path: Path) -> None:
    put_in_force(clinic, tmp_path, unit_file(coupling=f'logical_address = "{written}"'))
    taken(clinic, export(*ways(routed_at, EVERYTHING)))
    assert missing(clinic) is None
    assert {(route["logical_address"], route["routed"]) for route in checked(clinic)["routes"]} == {(written, True)}


def test_routes_at_another_address_are_no_routes(clinic: Run) -> None:
    taken(clinic, export(*ways("SE2321000024-1A2C", EVERYTHING)))
    assert missing(clinic) == sorted(SHOW)


def test_a_route_to_the_clinic_itself_is_none_where_it_is_routed_at_a_parent(clinic: Run, tmp_path: Path) -> None:
    put_in_force(clinic, tmp_path, unit_file(coupling='logical_address = "SE2321000024-1A00"'))
    taken(clinic, export(*ways(OGON, EVERYTHING)))
    assert missing(clinic) == sorted(SHOW)


def test_an_address_that_is_not_ascii(clinic: Run, tmp_path: Path) -> None:
    put_in_force(clinic, tmp_path, unit_file(coupling='logical_address = "Vårdcentralen"'))
    taken(clinic, export(*ways("VåRDCENTRALEN", EVERYTHING)))
    assert all(route["routed"] for route in checked(clinic)["routes"])


# ------------------------------------------------------------------------------------------------ validity, snapshots


@pytest.mark.parametrize(
    ("at", "routed"),
    [
        ("2026-11-01T11:59:59+01:00", False),
        ("2026-11-01T12:00:00+01:00", True),
        ("2026-11-30T11:59:59+01:00", True),
        ("2026-11-30T12:00:00+01:00", False),
    ],
)
def test_validity_counts_to_the_second(at: str, routed: bool, clinic: Run) -> None:
    valid = {"begins": "2026-11-01T11:00:00+0000", "ends": "2026-11-30T11:00:00+0000"}
    taken(clinic, export(*ways(OGON, EVERYTHING, **valid)))
    assert (missing(clinic, at=at) is None) == routed
    routes = checked(clinic, at=at)["routes"]
    assert {route["routed"] for route in routes} == {routed}
    assert {(route["since"], route["until"]) for route in routes} == {
        ("2026-11-01T12:00:00+01:00", "2026-11-30T12:00:00+01:00")
    }


def test_a_route_that_is_gone_ends_with_the_snapshot_that_lacks_it(clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, EVERYTHING)), at="2026-10-10T12:00")
    taken(clinic, export(*ways(OGON, CANCEL)), at="2026-10-20T12:00")
    routes = checked(clinic)["routes"]
    assert {route["until"] for route in routes if not route["routed"]} == {"2026-10-20T12:00:00+02:00"}
    assert {route["until"] for route in routes if route["routed"]} == {ROUTE["until"]}
    assert {route["until"] for route in checked(clinic, at="2026-10-20T11:59:59")["routes"]} == {ROUTE["until"]}
    told = clinic("coupling", "check", "ogon", "--at", ASKED, "-o", "csv").out.splitlines()
    assert [line for line in told if ",false," in line and "2114" in line] == []


def test_a_route_that_had_ended_before_it_was_gone_keeps_its_end(clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, EVERYTHING, ends="2026-10-15T10:00:00+0000")), at="2026-10-10T12:00")
    taken(clinic, export(), at="2026-10-20T12:00")
    assert {route["until"] for route in checked(clinic)["routes"]} == {"2026-10-15T12:00:00+02:00"}


@pytest.mark.parametrize("ends", [None, "9999-12-31T23:59:59+0000"])
def test_a_route_without_end(ends: str | None, clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, EVERYTHING, ends=ends)))
    assert missing(clinic, at="2090-01-01") is None
    assert {route["until"] for route in checked(clinic)["routes"]} == {None}


def test_a_route_from_ever(clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, EVERYTHING, begins="0001-01-01T00:00:00+0000")))
    assert missing(clinic) is None
    assert {route["since"] for route in checked(clinic)["routes"]} == {None}


def test_a_route_that_ended_before_it_began_is_never_in_force(clinic: Run) -> None:
    ended = ways(OGON, EVERYTHING, begins="2026-01-01T00:00:00+0000", ends="2025-01-01T00:00:00+0000")
    taken(clinic, export(*ended))
    assert missing(clinic) == sorted(SHOW)


def test_one_of_several_routes_in_force_is_enough(clinic: Run) -> None:
    old = ways(OGON, EVERYTHING, ends="2020-01-01T00:00:00+0000")
    coming = ways(OGON, EVERYTHING, begins="2030-01-01T00:00:00+0000")
    taken(clinic, export(*old, *coming, *ways(OGON, EVERYTHING)))
    assert missing(clinic) is None
    assert {route["since"] for route in checked(clinic)["routes"]} == {ROUTE["since"]}


def test_the_default_route_carries_what_has_none_of_its_own_and_is_named(clinic: Run) -> None:
    taken(clinic, export(*ways("*", EVERYTHING), *ways(OGON, SHOW)))
    assert missing(clinic) is missing(clinic, "rebook") is None
    carried = {each["contract"]: each["carried_by"] for each in checked(clinic)["routes"]}
    assert carried == {contract: None if contract in SHOW else "*" for contract in EVERYTHING}
    told = why(clinic, "rebook")
    assert "coupling_carried" in {each["note"] for each in told["notes"]}
    assert coupling(told)["evidence"]["carried_by"] == ["*"]


def test_two_routes_that_the_platform_refuses_are_told(clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, EVERYTHING), Way(OGON, SHOW[0], ends="2100-01-01T00:00:00+0000")))
    assert missing(clinic) is None
    assert "two_routes" in {each["note"] for each in why(clinic)["notes"]}
    ran = clinic("coupling", "check", "--at", ASKED)
    assert (ran.status, ran.err.count("two routes in force"), SHOW[0] in ran.err) == (0, 1, True)


def test_past_answers_stay(clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, EVERYTHING)), at="2026-10-10T12:00")
    gone = taken(clinic, export(*ways(OGON, CANCEL[:1])), at="2026-10-20T12:00")
    assert (gone["new"], gone["gone"]) == (0, len(EVERYTHING) - 1)
    back = taken(clinic, export(*ways(OGON, (*SHOW, *CANCEL[:1]))), at="2026-10-30T12:00")
    assert (back["new"], back["gone"]) == (1, 0)
    assert missing(clinic, at="2026-10-20T11:59:59") is None
    assert missing(clinic, at="2026-10-20T12:00:00") == ["GetSubjectOfCareSchedule"]
    assert missing(clinic, at="2026-10-30T11:59:59") == ["GetSubjectOfCareSchedule"]
    assert missing(clinic, at="2026-10-30T12:00:00") is None
    assert checked(clinic, at="2026-10-10T11:59:59")["snapshot"] is None
    assert checked(clinic, at="2026-10-10T12:00:00")["snapshot"]["read_at"] == "2026-10-10T12:00:00+02:00"
    assert checked(clinic, at="2026-10-20T11:59:59")["snapshot"]["read_at"] == "2026-10-10T12:00:00+02:00"


def test_before_the_first_snapshot_the_coupling_is_taken_on_trust(clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, ())), at="2026-10-10T12:00")
    before, after = (why(clinic, at=f"2026-10-10T{clock}") for clock in ("11:59:59", "12:00:00"))
    assert (before["verdict"], next(note["note"] for note in before["notes"])) == ("shown", "coupling_on_trust")
    assert (after["verdict"], coupling(after)["reason"]) == ("hidden", "not_routed")


def test_the_same_second_replaces(clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, EVERYTHING)))
    taken(clinic, export(*ways(OGON, ())))
    assert missing(clinic, at=READ) == sorted(SHOW)


def test_a_snapshot_cannot_be_put_before_the_latest(clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, EVERYTHING)), at="2026-10-10T12:00:00")
    ran = take(clinic, export(), at="2026-10-10T11:59:59")
    assert (ran.status, json.loads(ran.err)["error"]["code"]) == (2, "tak.before_latest")
    assert missing(clinic) is None


# ------------------------------------------------------------------------------------------- what cannot be used


def broken(*path: str | int, value: Any = ..., form: Callable[..., dict[str, Any]] = by_number) -> dict[str, Any]:
    """An export in which the value at a path is another, or is missing."""
    told = form(ways(OGON, EVERYTHING))
    place: Any = told
    for key in path[:-1]:
        place = place[key]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return told


ROUTE_1 = ("data", "vagval", 0)
REFERS = (*ROUTE_1, "relationships")
BROKEN: dict[str, tuple[Any, str, str]] = {
    "no object": ([], "tak.not_an_object", "export"),
    "null": (None, "tak.not_an_object", "export"),
    "no moment": (broken("tidpunkt"), "tak.missing", "tidpunkt"),
    "a moment that is a number": (broken("tidpunkt", value=1), "tak.not_text", "tidpunkt"),
    "a moment that is none": (broken("tidpunkt", value="i dag"), "tak.bad_time", "tidpunkt"),
    "no data": (broken("data"), "tak.not_an_object", "data"),
    "data as a list": (broken("data", value=[]), "tak.not_an_object", "data"),
    "no routes": (broken("data", "vagval"), "tak.no_routes", "vagval"),
    "routes as null": (broken("data", "vagval", value=None), "tak.not_a_list", "vagval"),
    "a route that is a text": (broken("data", "vagval", 0, value="x"), "tak.not_a_list", "vagval"),
    "addresses as an object": (broken("data", "logiskadress", value={}), "tak.not_a_list", "logiskadress"),
    "no list of addresses": (broken("data", "logiskadress"), "tak.refers_to_nothing", "vagval 100"),
    "no list of contracts": (broken("data", "tjanstekontrakt"), "tak.refers_to_nothing", "vagval 100"),
    "no list of producers": (broken("data", "tjanstekomponent"), "tak.refers_to_nothing", "anropsadress 100"),
    "no references": (broken(*ROUTE_1, "relationships"), "tak.not_an_object", "vagval 100"),
    "no beginning": (broken(*ROUTE_1, "fromTidpunkt"), "tak.missing", "vagval 100"),
    "an end that is a date of nowhere": (
        broken(*ROUTE_1, "tomTidpunkt", value="2026-02-30"), "tak.bad_time", "vagval 100",
    ),
    "an end that is false": (broken(*ROUTE_1, "tomTidpunkt", value=False), "tak.not_text", "vagval 100"),
    "dangling address": (broken(*REFERS, "logiskadress", value=7), "tak.refers_to_nothing", "logiskadress 7"),
    "dangling contract": (broken(*REFERS, "tjanstekontrakt", value=7), "tak.refers_to_nothing", "tjanstekontrakt 7"),
    "dangling call address": (broken(*REFERS, "anropsadress", value=7), "tak.refers_to_nothing", "anropsadress 7"),
    "a reference to null": (broken(*REFERS, "logiskadress", value=None), "tak.refers_to_nothing", "logiskadress None"),
    "a reference to a list": (broken(*REFERS, "logiskadress", value=[1]), "tak.refers_to_nothing", "logiskadress [1]"),
    "dangling profile": (
        broken("data", "anropsadress", 0, "relationships", "rivtaprofil", value=7),
        "tak.refers_to_nothing", "rivtaprofil 7",
    ),
    "dangling producer": (
        broken("data", "anropsadress", 0, "relationships", "tjanstekomponent", value=7),
        "tak.refers_to_nothing", "tjanstekomponent 7",
    ),
    "an address without name": (broken("data", "logiskadress", 0, "hsaId"), "tak.missing", "logiskadress 100"),
    "an address that is a number": (
        broken("data", "logiskadress", 0, "hsaId", value=5), "tak.not_text", "logiskadress 100",
    ),
    "a NUL in an address": (
        broken("data", "logiskadress", 0, "hsaId", value="S\0"), "tak.not_text", "logiskadress 100",
    ),
    "half a character": (
        broken("data", "logiskadress", 0, "hsaId", value="\ud800"), "tak.not_text", "logiskadress 100",
    ),
    "an id that is a list": (broken("data", "logiskadress", 0, "id", value=[1]), "tak.refers_to_nothing", "vagval 100"),
    "a producer that is a number": (
        broken("data", "tjanstekomponent", 0, "hsaId", value=5), "tak.not_text", "tjanstekomponent 9",
    ),
    "a URL that is an object": (
        broken("data", "anropsadress", 0, "adress", value={}), "tak.not_text", "anropsadress 100",
    ),
} | {
    f"dangling {kind} by name": (
        broken(*REFERS, kind, value="nobody", form=by_name), "tak.refers_to_nothing", f"{kind.lower()} nobody",
    )
    for kind in ("logiskadress", "tjanstekontrakt", "anropsadress", "rivtaProfil", "tjansteproducent")
} | {
    "a producer by number in names": (
        broken(*REFERS, "tjansteproducent", value=5, form=by_name), "tak.refers_to_nothing", "tjansteproducent 5",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_refused_whole_and_named(name: str, clinic: Run) -> None:
    told, code, named = BROKEN[name]
    taken(clinic, export(*ways(OGON, EVERYTHING)))
    ran = clinic("coupling", "import-tak", "-", "--at", "2026-10-11", stdin=json.dumps(told))
    assert (ran.status, ran.out, named in ran.err) == (2, "", True), ran.err
    assert code in codes(told)
    answer = checked(clinic)
    assert answer["snapshot"]["read_at"] == "2026-10-10T00:00:00+02:00"
    assert all(route["routed"] for route in answer["routes"])


def codes(told: Any) -> set[str]:
    from tidbok_cli.exchange.tak import read_tak

    return {problem.code for problem in read_tak(json.dumps(told).encode(), "tak.json").problems}


PRETTY = json.dumps(by_number(ways(OGON, EVERYTHING)), indent=1)
CUT = PRETTY[: PRETTY.index("tomTidpunkt")]
UNREADABLE = {
    "empty": (b"", "tak.json:1"),
    "cut off": (CUT.encode(), f"tak.json:{CUT.count(chr(10)) + 1}"),
    "not JSON": (b"<tak/>", "tak.json:1"),
    "not UTF-8": ('{"tidpunkt": "Å"}'.encode("latin-1"), "tak.json"),
    "UTF-16": (PRETTY.encode("utf-16"), "tak.json"),
    "nested": (b"[" * 100_000, "tak.json"),
    "a number without end": (b'{"id": ' + b"9" * 5000 + b"}", "tak.json"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_json_is_refused_with_its_place(
    name: str, clinic: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, place = UNREADABLE[name]
    taken(clinic, export(*ways(OGON, EVERYTHING)))
    monkeypatch.chdir(tmp_path)
    Path("tak.json").write_bytes(content)
    ran = clinic("coupling", "import-tak", "tak.json", "--at", "2026-10-11")
    assert (ran.status, ran.out, place in ran.err) == (2, "", True), ran.err
    assert missing(clinic) is None


def test_all_that_is_wrong_is_named_a_hundred_at_most(clinic: Run) -> None:
    told = by_number(ways(OGON, EVERYTHING * 20))
    for each in told["data"]["vagval"]:
        each["relationships"]["logiskadress"] = 7
    ran = clinic("coupling", "import-tak", "-", stdin=json.dumps(told))
    assert (ran.status, ran.err.count("refers to logiskadress 7")) == (2, 100)


def test_a_file_that_is_not_there(clinic: Run) -> None:
    assert clinic("coupling", "import-tak", "nowhere.json").status == 2


# ------------------------------------------------------------------------------------ what a question needs


@pytest.mark.parametrize(
    ("action", "needs"),
    [("show", SHOW), ("cancel", (*SHOW, *CANCEL)), ("rebook", (*SHOW, *REBOOK))],
)
def test_an_action_needs_the_contracts_of_showing_as_well(action: str, needs: tuple[str, ...], clinic: Run) -> None:
    taken(clinic, export())
    assert missing(clinic, action) == sorted(set(needs))
    taken(clinic, export(*ways(OGON, needs)), at="2026-10-11")
    assert missing(clinic, action) is None
    for number, lacking in enumerate(dict.fromkeys(needs)):
        others = [contract for contract in EVERYTHING if contract != lacking]
        taken(clinic, export(*ways(OGON, others)), at=f"2026-10-12T00:00:{number:02}")
        assert missing(clinic, action) == [lacking]


def test_the_evidence_names_the_snapshot(clinic: Run) -> None:
    taken(clinic, export(Way(OGON, "GetBookingDetails")))
    found = coupling(why(clinic))
    assert (found["result"], found["actor"], found["rules"]) == ("fail", "regional_administration", ["S22"])
    assert {key: value for key, value in found["evidence"].items() if "snapshot" in key or "address" in key} == {
        "logical_address": OGON,
        "snapshot_taken_at": "2026-10-01T08:00:00+02:00",
        "snapshot_read_at": "2026-10-10T00:00:00+02:00",
        "snapshot_source": "-",
    }


CHOSEN = """
[coupling.contracts]
show = ["GetSubjectOfCareSchedule"]
cancel = ["CancelBooking", "urn:riv:crm:scheduling:CancelBookingResponder:1"]
rebook = ["urn:riv:crm:scheduling:UpdateBookingResponder:2"]
book = []
"""


def test_the_region_chooses_contracts(clinic: Run, tmp_path: Path) -> None:
    (tmp_path / "config" / "tidbok.toml").write_text(REGION + CHOSEN, encoding="utf-8")
    taken(clinic, export(*ways(OGON, ("GetSubjectOfCareSchedule", "CancelBooking"))))
    assert [(route["service"], route["contract"], route["routed"]) for route in checked(clinic)["routes"]] == [
        ("show", "GetSubjectOfCareSchedule", True),
        ("cancel", "CancelBooking", True),
        ("rebook", "urn:riv:crm:scheduling:UpdateBookingResponder:2", False),
    ]
    assert missing(clinic) is None
    assert missing(clinic, "cancel") is None
    assert coupling(why(clinic, "rebook"))["evidence"]["missing_contracts"] == [
        "urn:riv:crm:scheduling:UpdateBookingResponder:2"
    ]


def test_nothing_needed_is_nothing_missing(clinic: Run, tmp_path: Path) -> None:
    (tmp_path / "config" / "tidbok.toml").write_text(f"{REGION}[coupling.contracts]\nshow = []\n", encoding="utf-8")
    taken(clinic, export())
    assert missing(clinic) is None


def test_the_region_demands_a_verified_coupling(clinic: Run, tmp_path: Path) -> None:
    (tmp_path / "config" / "tidbok.toml").write_text(
        f"{REGION}[policy]\nrequire_verified_coupling = true\n", encoding="utf-8"
    )
    assert why(clinic)["verdict"] == "unknown"
    assert coupling(why(clinic))["reason"] == "unverified"
    taken(clinic, export(*ways(OGON, SHOW)))
    assert why(clinic)["verdict"] == "shown"
    taken(clinic, export(), at="2026-10-11")
    assert coupling(why(clinic))["reason"] == "not_routed"


def test_other_reasons_of_the_coupling_go_first(clinic: Run) -> None:
    taken(clinic, export())
    done(clinic("booking", "import", "-", "--at", "2026-10-11", stdin=BOOKING.replace("-TB1", "-TB2")))
    assert coupling(why(clinic))["reason"] == "other_calendar"


# ----------------------------------------------------------------------------------------------- sweep, lives, notes


def test_summary_with_routes(clinic: Run) -> None:
    more = BOOKING + BOOKING.splitlines()[1].replace("B1", "B2").replace("ogon", NO_FILE) + "\n"
    done(clinic("booking", "import", "-", "--at", "2026-10-03", stdin=more))
    taken(clinic, export(*ways(OGON, SHOW)), at="2026-10-10")
    taken(clinic, export(*ways(OGON, CANCEL)), at="2026-10-20")

    def summary(at: str) -> dict[tuple[str, ...], int]:
        lines = json.loads(clinic("sweep", "--summary", "--at", at, "-o", "json").out)
        return {(line["verdict"], *line["reasons"]): line["bookings"] for line in lines}

    nowhere = ("hidden", "unit.not_configured", "coupling.missing", "service.not_mapped", "relation.never")
    assert summary("2026-10-19") == {("shown",): 1, nowhere: 1}
    assert summary("2026-10-20") == {("hidden", "coupling.not_routed"): 1, nowhere: 1}


def test_the_life_of_a_booking_with_routes_that_come_and_go(clinic: Run) -> None:
    taken(clinic, export(), at="2026-10-10")
    coming = ways(OGON, SHOW, begins="2026-10-15T10:00:00+0000", ends="2026-10-25T10:00:00+0000")
    taken(clinic, export(*coming), at="2026-10-12")
    taken(clinic, export(*ways(OGON, EVERYTHING)), at="2026-11-01")
    intervals = json.loads(clinic("booking", "show", "B1", "-o", "json").out)["intervals"]
    not_routed = ["coupling.not_routed"]
    assert [(each["begins"], each["verdict"], each["reasons"]) for each in intervals][2:8] == [
        ("2026-10-01T00:00:00+02:00", "shown", []),
        ("2026-10-10T00:00:00+02:00", "hidden", not_routed),
        ("2026-10-15T12:00:00+02:00", "shown", []),
        ("2026-10-25T11:00:00+01:00", "hidden", not_routed),
        ("2026-11-01T00:00:00+01:00", "shown", []),
        ("2026-12-01T11:00:00+01:00", "hidden", ["window.over"]),
    ]


@pytest.mark.parametrize(("at", "old"), [("2026-10-31T07:00:00+01:00", False), ("2026-10-31T07:00:01+01:00", True)])
def test_a_snapshot_is_old_after_thirty_days(at: str, old: bool, clinic: Run) -> None:
    taken(clinic, export(*ways(OGON, SHOW)))
    notes = [note["note"] for note in why(clinic, at=at)["notes"]]
    assert notes == [*(["snapshot_is_old"] if old else []), "booking_is_a_copy"]


def test_no_note_of_trust_where_the_coupling_fails_anyway(clinic: Run, tmp_path: Path, region_at: RegionAt) -> None:
    done(clinic("booking", "import", "-", "--at", "2026-10-11", stdin=BOOKING.replace("-TB1", "-TB2")))
    assert "coupling_on_trust" not in [note["note"] for note in why(clinic)["notes"]]
