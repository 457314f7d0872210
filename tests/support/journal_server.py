"""A stand-in for a journal behind the national platform: `crm:scheduling` 1.1 over mutual TLS, at fault when told to.

It knows nothing of the program: messages are written and read here, by the standard library. As a command, beside a
demo region: `journal_demo.py`.
"""

import gzip
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from support.journal_certificates import CONSUMER, Authority, Issued, authority

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
CORE = "urn:riv:crm:scheduling:1"
RIVTA = "%Y%m%d%H%M%S"


def namespace(contract: str) -> str:
    return f"urn:riv:crm:scheduling:{contract}Responder:1"


@dataclass(frozen=True)
class Slot:
    """A time in the journal's book, free without a resident; `start` and `end` as RIV-TA writes them."""

    unit: str
    start: str | None = "20261201090000"
    end: str | None = "20261201093000"
    booking_id: str | None = None
    resident: str | None = None
    code: str | None = "UPPF30"
    name: str | None = "Besök"
    cancel: str | None = "true"
    rebook: str | None = "true"
    invitation: str | None = "false"
    more: str = ""  # elements before bookingId, as written
    after: str = ""  # elements between timeTypeID and the booleans

    @property
    def xml(self) -> str:
        values = (
            ("startTimeInclusive", self.start),
            ("endTimeExclusive", self.end),
            ("healthcare_facility", self.unit),
            ("", self.more),
            ("bookingId", self.booking_id),
            ("subject_of_care", self.resident),
            ("timeTypeName", self.name),
            ("timeTypeID", self.code),
            ("", self.after),
            ("cancel_booking_allowed", self.cancel),
            ("rebooking_allowed", self.rebook),
        )
        told = "".join(_element(name, value) if name else value or "" for name, value in values)
        if self.invitation is not None:
            told += f'<isInvitation xmlns="{CORE}.1">{self.invitation}</isInvitation>'
        return told


@dataclass(frozen=True)
class Fault:
    """What is done instead of answering, or to the answer: to one contract or unit, or to any.

    `body` None: the true answer. `times`: so many calls; 0 is for ever.
    """

    status: int = 200
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    drops: bool = False  # nothing is answered
    waits: float = 0  # seconds before the answer
    drips: float = 0  # seconds before each letter of it
    cut: int = 0  # so many bytes are not sent
    gzips: bool = False
    raw: bytes = b""  # instead of any HTTP
    after: bool = False  # the journal has done what it was asked
    contract: str = ""
    unit: str = ""
    times: int = 1


def soap_fault(text: str, detail: str = "", **more: Any) -> Fault:
    """A SOAP fault with status 500, as the platform's (`VP007 …`) and a producer's."""
    return Fault(500, _fault(text, detail), **more)


def page(status: int = 200, **more: Any) -> Fault:
    """A page for people, where a message should be."""
    html = (("Content-Type", "text/html; charset=utf-8"),)
    return Fault(status, b"<html><body>Logga in</body></html>", html, **more)


def redirect(to: str, **more: Any) -> Fault:
    return Fault(302, b"", (("Location", to),), **more)


@dataclass
class Asked:
    """A call: the contract, the header's values, the body's elements, and all as it came."""

    contract: str
    address: str
    actor: str
    actor_type: str
    headers: dict[str, str]
    values: dict[str, str]
    body: bytes


@dataclass
class Journal:
    """What the journal holds, what is wrong with it, and what it was asked.

    `units` that the platform has routes to, in their own spelling; none: to any. `aggregator` answers for all of them,
    and `statuses` are its words about those that did not.
    """

    slots: list[Slot] = field(default_factory=list)
    units: Sequence[str] = ()
    types: Sequence[tuple[str, str]] = (("UPPF30", "Besök"), ("NYB45", "Nybesök 45 min"))
    care_types: Sequence[tuple[str, str]] = (("OGON", "Ögonsjukvård"),)
    faults: list[Fault] = field(default_factory=list)
    aggregator: str = ""
    statuses: dict[str, str] = field(default_factory=dict)
    info: str = ""  # the text of a resultCode INFO
    took: str | None = "120"  # x-skltp-prt
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    made: int = 0
    lock: Any = field(default_factory=threading.Lock)

    def fault_for(self, asked: Asked) -> Fault | None:
        """The first fault that is meant for a call, once less."""
        for place, fault in enumerate(self.faults):
            if fault.contract in ("", asked.contract) and fault.unit.upper() in ("", asked.address.upper()):
                if fault.times == 1:
                    del self.faults[place]
                elif fault.times:
                    self.faults[place] = replace(fault, times=fault.times - 1)
                return fault
        return None

    def answer(self, asked: Asked) -> tuple[int, bytes]:
        """Status and body, as a right journal answers."""
        if asked.address != asked.address.strip() or (
            self.units and asked.address.upper() not in {unit.upper() for unit in (*self.units, self.aggregator)}
        ):
            return 500, _fault(f"VP004 No receiver found for logical address {asked.address}")
        unit = asked.values.get("healthcare_facility") or asked.values.get("healthcare_facility_med")
        if unit != asked.address:
            return 500, _fault(f"Okänd mottagning {unit}")
        return getattr(self, f"_{asked.contract}")(asked)  # type: ignore[no-any-return]

    def _at(self, asked: Asked) -> list[Slot]:
        if self.aggregator and asked.address.upper() == self.aggregator.upper():
            failed = {unit.upper() for unit in self.statuses}
            return [slot for slot in self.slots if slot.unit.upper() not in failed]
        return [slot for slot in self.slots if slot.unit.upper() == asked.address.upper()]

    def _held(self, asked: Asked) -> Slot | None:
        wanted = asked.values.get("bookingId")
        return next((slot for slot in self._at(asked) if wanted and slot.booking_id == wanted), None)

    def _GetSubjectOfCareSchedule(self, asked: Asked) -> tuple[int, bytes]:  # noqa: N802
        resident = asked.values["subject_of_care"]
        found = [slot for slot in self._at(asked) if slot.resident == resident and slot.start is not None]
        return 200, self._told(asked, _slots(asked.contract, found))

    def _GetBookingDetails(self, asked: Asked) -> tuple[int, bytes]:  # noqa: N802
        held = self._held(asked)
        if held is None:
            return 500, _fault(f"Bokningen {asked.values.get('bookingId')} finns inte")
        return 200, self._told(asked, _slots(asked.contract, [held]))

    def _GetAllTimeTypes(self, asked: Asked) -> tuple[int, bytes]:  # noqa: N802
        return 200, self._told(asked, _types("ListOfTimeTypes", "timeType", self.types))

    def _GetAllCareTypes(self, asked: Asked) -> tuple[int, bytes]:  # noqa: N802
        return 200, self._told(asked, _types("careTypes", "careType", self.care_types))

    def _GetAllPerformers(self, asked: Asked) -> tuple[int, bytes]:  # noqa: N802
        one = _element("perfomer", "SE2321000024-DR1") + _element("firstName", "Vera") + _element("lastName", "Vård")
        return 200, self._told(asked, f"<m:performerInfos>{one}</m:performerInfos>")

    def _free(self, asked: Asked) -> list[Slot]:
        first, last = asked.values["startDateInclusive"], asked.values["endDateInclusive"]
        code = asked.values.get("timeTypeID")
        return [
            slot
            for slot in self._at(asked)
            if slot.resident is None and slot.start and first <= slot.start[:8] <= last and code in (None, slot.code)
        ]

    def _GetAvailableDates(self, asked: Asked) -> tuple[int, bytes]:  # noqa: N802
        days = sorted({(slot.start or "")[:8] for slot in self._free(asked)})
        unit = f"<m:healthcare_facility>{asked.address}</m:healthcare_facility>"
        days = [f"{unit}<m:date>{day}</m:date>" for day in days]
        found = "".join(f"<m:performerAvailabilityByDate>{day}</m:performerAvailabilityByDate>" for day in days)
        return 200, self._told(asked, found)

    def _GetAvailableTimeslots(self, asked: Asked) -> tuple[int, bytes]:  # noqa: N802
        return 200, self._told(asked, _slots(asked.contract, self._free(asked)))

    def _wanted(self, asked: Asked) -> Slot | None:
        start, code = asked.values.get("startTimeInclusive"), asked.values.get("timeTypeID")
        return next(
            (
                slot
                for slot in self._at(asked)
                if not slot.resident and slot.start == start and code in (None, slot.code)
            ),
            None,
        )

    def _MakeBooking(self, asked: Asked) -> tuple[int, bytes]:  # noqa: N802
        wanted = self._wanted(asked)
        if wanted is None:
            return 200, self._done(asked, "ERROR", "Tiden är inte ledig")
        self.made += 1
        booked = replace(wanted, booking_id=f"J-{self.made}", resident=asked.values["subject_of_care"])
        self.slots[self.slots.index(wanted)] = booked
        return 200, self._done(asked, booking=booked.booking_id)

    def _UpdateBooking(self, asked: Asked) -> tuple[int, bytes]:  # noqa: N802
        held, wanted = self._held(asked), self._wanted(asked)
        if held is None or wanted is None:
            return 200, self._done(asked, "ERROR", "Tiden är inte ledig")
        self.slots[self.slots.index(wanted)] = replace(wanted, booking_id=held.booking_id, resident=held.resident)
        self.slots[self.slots.index(held)] = replace(held, booking_id=None, resident=None)
        return 200, self._done(asked)

    def _CancelBooking(self, asked: Asked) -> tuple[int, bytes]:  # noqa: N802
        held = self._held(asked)
        if held is None:
            return 200, self._done(asked, "ERROR", f"Bokningen {asked.values.get('bookingId')} finns inte")
        self.slots[self.slots.index(held)] = replace(held, booking_id=None, resident=None)
        return 200, self._done(asked)

    def _done(self, asked: Asked, code: str = "", text: str = "", booking: str | None = None) -> bytes:
        code, text = code or ("INFO" if self.info else "OK"), text or self.info
        parts = (("bookingId", booking), ("resultCode", code), ("resultText", text or None))
        return self._told(asked, "".join(_element(f"m:{name}", value) for name, value in parts))

    def _told(self, asked: Asked, content: str) -> bytes:
        name = f"{asked.contract}Response"
        message = f'<m:{name} xmlns:m="{namespace(asked.contract)}" xmlns="{CORE}">{content}</m:{name}>'
        return envelope(message, self._header(asked))

    def _header(self, asked: Asked) -> str:
        """`ProcessingStatus`, where the aggregator answers."""
        if not self.aggregator or asked.address.upper() != self.aggregator.upper():
            return ""
        units = dict.fromkeys((*self.units, *self.statuses), "DataFromSource") | self.statuses
        told = "".join(
            f"<ProcessingStatusList>{_element('logicalAddress', unit)}{_element('statusCode', code)}"
            "<isResponseFromCache>false</isResponseFromCache></ProcessingStatusList>"
            for unit, code in units.items()
        )
        return f'<ProcessingStatus xmlns="urn:riv:interoperability:headers:1">{told}</ProcessingStatus>'


def envelope(body: str, header: str = "") -> bytes:
    head = f"<s:Header>{header}</s:Header>" if header else ""
    return f'<s:Envelope xmlns:s="{SOAP}">{head}<s:Body>{body}</s:Body></s:Envelope>'.encode()


def message(*slots: Slot) -> bytes:
    """An answer about a resident's booked times with these slots, whosever they are."""
    contract = "GetSubjectOfCareSchedule"
    name = f"{contract}Response"
    return envelope(f'<m:{name} xmlns:m="{namespace(contract)}" xmlns="{CORE}">{_slots(contract, slots)}</m:{name}>')


def _fault(text: str, detail: str = "") -> bytes:
    more = f"<detail>{escape(detail)}</detail>" if detail else ""
    return envelope(
        f"<s:Fault><faultcode>s:Server</faultcode><faultstring>{escape(text)}</faultstring>{more}</s:Fault>"
    )


def _element(name: str, value: str | None) -> str:
    return "" if value is None else f"<{name}>{escape(value)}</{name.partition(' ')[0]}>"


def _slots(contract: str, slots: Sequence[Slot]) -> str:
    return "".join(f"<m:timeslotDetail>{slot.xml}</m:timeslotDetail>" for slot in slots)


def _types(element: str, kind: str, types: Sequence[tuple[str, str]]) -> str:
    return "".join(
        f"<m:{element}>{_element(f'{kind}Name', name)}{_element(f'{kind}Id', code)}</m:{element}>"
        for code, name in types
    )


class _Handler(BaseHTTPRequestHandler):
    journal: Journal
    server: "_Server"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        asked = _read(body, {name.lower(): value for name, value in self.headers.items()})
        with self.journal.lock:
            self.journal.asked.append(asked)
            fault = self.journal.fault_for(asked)
            if fault is None or fault.body is None or fault.after:
                status, told = self.journal.answer(asked)
            if fault is None:
                fault = Fault()
        if fault.body is not None:
            status, told = fault.status, fault.body
        if (fault.waits and self.server.ended.wait(fault.waits)) or fault.drops:
            self.close_connection = True
            return
        if fault.raw:
            self.wfile.write(fault.raw)
            self.close_connection = True
            return
        self._write(status, told, fault)

    def _write(self, status: int, body: bytes, fault: Fault) -> None:
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        if self.journal.took is not None:
            headers["x-skltp-prt"] = self.journal.took
        if fault.gzips:
            body = gzip.compress(body)
            headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(body))
        self.send_response(status)
        for name, value in {**headers, **dict(fault.headers)}.items():
            self.send_header(name, value)
        self.end_headers()
        body = body[: len(body) - fault.cut]
        for place in range(0, len(body), 1 if fault.drips else len(body)):
            self.wfile.write(body[place : place + 1] if fault.drips else body)
            if fault.drips and self.server.ended.wait(fault.drips):
                break
        self.close_connection = True

    def do_GET(self) -> None:
        """Where a redirect leads to: nobody should come here."""
        self.journal.asked.append(Asked("GET", self.path, "", "", {}, {}, b""))
        self.send_error(404)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the library calls it
        """Silent."""


def _read(body: bytes, headers: dict[str, str]) -> Asked:
    root = ET.fromstring(body)
    header, content = root.find(f"{{{SOAP}}}Header"), root.find(f"{{{SOAP}}}Body")
    assert header is not None and content is not None
    message = content[0]
    contract = message.tag.rpartition("}")[2]
    assert headers["soapaction"] == f'"{namespace(contract)}:{contract}"', headers["soapaction"]
    assert not any(name.startswith("x-vp-") for name in headers)
    texts = {each.tag.rpartition("}")[2]: each.text or "" for each in message.iter() if each.text}
    raw = {each.tag.rpartition("}")[2]: each.text or "" for each in header.iter()}
    return Asked(
        contract, raw.get("LogicalAddress", ""), raw.get("actorId", ""), raw.get("actorType", ""), headers, texts, body
    )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.ended = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away, or whose certificate is refused, is none of the test's business."""


@dataclass
class Platform:
    """Certificates that platform and consumer show each other, all in one folder."""

    authority: Authority
    server: Issued
    client: Issued
    trusted: Path  # whom the server believes about clients

    @property
    def folder(self) -> Path:
        return self.authority.ca.parent

    @property
    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server.cert, self.server.key)
        context.load_verify_locations(self.trusted)
        context.verify_mode = ssl.CERT_REQUIRED
        return context


def platform(folder: Path) -> Platform:
    """A platform whose files are ca.pem, client.pem and client.key in the folder, made where it is not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = authority(folder)
    server = made.issue("server", hosts=("localhost", "127.0.0.1"))
    return Platform(made, server, made.issue("client", serial_number=CONSUMER), made.ca)


def journal_table(journal: Journal, platform: Platform, residents: Sequence[str], **more: Any) -> str:
    """The table `[journal]` of a tidbok.toml that asks this journal."""
    table = {
        "url": journal.url,
        "environment": "test",
        "cert": str(platform.client.cert),
        "key": str(platform.client.key),
        "ca": str(platform.authority.ca),
        "test_residents": list(residents),
        "timeout_seconds": 5,
        **({"aggregator": journal.aggregator} if journal.aggregator else {}),
        **more,
    }
    lines = (f"{name} = {_toml(value)}" for name, value in table.items())
    return "\n".join(("[journal]", *lines, ""))


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


@contextmanager
def serving(journal: Journal, platform: Platform, context: ssl.SSLContext | None = None) -> Iterator[Journal]:
    """The journal on a free port of this machine, `journal.url`."""
    server = _Server(type("Handler", (_Handler,), {"journal": journal}))
    secure = context or platform.context
    server.socket = secure.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    journal.url = f"https://localhost:{server.server_port}/vp"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield journal
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
