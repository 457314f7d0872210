"""Authorities and certificates of a platform in a test: right ones, and such as must be refused."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONSUMER = "SE2321000024-TIDBOK"
_DAY = timedelta(days=1)
_SIGNS = x509.KeyUsage(
    key_cert_sign=True, crl_sign=True, digital_signature=False, content_commitment=False, key_encipherment=False,
    data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
)  # fmt: skip


@dataclass(frozen=True)
class Issued:
    """A certificate and its key, as files."""

    cert: Path
    key: Path


@dataclass(frozen=True)
class Authority:
    """An authority with its key, and its certificate as a file."""

    key: ec.EllipticCurvePrivateKey
    name: x509.Name
    ca: Path

    def issue(
        self,
        name: str,
        *,
        serial_number: str = "",
        hosts: tuple[str, ...] = (),
        begins: int = -1,
        ends: int = 365,
        is_forged: bool = False,
    ) -> Issued:
        """A certificate that holds from and until so many days after now: a server's, where it has hosts.

        A forged one is in the authority's name, and signed by another key.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        attributes = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
        if serial_number:
            attributes.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, serial_number))
        purpose = ExtendedKeyUsageOID.SERVER_AUTH if hosts else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = _builder(x509.Name(attributes), self.name, key, begins, ends)
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        by = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(by, critical=False)
        if hosts:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False
            )
        signs = ec.generate_private_key(ec.SECP256R1()) if is_forged else self.key
        certificate = builder.sign(signs, hashes.SHA256())
        issued = Issued(self.ca.with_name(f"{name}.pem"), self.ca.with_name(f"{name}.key"))
        _write(issued.cert, certificate.public_bytes(serialization.Encoding.PEM))
        _write(issued.key, key_bytes(key))
        return issued


def authority(folder: Path, name: str = "ca") -> Authority:
    """An authority whose certificate is `name.pem` in the folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Testutgivaren {name}")])
    builder = _builder(subject, subject, key, -1, 3650)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(_SIGNS, critical=True)
    made = Authority(key, subject, folder / f"{name}.pem")
    _write(made.ca, builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return made


def key_bytes(key: ec.EllipticCurvePrivateKey, password: bytes = b"") -> bytes:
    """A key in PEM, encrypted where there is a password."""
    kept = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, kept)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, begins: int, ends: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        subject_name=subject, issuer_name=issuer, public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now + begins * _DAY, not_valid_after=now + ends * _DAY,
    )  # fmt: skip
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
