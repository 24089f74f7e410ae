"""What can go wrong with the embedded stack: one exception, a permanent code each, and what to do next."""

from enum import StrEnum


class StackErrorCode(StrEnum):
    """Permanent codes of the embedded stack. A code is never reused for another meaning."""

    ALREADY_RUNNING = "stack.already-running"
    """Another process runs the stack of this data folder."""
    JAVA_MISSING = "stack.java-missing"
    """No Java of version 17 or later was found; Kafka runs on it."""
    MAVEN_MISSING = "stack.maven-missing"
    """No Maven was found, and Kafka's jars are not resolved yet."""
    JARS_UNRESOLVED = "stack.jars-unresolved"
    """Maven could not fetch Kafka's jars."""
    KAFKA_FORMAT_FAILED = "stack.kafka-format-failed"
    """Kafka could not format its data folder."""
    POSTGRES_MISSING = "stack.postgres-missing"
    """The wheel that carries PostgreSQL is not installed."""
    POSTGRES_USER_MISSING = "stack.postgres-user-missing"
    """We are root, and the system user that PostgreSQL must run as could not be made."""
    POSTGRES_INIT_FAILED = "stack.postgres-init-failed"
    """PostgreSQL could not initialise its data folder."""
    SUPERVISOR_FAILED = "stack.supervisor-failed"
    """The supervisor did not start, is gone, or refused to start a program."""
    PREPARE_FAILED = "stack.prepare-failed"
    """The database or the topics could not be prepared."""
    PROGRAM_NOT_READY = "stack.program-not-ready"
    """A program keeps ending or is not ready in time."""
    PROGRAM_UNKNOWN = "stack.program-unknown"
    """The stack has no program of that name."""
    NPM_MISSING = "stack.npm-missing"
    """No npm was found, and the demo's clips are not there yet."""
    CLIPS_UNRESOLVED = "stack.clips-unresolved"
    """npm could not fetch the demo's clips."""
    SETTING_INVALID = "stack.setting-invalid"
    """A variable ONEVISIT_… of the environment has a value that cannot be."""


class StackError(Exception):
    """The stack cannot do what was asked.

    Args:
        code: the permanent code.
        message: what is wrong, with the evidence (the tail of a log, the exit status).
        remedy: what to do next, as a sentence or a command.
    """

    def __init__(self, code: StackErrorCode, message: str, remedy: str) -> None:
        super().__init__(f"[{code}] {message}\n  next: {remedy}")
        self.code = code
        self.message = message
        self.remedy = remedy
