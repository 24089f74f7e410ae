"""The embedded broker: a real Apache Kafka (KRaft, one node), its jars resolved by Maven from ``deploy/kafka``."""

import base64
import fcntl
import hashlib
import os
import pwd
import re
import shutil
import subprocess
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded import kafka_tls
from deploy.embedded.errors import StackError, StackErrorCode
from deploy.embedded.programs import PROJECT, Program
from schemas.topic import LARGEST_MESSAGE_BYTES

POM = PROJECT / "deploy" / "kafka" / "pom.xml"
LOG_CONFIG = PROJECT / "deploy" / "kafka" / "log4j2.properties"

OLDEST_JAVA = 17
HEAP_MB = 512

SCRAM = "SCRAM-SHA-512"
AGENCY_CONNECTIONS = 200
"""Most connections of all agencies together: nobody outside may use up what the workers need."""
AGENCY_SESSION_MS = 5 * 60_000
"""How long an agency's connection lasts until it must show its password again (KIP-368): one whose access has ended
cannot, and its connection is closed. Until then no rule lets it read anything."""

RESOLVE_TIMEOUT_S = 600
FORMAT_TIMEOUT_S = 60
STAMP = ".pom-sha256"


def java() -> Path:
    """Find the ``java`` to run: that of ``JAVA_HOME``, else the first on the path.

    Raises:
        StackError: ``stack.java-missing`` when there is none, or it is older than 17.
    """
    home = os.environ.get("JAVA_HOME")
    beside_home = Path(home, "bin", "java") if home else None
    found = str(beside_home) if beside_home and beside_home.is_file() else shutil.which("java")
    remedy = "install a JDK of version 17 or later, for instance: apt-get install openjdk-17-jre-headless"
    if found is None:
        raise StackError(StackErrorCode.JAVA_MISSING, "Kafka needs Java, and no `java` is on the path", remedy)
    version = java_version(Path(found))
    if version is None or version < OLDEST_JAVA:
        message = f"Kafka needs Java {OLDEST_JAVA}, and `java` is {version or 'of an unknown version'}"
        raise StackError(StackErrorCode.JAVA_MISSING, message, remedy)
    return Path(found)


def java_version(program: Path) -> int | None:
    """Return the major version of a ``java`` program, None when it does not tell one."""
    try:
        told = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=30, check=False).stderr
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(match.group(1)) if match else None


def libs_folder() -> Path:
    """Return where the jars are kept: ``ONEVISIT_KAFKA_LIBS``, else ``var/kafka/libs`` of the project.

    The folder is shared by all stacks of the machine's user: 43 MB that never change while the pom does not.
    """
    chosen = os.environ.get("ONEVISIT_KAFKA_LIBS")
    return Path(chosen).resolve() if chosen else PROJECT / "var" / "kafka" / "libs"


def jars_resolved(libs: Path) -> bool:
    """Tell whether ``libs`` holds the jars of the present pom."""
    try:
        return (libs / STAMP).read_text(encoding="ascii") == _pom_hash()
    except OSError:
        return False


def resolve_jars(libs: Path, on_progress: Callable[[str], None]) -> None:
    """Have Maven put the jars of the pom into ``libs``, once for each state of the pom.

    The folder is filled beside and renamed into place under a lock, so an interrupted or a parallel run never leaves
    half a class path.

    Raises:
        StackError: ``stack.maven-missing`` or ``stack.jars-unresolved``.
    """
    libs.parent.mkdir(parents=True, exist_ok=True)
    with (libs.parent / (libs.name + ".lock")).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if jars_resolved(libs):
            return
        on_progress("resolving the jars of Apache Kafka with Maven (about 45 MB, once)")
        draft = libs.parent / (libs.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        _copy_dependencies(draft)
        (draft / STAMP).write_text(_pom_hash(), encoding="ascii")
        shutil.rmtree(libs, ignore_errors=True)
        draft.replace(libs)


def _pom_hash() -> str:
    return hashlib.sha256(POM.read_bytes()).hexdigest()


def _copy_dependencies(target: Path) -> None:
    if shutil.which("mvn") is None:
        message = "the jars of Kafka are not resolved yet, and no `mvn` is on the path"
        raise StackError(StackErrorCode.MAVEN_MISSING, message, "install Maven, for instance: apt-get install maven")
    command = ["mvn", "-q", "-B", "-C", "-f", str(POM), "dependency:copy-dependencies"]
    command += ["-DincludeScope=runtime", f"-DoutputDirectory={target}"]
    if not _has_home():
        command.append(f"-Dmaven.repo.local={target.parent / 'repository'}")
    output = ""
    for _attempt in range(3):
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=RESOLVE_TIMEOUT_S, check=False)
        except subprocess.TimeoutExpired:
            output = f"no answer within {RESOLVE_TIMEOUT_S} s"
            continue
        if run.returncode == 0 and list(target.glob("kafka_*.jar")):
            return
        output = (run.stdout + run.stderr).strip()[-2000:]
    remedy = f"check that Maven reaches its repository, then see what `mvn -f {POM} dependency:resolve` says"
    raise StackError(StackErrorCode.JARS_UNRESOLVED, f"Maven could not resolve the jars of Kafka: {output}", remedy)


def _has_home() -> bool:
    """Tell whether Maven can keep its repository in the user's home: Java asks the system for it, not ``HOME``."""
    with suppress(KeyError):
        return os.access(pwd.getpwuid(os.getuid()).pw_dir, os.W_OK)
    return False


@dataclass(frozen=True)
class AgencyDoor:
    """The listener by which agencies come in (docs/adr/0012-how-agencies-receive.md): TLS, and a password each.

    Attributes:
        host: name or address by which agencies reach it; on a loopback address it listens there only, else everywhere.
        port: its TCP port.
        tls: folder of its certificates.
    """

    host: str
    port: int
    tls: Path

    @property
    def listens_on(self) -> str:
        """The address to bind: that of this machine alone, unless agencies are to come from outside."""
        return "127.0.0.1" if self.host in {"127.0.0.1", "localhost"} else "0.0.0.0"  # noqa: S104 (what it is for)


def server_properties(*, data: Path, port: int, controller_port: int, agencies: AgencyDoor) -> str:
    """Render the broker's configuration.

    The workers' own listener has no password: it listens on loopback only, and who connects there is the anonymous
    user, who may do everything. On the agencies' listener nobody is anonymous: TLS and SCRAM come before the first
    request, and what no rule allows is denied.

    One node with everything at replication 1; topics are only ever made from ``schemas/topics.py``. The controller is
    named by ``controller.quorum.voters`` and not by a voter set written at formatting, because a port may change later.
    """
    settings = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}"
        f",AGENCIES://{agencies.listens_on}:{agencies.port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port},AGENCIES://{agencies.host}:{agencies.port}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,AGENCIES:SASL_SSL",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
        "allow.everyone.if.no.acl.found": "false",
        "listener.name.agencies.sasl.enabled.mechanisms": SCRAM,
        f"listener.name.agencies.{SCRAM.lower()}.sasl.jaas.config": (
            "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        ),
        f"listener.name.agencies.{SCRAM.lower()}.connections.max.reauth.ms": str(AGENCY_SESSION_MS),
        "listener.name.agencies.ssl.keystore.type": "PEM",
        "listener.name.agencies.ssl.keystore.location": str(agencies.tls / kafka_tls.BROKER),
        "listener.name.agencies.ssl.enabled.protocols": "TLSv1.3,TLSv1.2",
        "listener.name.agencies.max.connections": str(AGENCY_CONNECTIONS),
        "log.dirs": str(data),
        "auto.create.topics.enable": "false",
        "default.replication.factor": "1",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "share.coordinator.state.topic.num.partitions": "1",
        # A killed broker may register again only when its last session is over: 9 s by default.
        "broker.session.timeout.ms": "3000",
        "broker.heartbeat.interval.ms": "500",
        "group.initial.rebalance.delay.ms": "0",
        "message.max.bytes": str(LARGEST_MESSAGE_BYTES),
        "replica.fetch.max.bytes": str(LARGEST_MESSAGE_BYTES),
        "log.cleaner.dedupe.buffer.size": str(32 * 1024 * 1024),
        "num.network.threads": "2",
        "num.io.threads": "4",
    }
    return "".join(f"{key}={_escaped(value)}\n" for key, value in settings.items())


def _escaped(value: str) -> str:
    """Escape for a Java properties file, which is read as ISO-8859-1: a folder may have a Chinese name."""
    units = value.replace("\\", "\\\\").encode("utf-16-be")
    pairs = [int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2)]
    return "".join(chr(unit) if unit < 0x7F else f"\\u{unit:04x}" for unit in pairs)


def prepare(home: Path, libs: Path, *, port: int, controller_port: int, agencies: AgencyDoor) -> Program:
    """Write the configuration, format the data folder the first time, and return the program to supervise.

    Args:
        home: the broker's folder; holds ``server.properties`` and ``data/``.
        libs: folder of the jars.
        agencies: the listener by which agencies come in; its certificates are made when missing.

    Raises:
        StackError: ``stack.java-missing`` or ``stack.kafka-format-failed``.
    """
    runtime = java()
    data = home / "data"
    home.mkdir(parents=True, exist_ok=True)
    config = home / "server.properties"
    kafka_tls.prepare(agencies.tls, agencies.host)

    def written(folder: Path) -> str:
        return server_properties(data=folder, port=port, controller_port=controller_port, agencies=agencies)

    class_path = str(libs / "*")
    env = {"LC_ALL": "C.UTF-8"}
    logging = f"-Dlog4j2.configurationFile={LOG_CONFIG.as_uri()}"
    if not (data / "meta.properties").exists():
        # Formatted beside and renamed into place: a kill in the middle leaves nothing half made.
        draft = home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        config.write_text(written(draft), encoding="ascii")
        cluster = base64.urlsafe_b64encode(b"\x4f" + uuid.uuid4().bytes[1:]).decode("ascii").rstrip("=")  # no leading -
        command = [str(runtime), logging, "-cp", class_path, "kafka.tools.StorageTool", "format"]
        run = subprocess.run(
            [*command, "-t", cluster, "-c", str(config)],
            capture_output=True,
            text=True,
            timeout=FORMAT_TIMEOUT_S,
            check=False,
            env={**os.environ, **env},
        )
        if run.returncode != 0:
            message = f"Kafka could not format its folder: {(run.stdout + run.stderr).strip()[-2000:]}"
            remedy = f"check that {home} is writable and not full; `onevisit doctor` looks at disk and Java"
            raise StackError(StackErrorCode.KAFKA_FORMAT_FAILED, message, remedy)
        draft.replace(data)
    config.write_text(written(data), encoding="ascii")
    # Only the JVM's first compiler: on two busy cores it halves the CPU of a start (3.6 to 2.0 s), while the optimising
    # one cost half of the throughput of the first minute (110,000 against 230,000 messages of 400 bytes a second).
    options = ["-Xms64m", f"-Xmx{HEAP_MB}m", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError"]
    options += ["-Djava.awt.headless=true", logging]
    argv = (str(runtime), *options, "-cp", class_path, "kafka.Kafka", str(config))
    return Program(name="kafka", argv=argv, env=env, settle_s=1, stop_wait_s=45)
