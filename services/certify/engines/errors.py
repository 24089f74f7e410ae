"""Errors of the engines: a permanent code each; the message says what is wrong and what to do next."""

from enum import StrEnum


class ModelFault(StrEnum):
    """Why a model cannot be used. Permanent codes."""

    MISSING = "model_missing"
    WRONG_BYTES = "model_wrong_bytes"
    NOT_IN_PACKAGE = "model_not_in_package"
    DOWNLOAD_FAILED = "model_download_failed"
    NO_CLIENT = "model_no_client"
    NOT_STORED = "model_not_stored"
    LOCK_INVALID = "model_lock_invalid"


class ModelError(Exception):
    """A model file is missing, wrong or cannot be had. ``code`` is permanent, the text is for people."""

    def __init__(self, code: ModelFault, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
