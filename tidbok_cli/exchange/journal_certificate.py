"""Our own certificate: whose it is, and how long it holds (contract, section 5).

Python's ssl reads only the other side's certificate, and offers no public way to look into a file. So the few fields
are read here, from DER (X.690): a certificate is a tree of type, length and content, and only its subject and validity
matter. It is not verified; the server does that.
"""

from __future__ import annotations

import re
import ssl
from datetime import UTC, datetime
from shlex import quote
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.journal import Consumer
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.file_bytes import file_bytes
from tidbok_cli.exchange.toml_file import unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
_ENCRYPTED: Final = (b"ENCRYPTED PRIVATE KEY", b"Proc-Type: 4,ENCRYPTED")
_PKCS12: Final = re.compile(rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...|\x84....)\x02\x01\x03", re.DOTALL)
"""How PKCS#12 begins: with a length, and its version, 3."""

_SERIAL_NUMBER: Final = bytes((0x55, 0x04, 0x05))
"""The attribute serialNumber, 2.5.4.5, in which SITHS has the HSA-id."""

_OID, _UTC_TIME, _VERSION = 0x06, 0x17, 0xA0
_TEXTS: Final = {0x1E: "utf-16-be", 0x14: "latin-1"}
"""Types of text that are not UTF-8: BMPString and T61String."""


class _Part(NamedTuple):
    kind: int
    content: bytes


def read_consumer(cert: Path, key: Path | None) -> Consumer:
    """Read the first certificate of a PEM file.

    Raises BadInput for one that cannot be used. PKCS#12 and a key with a password, which ssl cannot load, are told with
    the command that makes what it can.
    """
    content = content_of(cert)
    if _BEGIN not in content:
        raise _no_pem(content, cert)
    key_file = key or cert
    if any(mark in content_of(key_file) for mark in _ENCRYPTED):
        raise BadInput("journal.key_password", where=Where(str(key_file)), file=quote(str(key_file)))
    try:
        begins = content.index(_BEGIN)
        pem = content[begins : content.index(_END, begins) + len(_END)]
        consumer = _consumer(ssl.PEM_cert_to_DER_cert(pem.decode("ascii")))
    except (ValueError, IndexError, StopIteration):
        raise BadInput("web.bad_certificate", where=Where(str(cert))) from None
    if not consumer.hsa_id:
        raise BadInput("journal.no_serial_number", where=Where(str(cert)))
    return consumer


def content_of(path: Path) -> bytes:
    """Read a small file; raises BadInput where it cannot be read."""
    try:
        return file_bytes(path, 1)
    except OSError as error:
        problem = unreadable(error, str(path))
        raise BadInput(problem.code, where=problem.where, problems=(), **problem.params) from error


def _no_pem(content: bytes, cert: Path) -> BadInput:
    """Tell PKCS#12 from a file that is anything else."""
    if not _PKCS12.match(content):
        return BadInput("web.bad_certificate", where=Where(str(cert)))
    pem = cert.with_name(f"{cert.stem}-pem.pem" if cert.suffix == ".pem" else f"{cert.stem}.pem")
    return BadInput("journal.pkcs12", where=Where(str(cert)), file=quote(str(cert)), pem=quote(str(pem)))


def _parts(content: bytes) -> Iterator[_Part]:
    """Divide DER into its parts; raises IndexError or ValueError where it is none."""
    at = 0
    while at < len(content):
        kind, length, at = content[at], content[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(content[at : at + size], "big"), at + size
        if not 0 <= length <= len(content) - at:
            raise ValueError
        yield _Part(kind, content[at : at + length])
        at += length


def _consumer(der: bytes) -> Consumer:
    """Read subject and validity: version, number, algorithm, issuer, validity, subject, …."""
    signed = next(_parts(next(_parts(der)).content))
    fields = [part for part in _parts(signed.content) if part.kind != _VERSION]
    validity, subject = fields[3], fields[4]
    begins, ends = map(_instant, _parts(validity.content))
    return Consumer(_serial_number(subject.content), ends, begins)


def _serial_number(subject: bytes) -> str:
    """Return the subject's serialNumber; empty where it has none."""
    for names in _parts(subject):
        for attribute in _parts(names.content):
            kind, value = _parts(attribute.content)
            if kind == _Part(_OID, _SERIAL_NUMBER):
                return value.content.decode(_TEXTS.get(value.kind, "utf-8")).strip()
    return ""


def _instant(part: _Part) -> int:
    """Return a time in seconds UTC; of two digits a year, 50 and later are of the century before."""
    text = part.content.decode("ascii")
    if part.kind == _UTC_TIME:
        text = f"{'19' if text >= '5' else '20'}{text}"
    return int(datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp())
