"""The certificates of the broker's listener for agencies: an own authority, and a server certificate that it signs.

Agencies are given the authority's certificate (``ca.pem``) with their credentials and trust nothing else; the broker
reads ``broker.pem`` (key and chain). The server certificate is renewed under the same authority, so a renewal asks
nothing of the agencies. The authority is renewed under the same name and key, so both its certificates hold until the
older one ends, and each agency takes the new file when it suits it. Who is told in time: ``certificate_ends``.
"""

import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

FOLDER = "kafka-tls"
"""Below ``var``."""
AUTHORITY, AUTHORITY_KEY, BROKER = "ca.pem", "ca.key", "broker.pem"
AUTHORITY_LIFE = timedelta(days=3650)
SERVER_LIFE = timedelta(days=397)
"""The longest life that browsers take from a public authority; there is no reason to trust one for longer here."""
RENEW_BEFORE = timedelta(days=30)
"""A start, and the running stack once a day, renew a server certificate that ends sooner."""
_BACKDATED = timedelta(hours=1)
"""An agency's clock may be behind ours."""


def prepare(folder: Path, host: str) -> None:
    """Make the authority once, and a server certificate when there is none, it ends soon, or is of another host.

    An authority that has ended is made anew: nobody can come in by it any more, and the stack starts all the same.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / AUTHORITY_KEY).exists() or not (folder / AUTHORITY).exists():
        _make_authority(folder)
    if authority_ends(folder / AUTHORITY) <= datetime.now(UTC):
        renew_authority(folder, host)
    if not _serves(folder, host):
        renew(folder, host)


def renew(folder: Path, host: str) -> datetime:
    """Make a new key and server certificate under the authority; returns until when it is valid.

    Args:
        folder: where ``prepare`` made the authority.
        host: name or IP address by which agencies reach the broker.
    """
    authority = x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes())
    signer = _authority_key(folder)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "OneVisit Kafka")])
    ends = min(datetime.now(UTC) + SERVER_LIFE, authority.not_valid_after_utc)
    builder = _builder(name, key, authority.not_valid_before_utc, ends)
    certificate = (
        builder.issuer_name(authority.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_general_name(host)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    chain = certificate.public_bytes(serialization.Encoding.PEM) + authority.public_bytes(serialization.Encoding.PEM)
    _write(folder / BROKER, _private(key) + chain)
    return certificate.not_valid_after_utc


def renew_authority(folder: Path, host: str) -> datetime:
    """Make the authority's certificate anew under its name and key, and a server certificate; returns until when it is
    valid. Who has the older one trusts both until that ends.

    Args:
        folder: where ``prepare`` made the authority.
        host: as for ``renew``.
    """
    _write_authority(folder, _authority_key(folder))
    renew(folder, host)
    return authority_ends(folder / AUTHORITY)


def server_ends(folder: Path) -> datetime:
    """Until when the server certificate is valid."""
    return _server_certificate(folder).not_valid_after_utc


def authority_ends(file: Path) -> datetime:
    """Until when the first certificate of a PEM file to end is valid. Raises OSError, ValueError."""
    return min(one.not_valid_after_utc for one in x509.load_pem_x509_certificates(file.read_bytes()))


def _authority_key(folder: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key((folder / AUTHORITY_KEY).read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _make_authority(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    _write(folder / AUTHORITY_KEY, _private(key))
    _write_authority(folder, key)


def _write_authority(folder: Path, key: ec.EllipticCurvePrivateKey) -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "OneVisit county authority")])
    begins = _begun(folder)
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)  # signs certificates and lists
    certificate = (
        _builder(name, key, begins, datetime.now(UTC) + AUTHORITY_LIFE)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(folder / AUTHORITY, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)


def _begun(folder: Path) -> datetime:
    """Since when the authority is valid. Both certificates are made to begin with it: a clock that is ahead renews
    them, and when it is set right they must hold all the same."""
    known, now = folder / AUTHORITY, datetime.now(UTC) - _BACKDATED
    if not known.exists():
        return now
    return min(now, x509.load_pem_x509_certificate(known.read_bytes()).not_valid_before_utc)


def _builder(
    subject: x509.Name, key: ec.EllipticCurvePrivateKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _server_certificate(folder: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificates((folder / BROKER).read_bytes())[0]


def _serves(folder: Path, host: str) -> bool:
    try:
        certificate = _server_certificate(folder)
    except (OSError, ValueError):
        return False
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return _general_name(host) in names and certificate.not_valid_after_utc - datetime.now(UTC) > RENEW_BEFORE


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write beside and rename: the broker never reads half a key."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        out.write(content)
    draft.replace(path)
