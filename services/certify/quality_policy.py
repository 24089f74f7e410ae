"""When a recording is too poor to judge: part of the policy of the machine check."""

from pydantic import Field

from services.certify.policy_part import PolicyPart


class QualityPolicy(PolicyPart):
    """When a recording is too poor to judge: the cadre films again."""

    no_face_share: float = Field(default=0.1, ge=0, le=1)
    """With a face in no more of the frames than this there is no face to speak of."""
    min_face_share: float = Field(default=0.5, ge=0, le=1)
    """With a face in fewer of the frames than this the face was away."""
    max_face_gap_s: float = Field(default=0.5, gt=0)
    """A face may be lost this long (a turn of the head does that) before it counts as having left."""
    other_face_area: float = Field(default=0.3, gt=0, le=1)
    """A second face counts when its area is at least this share of the first one's: people in the background are
    smaller."""
    other_face_share: float = Field(default=0.2, gt=0, le=1)
    """… and when it is seen in at least this share of the looked-at frames: a false alarm of the detector is not."""
    other_face_looks: int = Field(default=2, gt=1)
    """… or in this many looks in a row, a third of a second apart: somebody came in, if only for half a second. In
    1,000 looks at one person the detector was never wrong about a second face of that size."""
    min_eye_distance_px: float = Field(default=24.0, gt=0)
    """Eyes nearer than this (in the judged frame) leave the liveness nets and the matcher too few pixels."""
    min_brightness: float = Field(default=25.0, ge=0, le=255)
    """Median grey level of the face."""
    max_brightness: float = Field(default=235.0, ge=0, le=255)
    """Median grey level of the face."""
    backlit_brightness: float = Field(default=60.0, ge=0, le=255)
    """A face darker than this, before …"""
    backlit_glare: float = Field(default=0.25, gt=0, le=1)
    """… a background of which this share is clipped white: the camera has measured the window, not the face. A genuine
    clip at 84 and 0.31 (a webcam before a window) is judged well."""
    backlit_light: float = Field(default=60.0, ge=0, le=255)
    """A face below ``min_brightness`` in a picture with at least this mean grey level is lit from behind, too: the room
    is not dark."""
    min_mouth_tone: float = Field(default=-0.12, le=0)
    """Between bare faces (−0.04 at least, on 458) and cloth that is not reddish (−0.2 at most, drawn on 34 clips and 30
    stills); see ``picture_quality.MouthColour``."""
    min_mouth_variety: float = Field(default=0.08, ge=0)
    """Between bare faces (0.13 at least) and cloth of one reddish dye (0.04 in the median, 0.2 and more in folds and
    shades)."""
    plain_mouth_variety: float = Field(default=0.16, ge=0)
    """Below this, and below …"""
    plain_mouth_share: float = Field(default=0.3, ge=0)
    """… this share of the upper face's own colour (weak cameras leave less of all) the mouth's region is cloth, too,
    when …"""
    plain_mouth_lips: float = Field(default=0.05, ge=0)
    """… the lips are no other colour than what is around them. All three hold on none of 460 bare faces, and on three
    quarters of the looks at drawn masks as red as skin or redder (python -m bench.verify.faults)."""
    max_mouth_purple: float = Field(default=0.9, gt=0)
    """Around the mouth no face is redder and bluer than above by more (0.74 at most); red and purple cloth is (1.1)."""
    min_mouth_blue: float = Field(default=-0.4, lt=0)
    """… nor less blue than this, and …"""
    mouth_blue_share: float = Field(default=0.8, ge=0)
    """… than this share of the upper face's own colour: a camera that leaves much of it (1.2) shows a bare mouth down
    to −0.46, and lower behind a browser's recorder; yellow and orange cloth is less blue still."""
    max_covered_share: float = Field(default=0.3, ge=0, le=1)
    """Cloth before the mouth in more of the looks than this: the face was covered."""
    max_covered_looks: int = Field(default=2, ge=0)
    """So many looks in a row at most: a mask that was pulled down in the middle was worn for a second and more. Not one
    look at the bare faces of 34 clips saw cloth."""
    min_hues: float = Field(default=0.4, ge=0)
    """Between faces in colour (0.7 at least, in one look of 34 clips) and the same in black and white (0.25)."""
    max_colourless_share: float = Field(default=0.5, ge=0, le=1)
    """Without colour, or with a wrong one, in more of the looks than this: cloth before a mouth would go unnoticed, and
    the liveness nets take such a face for a copy."""
    max_unclear_gap_s: float = Field(default=0.7, gt=0)
    """A hand or a thing was before the face for longer than this."""
    max_turned_share: float = Field(default=0.5, gt=0, le=1)
    """A face that lies in more of the looks than this: the phone was held wrongly."""
    max_unseen_s: float = Field(default=0.21, gt=0)
    """No new picture for longer than this, and something else behind it than before: it is not shown that the recording
    is one piece. A head may move as far in such a time as a cut moves it, so the pictures beside the gap cannot tell.
    Of ten frames a second one may be missing; a person who keeps still may miss any number."""
    min_sharpness: float = Field(default=12.0, ge=0)
    """Variance of the Laplacian of the face at 112×112."""
