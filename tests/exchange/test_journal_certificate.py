"""Our own certificate: whose it is, until when, and files that cannot be used."""

import shutil
import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ssl import DER_cert_to_PEM_cert

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from support.journal_certificates import CONSUMER, authority

from tidbok_cli.domain.journal import Consumer
from tidbok_cli.domain.journal_settings import JournalEnvironment, JournalSettings
from tidbok_cli.errors import BadInput
from tidbok_cli.exchange.journal_certificate import read_consumer
from tidbok_cli.exchange.journal_client import JournalClient

pytest.importorskip("lxml")

DAY = 24 * 3600


def code_of(cert: Path, key: Path | None = None) -> str:
    with pytest.raises(BadInput) as raised:
        read_consumer(cert, key)
    return raised.value.code


def made(
    subject: list[x509.NameAttribute[str]], ends: datetime = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, "SE-UTGIVAREN")])
    begins = datetime(1990, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(issuer, x509.Name(subject), key.public_key(), 1 << 150, begins, ends)
    return builder.sign(key, hashes.SHA256())


def written(folder: Path, certificate: x509.Certificate, key: bytes = b"") -> Path:
    path = folder / "client.pem"
    path.write_bytes(key + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_whose_it_is_and_until_when(tmp_path: Path) -> None:
    issued = authority(tmp_path).issue("client", serial_number=CONSUMER, begins=-3, ends=40)
    told = read_consumer(issued.cert, issued.key)
    certificate = x509.load_pem_x509_certificate(issued.cert.read_bytes())
    ends, begins = certificate.not_valid_after_utc, certificate.not_valid_before_utc
    assert told == Consumer(CONSUMER, int(ends.timestamp()), int(begins.timestamp()))


@pytest.mark.parametrize("kind", [_ASN1Type.UTF8String, _ASN1Type.PrintableString, _ASN1Type.BMPString])
@pytest.mark.parametrize("year", [2027, 2049, 2050, 9999])
def test_whatever_way_it_is_written(tmp_path: Path, kind: _ASN1Type, year: int) -> None:
    """Among other attributes, some of them long, and after a time that is written in either way."""
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "SE"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Region Exempel " + "å" * 40),
        x509.NameAttribute(NameOID.COMMON_NAME, "tidbok"),
        x509.NameAttribute(NameOID.SERIAL_NUMBER, "SE165565594230-1000", _type=kind),
    ]
    ends = datetime(year, 6, 30, 12, 0, 1, tzinfo=UTC)
    told = read_consumer(written(tmp_path, made(attributes, ends)), None)
    assert (told.hsa_id, told.valid_until) == ("SE165565594230-1000", int(ends.timestamp()))
    assert told.valid_from == int(datetime(1990, 1, 1, tzinfo=UTC).timestamp())


def test_the_first_certificate_of_a_chain_counts(tmp_path: Path) -> None:
    made_by = authority(tmp_path)
    issued = made_by.issue("client", serial_number=CONSUMER)
    chain = tmp_path / "chain.pem"
    chain.write_bytes(b"Bag Attributes\n  friendlyName: x\n" + issued.key.read_bytes() + issued.cert.read_bytes())
    chain.write_bytes(chain.read_bytes() + made_by.ca.read_bytes())
    assert read_consumer(chain, None).hsa_id == CONSUMER


def test_without_a_serial_number_nobody_knows_who_asks(tmp_path: Path) -> None:
    """The issuer's serialNumber, which this one has, is another's."""
    name = x509.NameAttribute(NameOID.COMMON_NAME, "tidbok")
    assert code_of(written(tmp_path, made([name]))) == "journal.no_serial_number"


def test_pkcs12_is_told_with_the_line_that_makes_pem(tmp_path: Path) -> None:
    """The line, run as it stands, makes a file that can be used."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, CONSUMER)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1, now, now + timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    kept = tmp_path / "vårt certifikat.p12"
    kept.write_bytes(
        pkcs12.serialize_key_and_certificates(b"tidbok", key, certificate, None, serialization.NoEncryption())
    )
    with pytest.raises(BadInput) as raised:
        read_consumer(kept, None)
    error = raised.value
    assert error.code == "journal.pkcs12"
    if shutil.which("openssl"):
        line = f"umask 077; openssl pkcs12 -in {error.params['file']} -out {error.params['pem']} -nodes"
        subprocess.run(["sh", "-c", f"{line} -passin pass:"], check=True, cwd=tmp_path, capture_output=True)
        pem = kept.with_suffix(".pem")
        assert (read_consumer(pem, None).hsa_id, pem.stat().st_mode & 0o077) == (CONSUMER, 0)


@pytest.mark.parametrize(
    ("name", "begins", "pem"),
    [
        ("client.p12", b"\x30\x80\x02\x01\x03\x30\x80", "client.pem"),
        ("client.pem", b"\x30\x82\x0a\x0b\x02\x01\x03\x30", "client-pem.pem"),
        ("client", b"\x30\x0b\x02\x01\x03", "client.pem"),
    ],
)
def test_pkcs12_is_never_written_over(tmp_path: Path, name: str, begins: bytes, pem: str) -> None:
    """Whatever way its length is written, and whatever it is called."""
    (tmp_path / name).write_bytes(begins)
    with pytest.raises(BadInput) as raised:
        read_consumer(tmp_path / name, None)
    assert raised.value.code == "journal.pkcs12"
    assert raised.value.params["pem"] == str(tmp_path / pem)


@pytest.mark.parametrize("content", [b"", b"0", b"0\x80", b"0\x82\xff", b"0\x03\x02\x01", b"hej", b"\xff" * 40])
def test_what_is_no_certificate(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "client.pem"
    path.write_bytes(content)
    assert code_of(path) == "web.bad_certificate"


def test_files_that_are_not_there(tmp_path: Path) -> None:
    issued = authority(tmp_path).issue("client", serial_number=CONSUMER)
    settings = JournalSettings("https://localhost:1/vp", JournalEnvironment.TEST)
    for cert, key, ca in (
        (tmp_path / "none", issued.key, None),
        (issued.cert, tmp_path / "none", None),
        (issued.cert, issued.key, tmp_path / "none"),
        (tmp_path, None, None),
    ):
        with pytest.raises(BadInput) as raised:
            JournalClient(settings, cert, key, ca)
        assert raised.value.code in ("file.missing", "file.is_folder")


def test_a_key_of_another(tmp_path: Path) -> None:
    made_by = authority(tmp_path)
    ours, other = (made_by.issue(name, serial_number=CONSUMER) for name in ("client", "other"))
    settings = JournalSettings("https://localhost:1/vp", JournalEnvironment.TEST)
    for key, ca in ((other.key, made_by.ca), (None, made_by.ca), (ours.key, ours.key)):
        with pytest.raises(BadInput) as raised:
            JournalClient(settings, ours.cert, key, ca)
        assert raised.value.code == "web.bad_certificate"


def test_der_is_no_pem(tmp_path: Path) -> None:
    path = tmp_path / "client.cer"
    name = x509.NameAttribute(NameOID.SERIAL_NUMBER, CONSUMER)
    path.write_bytes(made([name]).public_bytes(serialization.Encoding.DER))
    assert code_of(path) == "web.bad_certificate"


@pytest.mark.parametrize("kept", [serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL])
def test_a_key_with_a_password(tmp_path: Path, kept: serialization.PrivateFormat) -> None:
    key = rsa.generate_private_key(65537, 2048)
    cert = written(tmp_path, made([x509.NameAttribute(NameOID.SERIAL_NUMBER, CONSUMER)]))
    secret = serialization.BestAvailableEncryption(b"hemligt")
    path = tmp_path / "client.key"
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, kept, secret))
    assert code_of(cert, path) == "journal.key_password"
    cert.write_bytes(path.read_bytes() + cert.read_bytes())
    assert code_of(cert) == "journal.key_password"


DER = made([x509.NameAttribute(NameOID.SERIAL_NUMBER, CONSUMER)]).public_bytes(serialization.Encoding.DER)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), min_size=1, max_size=3))
def test_no_damage_is_a_crash(tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]) -> None:
    der = bytearray(DER)
    for place, value in changes:
        der[place % len(der)] = value
    path = tmp_path_factory.getbasetemp() / "damaged.pem"
    path.write_text(DER_cert_to_PEM_cert(bytes(der)), encoding="ascii")
    with suppress(BadInput):
        assert read_consumer(path, None).valid_until


@pytest.mark.parametrize(
    ("at", "code", "warning"),
    [
        (-1, "journal.certificate_not_yet", False),
        (0, None, False),
        (70 * DAY - 1, None, False),
        (70 * DAY, "journal.certificate_ends", True),
        (100 * DAY - 1, "journal.certificate_ends", True),
        (100 * DAY, "journal.certificate_over", False),
    ],
)
def test_when_it_is_told_of(at: int, code: str | None, warning: bool) -> None:
    doubt = Consumer(CONSUMER, 100 * DAY, 0).doubt(at)
    assert (doubt.code if doubt else None, bool(doubt and doubt.warning)) == (code, warning)
