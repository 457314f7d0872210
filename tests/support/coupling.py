"""TAK's exports read into a region, and a clinic whose coupling they say."""

import json
from collections.abc import Mapping
from typing import Any

from support.command_line import Ran, Run, done
from support.region import OGON

MEDHC = "SE2321000222-MedHc"
READ, ASKED = "2026-10-10", "2026-11-01"


def unit_file(hsa_id: str = OGON, services: str = "show cancel rebook book", coupling: str = "") -> str:
    offered = "\n".join(f"{service} = true" for service in services.split())
    return f"""\
hsa_id = "{hsa_id}"
name = "Ögonmottagningen"
alias = "ogon"
[services]
{offered}
[coupling]
calendar = "OGON-TB1"
{coupling}
[[care_service]]
code = "UPPF30"
label = "Besök"
show = true
cancel = true
rebook = true
"""


def take(run: Run, told: str | bytes | Mapping[str, Any], at: str = READ) -> Ran:
    text = told if isinstance(told, str | bytes) else json.dumps(told)
    return run("coupling", "import-tak", "-", "--allow-mass", "--at", at, "-o", "json", stdin=text)


def taken(run: Run, told: str | Mapping[str, Any], at: str = READ) -> dict[str, Any]:
    ran = take(run, told, at)
    done(ran)
    return dict(json.loads(ran.out))


def checked(run: Run, *units: str, at: str = ASKED) -> dict[str, Any]:
    ran = run("coupling", "check", *units, "--at", at, "-o", "json")
    value: dict[str, Any] = json.loads(ran.out)
    assert ran.status == int(not all(route["routed"] for route in value["routes"])), ran.err
    return value
