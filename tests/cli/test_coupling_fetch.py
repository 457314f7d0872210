"""`coupling fetch` against a real server: requests, answers and failures.

Over HTTP and HTTPS.
"""

import base64
import json
import os
import socket
import sqlite3
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import trustme
from support.answers import error
from support.command_line import Ran, Run, subprocess_environment
from support.coupling import MEDHC, checked, taken, unit_file
from support.region import OGON, put_in_force
from support.tak import EVERYTHING, PRODUCER, PROFILE, SHOW, export, ways
from support.tak_server import BASE, Fault, TakApi, serving

from tidbok_cli.errors import BadInput
from tidbok_cli.exchange.http import TRIES, base_of

PASSWORD = "hemligt-Lösen:ord"
AT = "2026-10-10"


@pytest.fixture
def clinic(region: Run, tmp_path: Path) -> Run:
    """A clinic that offers all four services."""
    put_in_force(region, tmp_path, unit_file())
    return region


@pytest.fixture
def api() -> Iterator[TakApi]:
    with serving(TakApi(ways(OGON, EVERYTHING))) as served:
        yield served


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the program would have slept."""
    waits: list[float] = []
    monkeypatch.setattr("tidbok_cli.exchange.http.pause", waits.append)
    return waits


@pytest.fixture(autouse=True)
def nothing_is_open_to_others() -> Iterator[None]:
    """Passwords and keys are their owner's."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(PASSWORD + "\n", encoding="utf-8")
    return path


def asked(api: TakApi | str, *more: str, point: str = "NTJP/TEST", at: str = AT) -> list[str]:
    """The words of a call."""
    url = api if isinstance(api, str) else api.url
    return ["coupling", "fetch", "--url", url, "--connection-point", point, "--at", at, "-o", "json", *more]


def fetch(run: Run, api: TakApi | str, *more: str, point: str = "NTJP/TEST", at: str = AT) -> Ran:
    return run(*asked(api, *more, point=point, at=at))


def fetched(run: Run, api: TakApi | str, *more: str, at: str = AT) -> dict[str, Any]:
    ran = fetch(run, api, *more, at=at)
    assert (ran.status, ran.err) == (0, "")
    return dict(json.loads(ran.out))


def failed(ran: Ran) -> tuple[str, str]:
    """The code and the message; nothing was printed but this."""
    assert (ran.status, ran.out) == (2, ""), ran.out
    error = json.loads(ran.err)["error"]
    assert "hemligt" not in ran.err
    return error["code"], error["message"]


# ------------------------------------------------------------------------------------------------ what it takes


def test_the_routes_of_the_clinics(clinic: Run, api: TakApi) -> None:
    answer = fetched(clinic, api)
    assert answer == {
        "schema": "tidbok.tak/1",
        "snapshot": {
            "taken_at": "2026-10-01T08:00:00+02:00",
            "read_at": "2026-10-10T00:00:00+02:00",
            "source": f"{api.url} (NTJP/TEST)",
        },
        "routes": len(EVERYTHING),
        "new": len(EVERYTHING),
        "gone": 0,
    }
    routes = checked(clinic)["routes"]
    assert {(route["routed"], route["producer"], route["profile"]) for route in routes} == {(True, PRODUCER, PROFILE)}
    assert {(route["since"], route["until"]) for route in routes} == {(None, None)}
    again = fetched(clinic, api, at="2026-10-11")
    assert (again["new"], again["gone"]) == (0, 0)


OF = {"connectionPointId": "2", "logicalAddressId": "100"}


def test_what_it_asks(clinic: Run, api: TakApi) -> None:
    fetched(clinic, api)
    assert [(each.path, each.query) for each in api.asked] == [
        ("connectionPoints", {"platform": "NTJP", "environment": "TEST"}),
        ("logicalAddresses", {"logicalAdress": "*"}),
        ("logicalAddresses", {"logicalAdress": OGON}),
        ("serviceProductions", {**OF, "include": "logicalAddress,serviceContract,serviceProducer"}),
        ("cooperations", {**OF, "include": "logicalAddress,serviceContract,serviceConsumer"}),
        ("connectionPoints", {"platform": "NTJP", "environment": "TEST"}),
    ]
    assert {each.headers["accept"] for each in api.asked} == {"application/json"}
    assert not any("authorization" in each.headers for each in api.asked)


def test_for_people(clinic: Run, api: TakApi) -> None:
    ran = clinic("coupling", "fetch", "--url", f"{api.url}/", "--connection-point", "ntjp/test".upper(), "--at", AT)
    assert ran.out.splitlines()[0].startswith(
        "8 routes in TAK's snapshot of Thu 1 Oct 2026 08:00 (8 days old, from http://"
    )
    assert ran.out.splitlines()[1] == "New: 8. Gone: 0."


@pytest.mark.parametrize("spelling", ["logicalAdress", "logicalAddress"])
@pytest.mark.parametrize("exact", [True, False])
def test_spellings_and_capitals(spelling: str, exact: bool, region: Run, tmp_path: Path) -> None:
    put_in_force(region, tmp_path, unit_file(coupling=f'logical_address = "{MEDHC.upper()}"'))
    api = TakApi((*ways(MEDHC, EVERYTHING), *ways("SE1-OTHER", SHOW)), spelling, exact)
    with serving(api):
        assert fetched(region, api)["new"] == len(EVERYTHING)
    assert all(route["routed"] for route in checked(region)["routes"])


def test_only_the_routes_to_the_addresses_asked_for_are_replaced(clinic: Run, tmp_path: Path, api: TakApi) -> None:
    other = "SE2321000024-OTHER"
    taken(clinic, export(*ways(OGON, EVERYTHING), *ways(other, EVERYTHING)), at="2026-10-05")
    api.ways = ways(OGON, SHOW)
    assert error(fetch(clinic, api))["code"] == "tak.too_many_gone"
    answer = fetched(clinic, api, "--allow-mass")
    assert (answer["new"], answer["gone"]) == (len(SHOW), len(EVERYTHING))
    assert {route["contract"]: route["routed"] for route in checked(clinic)["routes"]} == {
        contract: contract in SHOW for contract in EVERYTHING
    }
    assert all(route["routed"] for route in checked(clinic, at="2026-10-09")["routes"])
    put_in_force(clinic, tmp_path, unit_file(coupling=f'logical_address = "{other}"'), at="2026-10-12")
    assert all(route["routed"] for route in checked(clinic)["routes"])


def test_of_an_address_that_it_did_not_ask_about_nothing_is_known(clinic: Run, tmp_path: Path, api: TakApi) -> None:
    """As long as no snapshot tells of it; the same clinic is told of where it has another address by then."""
    fetched(clinic, api, at="2026-10-05")
    fetched(clinic, api)
    moved = unit_file(coupling='logical_address = "SE2321000024-LATER"')
    put_in_force(clinic, tmp_path, moved, at="2026-10-12")
    before, after = (checked(clinic, at=at)["routes"] for at in ("2026-10-11", "2026-10-13"))
    assert {route["routed"] for route in before} == {True}
    assert {route["routed"] for route in after} == {None}
    api.ways = ways("SE2321000024-LATER", SHOW)
    fetched(clinic, api, at="2026-10-14")
    assert {route["routed"] for route in checked(clinic, at="2026-10-13")["routes"]} == {None}
    assert {route["routed"] for route in checked(clinic, at="2026-10-15")["routes"]} == {True, False}


def test_clinics_that_are_only_in_the_files_are_asked_for_too(clinic: Run, tmp_path: Path, api: TakApi) -> None:
    new = unit_file("SE2321000024-NEW").replace('alias = "ogon"', "")
    (tmp_path / "config" / "units" / "new.toml").write_text(new, encoding="utf-8")
    (tmp_path / "config" / "units" / "wrong.toml").write_text("hsa_id = 1", encoding="utf-8")
    (tmp_path / "config" / "units" / "ogon.toml").unlink()
    api.ways = (*ways(OGON, EVERYTHING), *ways("SE2321000024-NEW", SHOW))
    assert fetched(clinic, api)["new"] == len(EVERYTHING) + len(SHOW)


def test_an_address_that_tak_does_not_know(clinic: Run, api: TakApi) -> None:
    api.ways = ways("SE2321000024-OTHER", SHOW)
    assert fetched(clinic, api)["routes"] == 0
    assert not any(route["routed"] for route in checked(clinic)["routes"])


def test_without_clinics_nothing_is_asked(region: Run, api: TakApi) -> None:
    assert failed(fetch(region, api))[0] == "tak_api.no_units"
    assert api.asked == []


def test_before_the_latest_snapshot(clinic: Run, api: TakApi) -> None:
    taken(clinic, export(*ways(OGON, SHOW)), at="2026-10-11")
    assert failed(fetch(clinic, api))[0] == "tak.before_latest"


def test_numbers_that_are_given_anew_meanwhile(clinic: Run, api: TakApi) -> None:
    api.taken = ["2026-10-01T06:00:00Z", "2026-10-02T06:00:00Z"]
    assert failed(fetch(clinic, api))[0] == "tak_api.changed_meanwhile"
    assert checked(clinic)["snapshot"] is None


@pytest.mark.parametrize("point", ["NTJP/NOWHERE", "ntjp/test"])
def test_an_unknown_connection_point_is_told_which_there_are(point: str, clinic: Run, api: TakApi) -> None:
    code, message = failed(fetch(clinic, api, point=point))
    assert code == "tak_api.no_connection_point"
    assert "NTJP/PRODUCTION, NTJP/TEST, RTP/TEST" in message


@pytest.mark.parametrize("point", ["NTJP", "/TEST", "NTJP/", ""])
def test_what_is_no_connection_point(point: str, clinic: Run, api: TakApi) -> None:
    assert failed(fetch(clinic, api, point=point))[0] == "tak_api.connection_point"
    assert api.asked == []


def test_the_store_is_not_locked_while_it_asks(clinic: Run, tmp_path: Path, api: TakApi) -> None:
    """Another process writes while an answer is long in coming."""
    api.faults.append(Fault(waits=1, body=b"[]", on="logicalAddresses"))
    place = ("--config", str(tmp_path / "config"), "--store", str(tmp_path / "tidbok.db"))
    asks = ("coupling", "fetch", "--url", api.url, "--connection-point", "NTJP/TEST")
    with subprocess.Popen([sys.executable, "-m", "tidbok_cli", *place, *asks], env=subprocess_environment()) as asking:
        while not any(asked.path == "logicalAddresses" for asked in api.asked):
            assert asking.poll() is None
            sleep(0.01)
        with closing(sqlite3.connect(tmp_path / "tidbok.db", timeout=0.1)) as store:
            store.execute("BEGIN IMMEDIATE")
            store.rollback()
            assert asking.poll() is None
        asking.wait(30)


# ------------------------------------------------------------------------------------------------- who asks


def test_the_password_of_a_file(clinic: Run, api: TakApi, password: Path) -> None:
    fetched(clinic, api, "--user", "regionen", "--password-file", str(password))
    wanted = base64.b64encode(f"regionen:{PASSWORD}".encode()).decode()
    assert {each.headers["authorization"] for each in api.asked} == {f"Basic {wanted}"}


def test_the_password_of_systemd(clinic: Run, api: TakApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tak-api-password").write_bytes(b"abc")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    fetched(clinic, api, "--user", "regionen")
    assert api.asked[0].headers["authorization"] == f"Basic {base64.b64encode(b'regionen:abc').decode()}"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--user", "a"), "web.no_password"),
        (("--user", "a", "--password-file", "nowhere"), "file.missing"),
        (("--user", "a", "--password-file", "empty"), "web.empty_password"),
        (("--user", "a:b", "--password-file", "password"), "web.user"),
        (("--password-file", "password"), "web.password_without_user"),
        (("--key", "password"), "web.key_without_cert"),
        (("--ca", "password"), "web.needs_https"),
        (("--timeout", "0"), "usage.out_of_range"),
    ],
)
def test_what_does_not_go_together(
    options: tuple[str, ...], code: str, clinic: Run, api: TakApi, password: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(password.parent)
    Path("empty").write_bytes(b"\n")
    assert failed(fetch(clinic, api, *options))[0] == code
    assert api.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "tak.example", "ftp://tak.example/", "https://", "https://a:b@tak.example/", "https://tak.example/?x=1", "file:///etc",
        "https://tak.example/#a", "https://tak.example:port/", "https://tak.exa mple/", "https://[::1/", "https://a/\n",
    ],
)  # fmt: skip
def test_what_is_no_address(url: str, clinic: Run) -> None:
    code, message = failed(fetch(clinic, url))
    assert code == "web.url"
    assert "a:b" not in message


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("http://localhost:1/x", True),
        ("http://127.0.0.9/x", True),
        ("http://[::1]/x", True),
        ("https://tak.example/x", True),
        ("http://tak.example/x", False),
        ("http://localhost.example/x", False),
        ("http://10.0.0.1/x", False),
    ],
)
def test_a_password_goes_over_plain_http_to_this_machine_only(url: str, may: bool) -> None:
    assert base_of("http://tak.example/x/", login=False, certificates=False) == "http://tak.example/x"
    if may:
        assert base_of(url, login=True, certificates=False) == url
    else:
        with pytest.raises(BadInput):
            base_of(url, login=True, certificates=False)


def test_no_redirect_leads_to_another_host(clinic: Run, api: TakApi, password: Path) -> None:
    with serving(TakApi(ways(OGON, EVERYTHING))) as other:
        api.faults.append(Fault(302, headers=(("Location", f"{other.url}/connectionPoints"),)))
        code, message = failed(fetch(clinic, api, "--user", "regionen", "--password-file", str(password)))
        assert (code, other.url.removesuffix(BASE) in message) == ("web.redirected", True)
        assert other.asked == []


def test_a_redirect_on_the_same_host_is_followed(clinic: Run, api: TakApi, password: Path) -> None:
    there = f"{BASE}/connectionPoints?platform=NTJP&environment=TEST"
    api.faults.append(Fault(302, headers=(("Location", there),)))
    fetched(clinic, api, "--user", "regionen", "--password-file", str(password))
    assert all("authorization" in each.headers for each in api.asked)


# ------------------------------------------------------------------------------------------------------ failures


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "web.unauthorized"),
        (403, "web.forbidden"),
        (404, "web.not_found"),
        (400, "web.status"),
        (304, "web.status"),
    ],
)
def test_a_refusal_is_not_tried_again(
    status: int, code: str, clinic: Run, api: TakApi, password: Path, waited: list[float]
) -> None:
    api.faults.append(Fault(status, PASSWORD.encode()))
    told, message = failed(fetch(clinic, api, "--user", "regionen", "--password-file", str(password)))
    assert (told, str(status) in message) == (code, True)
    assert (len(api.asked), waited) == (1, [])


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(status: int, clinic: Run, api: TakApi, waited: list[float]) -> None:
    api.faults += [Fault(status)] * (TRIES - 1)
    assert fetched(clinic, api)["new"] == len(EVERYTHING)
    assert len(waited) == TRIES - 1
    for place, wait in enumerate(waited, 1):
        assert 2**place / 2 <= wait <= 2**place


def test_it_gives_up_in_the_end(clinic: Run, api: TakApi, waited: list[float]) -> None:
    taken(clinic, export(*ways(OGON, SHOW)), at="2026-10-05")
    api.faults += [Fault(503, on="serviceProductions")] * TRIES
    assert failed(fetch(clinic, api)) == (
        "web.failing",
        "The API still answers with an error (status 503) after several tries. Nothing was changed: try again later.",
    )
    assert len(waited) == TRIES - 1
    assert checked(clinic)["snapshot"]["read_at"] == "2026-10-05T00:00:00+02:00"


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("17", 17, 17),
        ("0", 1, 2),
        ("3600", 60, 60),
        (format_datetime(datetime.now(UTC) + timedelta(minutes=2, hours=1), usegmt=True), 60, 60),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 1, 2),
        ("soon", 1, 2),
        ("9" * 400, 1, 2),
    ],
    ids=["seconds", "none", "an hour", "a date to come", "a date past", "a word", "too many digits"],
)
def test_retry_after(asked: str, least: float, most: float, clinic: Run, api: TakApi, waited: list[float]) -> None:
    api.faults.append(Fault(429, headers=(("Retry-After", asked),)))
    fetched(clinic, api)
    (wait,) = waited
    assert least <= wait <= most


def test_a_dropped_connection_is_tried_again(clinic: Run, api: TakApi, waited: list[float]) -> None:
    cut = Fault(headers=(("Content-Length", "1000"),), body=b"[")
    api.faults += [Fault(drops=True), cut]
    fetched(clinic, api)
    assert len(waited) == 2
    api.faults += [Fault(drops=True)] * TRIES
    assert failed(fetch(clinic, api, at="2026-10-11"))[0] == "web.dropped"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to a group of others")
def test_a_password_that_a_group_may_change(clinic: Run, api: TakApi, password: Path) -> None:
    password.chmod(0o660)
    os.chown(password, -1, 12345)
    code, said = failed(fetch(clinic, api, "--user", "regionen", "--password-file", str(password)))
    assert (code, f"chmod go-w {password}" in said, api.asked) == ("permissions.others", True, [])


def test_a_password_or_key_that_others_may_read(clinic: Run, api: TakApi, password: Path, tmp_path: Path) -> None:
    password.chmod(0o604)
    code, said = failed(fetch(clinic, api, "--user", "regionen", "--password-file", str(password)))
    assert (code, f"chmod o= {password}" in said, api.asked) == ("web.open_to_others", True, [])
    key = tmp_path / "key.pem"
    trustme.CA().private_key_pem.write_to_path(key)
    key.chmod(0o644)
    ran = fetch(clinic, "https://localhost:1", "--cert", str(key))
    assert failed(ran)[0] == "web.open_to_others"
    authority = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(authority)
    authority.chmod(0o646)
    code, said = failed(fetch(clinic, "https://localhost:1", "--ca", str(authority)))
    assert (code, f"chmod go-w {authority}" in said) == ("permissions.others", True)
    ran = clinic("--unsafe-permissions", *asked(api, "--user", "regionen", "--password-file", str(password)))
    assert (ran.status, ran.err) == (0, "")


def test_answers_made_to_harm(clinic: Run, api: TakApi, waited: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that is none, an answer without end, one that comes letter by letter, and another spelling."""
    monkeypatch.setattr("tidbok_cli.exchange.http.LARGEST", 1)
    for fault, wanted in (
        (Fault(302, headers=(("Location", "http://[::1"),)), "web.no_address"),
        (Fault(302, headers=(("Location", "file:///etc/passwd"),)), "web.status"),
        (Fault(body=b" " * (3 << 20)), "web.too_large"),
        (Fault(headers=(("X", "1"),) * 40, drips=0.05), "web.time_out"),
    ):
        api.faults.append(fault)
        assert failed(fetch(clinic, api, "--timeout", "1"))[0] == wanted
    assert failed(fetch(clinic, f"https://{'x' * 64}.example"))[0] == "web.no_address"
    loud = f"HTTP://tak.example{api.url.removeprefix('http://localhost')}"
    assert failed(fetch(clinic, loud, "--user", "a", "--password-file", "x"))[0] == "web.needs_https"
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    fetched(clinic, f"HTTP{api.url.removeprefix('http')}")


def test_no_answer_in_time(clinic: Run, api: TakApi, waited: list[float]) -> None:
    api.faults.append(Fault(waits=1.5))
    code, message = failed(fetch(clinic, api, "--timeout", "1"))
    assert (code, "within 1 s" in message, waited) == ("web.time_out", True, [])


def test_nobody_there(clinic: Run) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert failed(fetch(clinic, f"http://127.0.0.1:{port}"))[0] == "web.unreachable"


def test_no_such_host(clinic: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*asked: object, **more: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    code, message = failed(fetch(clinic, "http://tak.invalid/coop/api/v2"))
    assert (code, "tak.invalid" in message) == ("web.unknown_host", True)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"<html>", "not valid JSON at character 1"),
        (b"", "not valid JSON"),
        (b"\xff", "not UTF-8"),
        (b"[" * 100_000, "nests too deeply"),
        (b"{}", "“connectionPoints” is not a list of objects"),
        (b"[1]", "“connectionPoints” is not a list of objects"),
        (b'[{"id": 1}]', "connectionPoints 1 has no platform"),
        (b'[{"platform": "NTJP", "environment": "TEST"}]', "connectionPoints 1 has no id"),
        (b'[{"id": 2, "platform": "NTJP", "environment": "TEST"}]', "connectionPoints 1 has no snapshotTime"),
        (
            b'[{"id": 2, "platform": "NTJP", "environment": "TEST", "snapshotTime": "x"}]',
            "connectionPoints 1 has a snapshotTime that is no time",
        ),
    ],
)
def test_an_answer_that_is_not_as_described(body: bytes, named: str, clinic: Run, api: TakApi) -> None:
    api.faults.append(Fault(body=body))
    ran = clinic("coupling", "fetch", "--url", api.url, "--connection-point", "NTJP/TEST")
    assert (ran.status, ran.out, named in ran.err) == (2, "", True), ran.err
    assert checked(clinic)["snapshot"] is None


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("logicalAddresses", b'[{"id": 100}]', "logicalAddresses 1 has no logicalAddress"),
        ("logicalAddresses", json.dumps([{"logicalAddress": OGON}]).encode(), "logicalAddresses 1 has no id"),
        ("serviceProductions", b"[{}]", "serviceProductions 1, serviceContract” is not an object"),
        ("serviceProductions", b'[{"serviceContract": {}}]', "serviceProductions 1, serviceContract has no namespace"),
        (
            "serviceProductions",
            b'[{"serviceContract": {"namespace": "x"}, "serviceProducer": 1}]',
            "serviceProductions 1, serviceProducer” is not an object",
        ),
        (
            "serviceProductions",
            b'[{"serviceContract": {"namespace": "x"}, "rivtaProfile": 1}]',
            "serviceProductions 1 has a rivtaProfile that is no text",
        ),
    ],
)
def test_a_later_answer_that_is_not_as_described(path: str, body: bytes, named: str, clinic: Run, api: TakApi) -> None:
    api.faults.append(Fault(body=body, on=path))
    ran = clinic("coupling", "fetch", "--url", api.url, "--connection-point", "NTJP/TEST")
    assert (ran.status, ran.out, named in ran.err) == (2, "", True), ran.err
    assert checked(clinic)["snapshot"] is None


# ------------------------------------------------------------------------------------------------------- TLS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


def secured(authority: trustme.CA, *, host: str = "localhost", asks_for_certificate: bool = False) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    if asks_for_certificate:
        authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def test_over_tls(authority: trustme.CA, ca: str, clinic: Run, password: Path) -> None:
    with serving(TakApi(ways(OGON, EVERYTHING)), secured(authority)) as api:
        fetched(clinic, api, "--ca", ca, "--user", "regionen", "--password-file", str(password))
        assert "authorization" in api.asked[0].headers


def test_a_server_whom_nobody_vouches_for(authority: trustme.CA, ca: str, clinic: Run, password: Path) -> None:
    with serving(TakApi(), secured(trustme.CA())) as api:
        code, message = failed(fetch(clinic, api, "--ca", ca, "--user", "a", "--password-file", str(password)))
        assert (code, api.asked) == ("web.tls", [])
        assert "issuer" in message or "self-signed" in message


def test_a_server_of_another_name(authority: trustme.CA, ca: str, clinic: Run) -> None:
    with serving(TakApi(), secured(authority, host="tak.example")) as api:
        code, message = failed(fetch(clinic, api, "--ca", ca))
        assert (code, "localhost" in message, api.asked) == ("web.tls", True, [])


def test_an_old_tls_is_not_spoken(authority: trustme.CA, ca: str, clinic: Run, waited: list[float]) -> None:
    context = secured(authority)
    with pytest.warns(DeprecationWarning, match="TLS"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with serving(TakApi(), context) as api:
        assert failed(fetch(clinic, api, "--ca", ca))[0] in ("web.tls", "web.dropped")
        assert api.asked == []


def test_tls_where_there_is_none(clinic: Run, api: TakApi, waited: list[float]) -> None:
    assert failed(fetch(clinic, api.url.replace("http:", "https:")))[0] == "web.tls"


@pytest.mark.parametrize("apart", [True, False])
def test_a_client_certificate(apart: bool, authority: trustme.CA, ca: str, clinic: Run, tmp_path: Path) -> None:
    ours = authority.issue_cert("region.example")
    pem, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    if apart:
        ours.cert_chain_pems[0].write_to_path(pem)
        ours.private_key_pem.write_to_path(key)
    else:
        ours.private_key_and_cert_chain_pem.write_to_path(pem)
    options = ("--ca", ca, "--cert", str(pem), *(("--key", str(key)) if apart else ()))
    with serving(TakApi(ways(OGON, EVERYTHING)), secured(authority, asks_for_certificate=True)) as api:
        fetched(clinic, api, *options)


def test_without_the_client_certificate_that_is_asked_for(
    authority: trustme.CA, ca: str, clinic: Run, waited: list[float]
) -> None:
    with serving(TakApi(), secured(authority, asks_for_certificate=True)) as api:
        assert failed(fetch(clinic, api, "--ca", ca))[0] in ("web.tls", "web.dropped")
        assert api.asked == []


def test_files_that_are_no_certificates(authority: trustme.CA, ca: str, clinic: Run, tmp_path: Path) -> None:
    nothing, key = tmp_path / "nothing.pem", tmp_path / "key.pem"
    nothing.write_text("nothing")
    authority.issue_cert("other.example").private_key_pem.write_to_path(key)
    cert = tmp_path / "cert.pem"
    authority.issue_cert("region.example").cert_chain_pems[0].write_to_path(cert)
    url = "https://localhost:1"
    assert failed(fetch(clinic, url, "--ca", str(nothing)))[0] == "web.bad_certificate"
    assert failed(fetch(clinic, url, "--cert", str(nothing)))[0] == "web.bad_certificate"
    assert failed(fetch(clinic, url, "--cert", str(cert), "--key", str(key)))[0] == "web.bad_certificate"
    assert failed(fetch(clinic, url, "--cert", str(tmp_path / "nowhere")))[0] == "file.missing"


def test_a_key_with_a_passphrase_is_refused_without_asking(authority: trustme.CA, clinic: Run, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization as forms

    ours = authority.issue_cert("region.example")
    cert, locked = tmp_path / "cert.pem", tmp_path / "key.pem"
    ours.cert_chain_pems[0].write_to_path(cert)
    key = forms.load_pem_private_key(ours.private_key_pem.bytes(), None)
    form = (forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.BestAvailableEncryption(b"abc"))
    locked.write_bytes(key.private_bytes(*form))
    ran = fetch(clinic, "https://localhost:1", "--cert", str(cert), "--key", str(locked))
    assert failed(ran)[0] == "web.bad_certificate"
