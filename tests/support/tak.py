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

PRODUCER, PROFILE = "SE5560000000-P1", "RIVTABP21"
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


def ways(address: str, contracts: Iterable[str], **validity: str | None) -> tuple[Way, ...]:
    return tuple(Way(address, contract, **validity) for contract in contracts)  # type: ignore[arg-type]


def by_number(routes: Iterable[Way], taken: str = TAKEN) -> dict[str, Any]:
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
    return {"formatVersion": "1", "version": "0", "tidpunkt": taken, "data": data}


def by_name(routes: Iterable[Way], taken: str = TAKEN) -> dict[str, Any]:
    """The TAK-API's import form, which refers by names."""
    told = list(routes)
    data = {
        "rivtaprofil": [{"namn": PROFILE}],
        "tjansteproducent": [{"hsaId": PRODUCER}],
        "tjanstekonsument": [],
        "logiskadress": [{"hsaId": way.address} for way in told],
        "tjanstekontrakt": [{"namnrymd": way.namespace} for way in told],
        "anropsadress": [{"adress": way.url} for way in told],
        "anropsbehorighet": [],
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


def by_older_writer(routes: Iterable[Way], taken: str = TAKEN) -> dict[str, Any]:
    """The import form as an older writer has it."""
    newer = by_name(routes, taken)
    del newer["version"]
    return {"beskrivning": "Export", "utforare": "skript", "kommentar": "", **newer}


def export(*routes: Way, taken: str = TAKEN) -> str:
    return json.dumps(by_number(routes, taken))
