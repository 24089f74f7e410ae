"""The certificates of the agencies' listener."""

from pathlib import Path

from cryptography import x509

from deploy.embedded import kafka_tls


def _server(folder: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificates((folder / kafka_tls.BROKER).read_bytes())[0]


def test_a_server_certificate_is_kept_until_it_ends_soon_or_names_another_host(tmp_path: Path) -> None:
    """A start changes nothing without need, and the authority never changes."""
    kafka_tls.prepare(tmp_path, "127.0.0.1")
    first, authority = _server(tmp_path), (tmp_path / kafka_tls.AUTHORITY).read_bytes()
    kafka_tls.prepare(tmp_path, "127.0.0.1")
    assert _server(tmp_path) == first
    kafka_tls.prepare(tmp_path, "kafka.county.example")
    other = _server(tmp_path)
    assert other.serial_number != first.serial_number
    assert (tmp_path / kafka_tls.AUTHORITY).read_bytes() == authority
    other.verify_directly_issued_by(x509.load_pem_x509_certificate(authority))


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    """The authority's certificate may be given to anyone; the keys to nobody."""
    kafka_tls.prepare(tmp_path, "localhost")
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {kafka_tls.AUTHORITY: 0o644, kafka_tls.AUTHORITY_KEY: 0o600, kafka_tls.BROKER: 0o600}
