"""The official schemas of `crm:scheduling` 1.1, where they lie beside the project."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.paths import TEMPORARY, reference

PATTERN, MENDED = 'value="^[0-9]{8}[0-9pPtTfF][0-9]{3}$"', 'value="[0-9]{8}[0-9pPtTfF][0-9]{3}"'
"""An engine of XSD 1.0 takes `^` and `$` for letters, and refuses every person number."""


@cache
def mended() -> Path:
    """A copy of the schemas in which real person numbers are right; skips the test where there are none."""
    official = reference("rivta")
    copy = Path(tempfile.mkdtemp(prefix="tidbok-rivta-", dir=TEMPORARY))
    atexit.register(shutil.rmtree, copy, ignore_errors=True)
    shutil.copytree(official, copy, dirs_exist_ok=True)
    core = copy / "core_components" / "crm_scheduling_1.1.xsd"
    text = core.read_text(encoding="utf-8")
    assert PATTERN in text
    core.write_text(text.replace(PATTERN, MENDED), encoding="utf-8")
    return copy


def wsdl(contract: str) -> str:
    return str(mended() / "interactions" / f"{contract}Interaction" / f"{contract}Interaction_1.1_RIVTABP21.wsdl")


@cache
def schema(contract: str) -> Any:
    """The schema of a contract's messages, with the platform's headers."""
    etree = pytest.importorskip("lxml.etree")
    folder = mended()
    responder = folder / "interactions" / f"{contract}Interaction" / f"{contract}Responder_1.1.xsd"
    imports = (
        (f"urn:riv:crm:scheduling:{contract}Responder:1", responder),
        ("urn:riv:itintegration:registry:1", folder / "core_components" / "itintegration_registry_1.0.xsd"),
        ("urn:riv:interoperability:headers:1", folder / "core_components" / "interoperability_headers_1.0.xsd"),
    )
    told = "".join(f'<xs:import namespace="{name}" schemaLocation="{path.as_uri()}"/>' for name, path in imports)
    return etree.XMLSchema(etree.XML(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{told}</xs:schema>'))


def parts(envelope: bytes) -> list[Any]:
    """The header's elements and the body's message."""
    etree = pytest.importorskip("lxml.etree")
    return [part for section in etree.fromstring(envelope) for part in section]
