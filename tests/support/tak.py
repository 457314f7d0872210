"""TAK's exports in both forms, as tests need them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

SHOW = ("GetSubjectOfCareSchedule",)
CANCEL = ("CancelBooking", "GetBookingDetails")
REBOOK = ("UpdateBooking", "GetBookingDetails", "GetAllTimeTypes", "GetAvailableDates", "GetAvailableTimeslots")
BOOK = ("MakeBooking", "GetAllTimeTypes", "GetAvailableDates", "GetAvailableTimeslots")
EVERYTHING = tuple(dict.fromkeys((*SHOW, *CANCEL, *REBOOK, *BOOK)))

PRODUCER, PROFILE, CONSUMER = "SE5560000000-P1", "RIVTABP21", "SE2321000024-T001"
TAKEN = "2026-10-01T06:00:00Z"


@dataclass(frozen=True)
class Way:
    """A route (*vägval*) to a logical address; `begins` and `ends` as TAK writes them."""

    address: str
    contract: str
    begins: str = "2014-08-12T22:00:00+0000"
    ends: str | None = "2114-08-12T22:00:00+0000"

    @property
    def namespace(self) -> str:
        return f"urn:riv:crm:scheduling:{self.contract}Responder:1"

    @property
    def url(self) -> str:
        return f"https://journal.example/{self.contract}"


@dataclass(frozen=True)
class Leave:
    """A permission (*anropsbehörighet*) for a consumer at a logical address."""

    address: str
    contract: str
    consumer: str = CONSUMER
    begins: str = "2014-08-12T22:00:00+0000"
    ends: str | None = "2114-08-12T22:00:00+0000"

    @property
    def namespace(self) -> str:
        return Way(self.address, self.contract).namespace


def leaves(address: str, contracts: Iterable[str], **other: str | None) -> tuple[Leave, ...]:
    return tuple(Leave(address, contract, **other) for contract in contracts)  # type: ignore[arg-type]


def ways(address: str, contracts: Iterable[str], **validity: str | None) -> tuple[Way, ...]:
    return tuple(Way(address, contract, **validity) for contract in contracts)  # type: ignore[arg-type]


def by_number(routes: Iterable[Way], taken: str = TAKEN, permissions: Iterable[Leave] = ()) -> dict[str, Any]:
    """The export's own form, which refers by numbers."""
    data: dict[str, Any] = {
        "rivtaprofil": [{"id": 5, "namn": PROFILE, "beskrivning": "RIV TA BP version 2.1"}],
        "tjanstekomponent": [{"id": 9, "hsaId": PRODUCER, "beskrivning": "Cosmic"}],
        "logiskadress": [],
        "tjanstekontrakt": [],
        "anropsadress": [],
        "anropsbehorighet": [],
        "vagval": [],
    }
    for number, way in enumerate(routes, 100):
        data["logiskadress"].append({"id": number, "hsaId": way.address})
        data["tjanstekontrakt"].append({"id": number, "namnrymd": way.namespace, "majorVersion": 1})
        leads = {"rivtaprofil": 5, "tjanstekomponent": 9}
        data["anropsadress"].append({"id": number, "adress": way.url, "relationships": leads})
        refers = {"anropsadress": number, "logiskadress": number, "tjanstekontrakt": number}
        data["vagval"].append(
            {"id": number, "fromTidpunkt": way.begins, "tomTidpunkt": way.ends, "relationships": refers}
        )
    for number, leave in enumerate(permissions, 5000):
        data["logiskadress"].append({"id": number, "hsaId": leave.address})
        data["tjanstekontrakt"].append({"id": number, "namnrymd": leave.namespace, "majorVersion": 1})
        data["tjanstekomponent"].append({"id": number, "hsaId": leave.consumer})
        refers = dict.fromkeys(("logiskAdress", "tjanstekonsument", "tjanstekontrakt"), number)
        validity = {"fromTidpunkt": leave.begins, "tomTidpunkt": leave.ends}
        data["anropsbehorighet"].append({"id": number, "integrationsavtal": "T1", **validity, "relationships": refers})
    return {"formatVersion": "1", "version": "0", "tidpunkt": taken, "data": data}


def by_name(routes: Iterable[Way], taken: str = TAKEN, permissions: Iterable[Leave] = ()) -> dict[str, Any]:
    """The TAK-API's import form, which refers by names."""
    told, held = list(routes), list(permissions)
    named: list[Way | Leave] = [*told, *held]
    data = {
        "rivtaprofil": [{"namn": PROFILE}],
        "tjansteproducent": [{"hsaId": PRODUCER}],
        "tjanstekonsument": [{"hsaId": leave.consumer} for leave in held],
        "logiskadress": [{"hsaId": each.address} for each in named],
        "tjanstekontrakt": [{"namnrymd": each.namespace} for each in named],
        "anropsadress": [{"adress": way.url} for way in told],
        "anropsbehorighet": [
            {
                "fromTidpunkt": leave.begins,
                "tomTidpunkt": leave.ends,
                "relationships": {
                    "logiskAdress": leave.address,
                    "tjanstekonsument": leave.consumer,
                    "tjanstekontrakt": leave.namespace,
                },
            }
            for leave in held
        ],
        "vagval": [
            {
                "fromTidpunkt": way.begins,
                "tomTidpunkt": way.ends,
                "relationships": {
                    "logiskadress": way.address,
                    "tjanstekontrakt": way.namespace,
                    "anropsadress": way.url,
                    "rivtaProfil": PROFILE,
                    "tjansteproducent": PRODUCER,
                },
            }
            for way in told
        ],
    }
    return {"formatVersion": "1", "version": "0", "tidpunkt": taken, "data": data}


def by_older_writer(routes: Iterable[Way], taken: str = TAKEN, permissions: Iterable[Leave] = ()) -> dict[str, Any]:
    """The import form as an older writer has it."""
    newer = by_name(routes, taken, permissions)
    del newer["version"]
    return {"beskrivning": "Export", "utforare": "skript", "kommentar": "", **newer}


def export(*routes: Way, taken: str = TAKEN, permissions: Iterable[Leave] = ()) -> str:
    return json.dumps(by_number(routes, taken, permissions))
