"""What can go wrong with the embedded stack: one exception, a permanent code each, and what to do next."""

from enum import StrEnum


class StackErrorCode(StrEnum):
    """Permanent codes of the embedded stack. A code is never reused for another meaning."""

    ALREADY_RUNNING = "stack.already-running"
    JAVA_MISSING = "stack.java-missing"
    MAVEN_MISSING = "stack.maven-missing"
    JARS_UNRESOLVED = "stack.jars-unresolved"
    KAFKA_FORMAT_FAILED = "stack.kafka-format-failed"
    POSTGRES_MISSING = "stack.postgres-missing"
    POSTGRES_USER_MISSING = "stack.postgres-user-missing"
    POSTGRES_INIT_FAILED = "stack.postgres-init-failed"
    SUPERVISOR_FAILED = "stack.supervisor-failed"
    PREPARE_FAILED = "stack.prepare-failed"
    PROGRAM_NOT_READY = "stack.program-not-ready"
    PROGRAM_UNKNOWN = "stack.program-unknown"
    NPM_MISSING = "stack.npm-missing"
    CLIPS_UNRESOLVED = "stack.clips-unresolved"


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
