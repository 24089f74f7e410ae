"""When certificates of the agencies' listener end: what renews itself, and what an operator is told, in time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from deploy.embedded import kafka_tls

AUTHORITY_BEFORE: Final = timedelta(days=180)
"""Every agency must put another file in place, and some change nothing for half a year."""
SERVER_BEFORE: Final = timedelta(days=21)
"""The running stack renews it 30 days before its end: when so few are left, that has failed."""
LOOK_EVERY: Final = timedelta(days=1)

RENEW: Final = "onevisit access kafka-renew"
RENEW_AUTHORITY: Final = f"{RENEW} --authority, then give {kafka_tls.AUTHORITY} to every agency that reads Kafka"


@dataclass(frozen=True)
class CertificateEnd:
    """A certificate, until when it is valid, and what to do before.

    Attributes:
        name: which certificate.
        ends: until when it is valid.
        due: from when on there is something to do.
        remedy: what.
    """

    name: str
    ends: datetime
    due: datetime
    remedy: str

    def said(self, now: datetime) -> str:
        """When it ends, or that it has ended."""
        return f"{self.name} {'ended' if self.ends <= now else 'ends'} on {self.ends:%Y-%m-%d}"


def certificate_ends(folder: Path, foreign: Mapping[str, Path]) -> Iterator[CertificateEnd]:
    """Every certificate that is there.

    Args:
        folder: that of the embedded broker's certificates; it may be absent.
        foreign: other PEM files of authorities, by the setting that names them. One that cannot be read is left out:
            whoever uses it says so.
    """
    if (folder / kafka_tls.AUTHORITY_KEY).exists():
        authority, server = kafka_tls.authority_ends(folder / kafka_tls.AUTHORITY), kafka_tls.server_ends(folder)
        yield CertificateEnd("Kafka's authority", authority, authority - AUTHORITY_BEFORE, RENEW_AUTHORITY)
        if server < authority:
            yield CertificateEnd("Kafka's certificate", server, server - SERVER_BEFORE, RENEW)
    for setting, file in foreign.items():
        try:
            ends = kafka_tls.authority_ends(file)
        except (OSError, ValueError):
            continue
        remedy = f"get the authority's next certificate, and put it into {file} beside the old one"
        yield CertificateEnd(f"authority of {setting}", ends, ends - AUTHORITY_BEFORE, remedy)


class CertificateWatch:
    """Looks once a day, while a stack runs: renews the server certificate, and tells what only a person can do."""

    def __init__(
        self,
        folder: Path,
        host: str,
        reload: Callable[[Path], None],
        foreign: Mapping[str, Path],
        tell: Callable[[str], None],
    ) -> None:
        """Watch.

        Args:
            folder: that of the embedded broker's certificates.
            host: name or address by which agencies reach that broker; empty: there is none.
            reload: has the broker take the certificate that lies there now.
            foreign: as for ``certificate_ends``.
            tell: told one line for each thing.
        """
        self._folder, self._host, self._reload = folder, host, reload
        self._foreign, self._tell = foreign, tell
        self._next: datetime | None = None

    def look(self, now: datetime | None = None) -> None:
        """Look, unless that was done today."""
        now = now or datetime.now(UTC)
        if self._next is not None and now < self._next:
            return
        self._next = now + LOOK_EVERY
        try:
            if self._host:
                self._renew(now)
            for one in certificate_ends(self._folder, self._foreign):
                if one.due <= now:
                    self._tell(f"{one.said(now)}: {one.remedy}")
        except Exception as error:
            self._tell(f"certificates could not be looked at ({type(error).__name__}): {RENEW}")

    def _renew(self, now: datetime) -> None:
        ends = kafka_tls.server_ends(self._folder)
        if ends - now <= kafka_tls.RENEW_BEFORE and ends < kafka_tls.authority_ends(self._folder / kafka_tls.AUTHORITY):
            until = kafka_tls.renew(self._folder, self._host)
            self._reload(self._folder / kafka_tls.BROKER)
            self._tell(f"renewed Kafka's certificate until {until:%Y-%m-%d}; agencies need nothing new")
