"""Why the machine did not certify a clip: the closed set of reason codes (`verification_reason_texts` says them).

Codes are permanent: a code is never renamed or reused.
"""

from enum import StrEnum


class Decision(StrEnum):
    """What the machine says of a clip. It never refuses: what it cannot certify is filmed again or looked at by a
    person."""

    CERTIFIED = "certified"
    RETRY = "retry"
    REVIEW = "review"


class Reason(StrEnum):
    """A permanent reason code. ``retry`` codes are things a cadre can put right on the spot; ``review`` codes go to
    a reviewer."""

    CLIP_UNREADABLE = "clip_unreadable"
    CLIP_EMPTY = "clip_empty"
    CLIP_NO_VIDEO = "clip_no_video"
    CLIP_CODEC_UNSUPPORTED = "clip_codec_unsupported"
    CLIP_TOO_BIG = "clip_too_big"
    CLIP_TOO_LONG = "clip_too_long"
    CLIP_TOO_SHORT = "clip_too_short"
    CLIP_TOO_LARGE_PICTURE = "clip_too_large_picture"
    CLIP_TOO_COSTLY = "clip_too_costly"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    FACE_LEFT = "face_left"
    FACE_TOO_SMALL = "face_too_small"
    FACE_TOO_CLOSE = "face_too_close"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BACKLIT = "backlit"
    FACE_COVERED = "face_covered"
    PICTURE_TURNED = "picture_turned"
    BLURRED = "blurred"
    PICTURE_GREY = "picture_grey"
    FRAMES_MISSING = "frames_missing"
    ACTION_NOT_SEEN = "action_not_seen"
    ACTION_OUT_OF_ORDER = "action_out_of_order"
    ACTION_WRONG_TIME = "action_wrong_time"
    CLIP_LONGER_THAN_CHALLENGE = "clip_longer_than_challenge"
    CLIP_OLDER_THAN_CHALLENGE = "clip_older_than_challenge"
    CHALLENGE_EXPIRED = "challenge_expired"
    CHALLENGE_USED = "challenge_used"
    CHALLENGE_OTHER_VISIT = "challenge_other_visit"
    CHALLENGE_UNTRUSTED = "challenge_untrusted"
    NO_CHALLENGE = "no_challenge"
    PICTURE_FROZEN = "picture_frozen"
    PICTURE_REPEATED = "picture_repeated"
    PICTURE_STALLED = "picture_stalled"
    PICTURE_JUMPS = "picture_jumps"
    PICTURE_BLENDS = "picture_blends"
    FACE_FLAT = "face_flat"
    FACE_DRAWN = "face_drawn"
    SCREEN_PATTERN = "screen_pattern"
    SEEN_BEFORE = "seen_before"
    FILE_NOT_FROM_CAMERA = "file_not_from_camera"
    SOURCE_NOT_CAMERA = "source_not_camera"
    LIVENESS_LOW = "liveness_low"
    FACE_CHANGED = "face_changed"
    NO_REFERENCE = "no_reference"
    REFERENCE_UNREADABLE = "reference_unreadable"
    REFERENCE_NO_FACE = "reference_no_face"
    REFERENCE_SEVERAL_FACES = "reference_several_faces"
    REFERENCE_TOO_OLD = "reference_too_old"
    FACE_DIFFERS = "face_differs"
    FACE_HALVES_DIFFER = "face_halves_differ"
    ENGINE_ALONE = "engine_alone"
    HEAD_NOT_ASKED = "head_not_asked"
