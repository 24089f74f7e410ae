"""From what the browser said of its camera to what is kept of it. Pure."""

from schemas.camera import CameraFacts, CameraKind, CameraStatement
from services.certify.domain.program_names import SCREEN_RECORDERS, VIRTUAL_CAMERAS


def facts_of(said: CameraStatement) -> CameraFacts:
    """The kind, where a well-known program names itself or the browser says that it is a screen. An unknown label and a
    missing one say nothing."""
    return CameraFacts(kind=_kind_of(said), facing=said.facing, offers=tuple(dict.fromkeys(said.offers)))


def _kind_of(said: CameraStatement) -> CameraKind | None:
    label = said.label.lower()
    if any(name in label for name in VIRTUAL_CAMERAS):
        return CameraKind.VIRTUAL_CAMERA
    if said.is_screen or any(name in label for name in SCREEN_RECORDERS):
        return CameraKind.SCREEN
    return None
