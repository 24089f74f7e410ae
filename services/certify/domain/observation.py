"""What is measured on one frame, and the time series that the rules read. Pure: no picture in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Series = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FaceSigns:
    """The face of one frame. Angles in degrees: pitch > 0 down, yaw > 0 to the person's own left. The rest 0–1 and a
    ratio."""

    pitch: float
    yaw: float
    roll: float
    jaw_open: float
    """Blendshape jawOpen."""
    lip_gap: float
    """Gap between the inner lips over the mouth's width."""
    blink_left: float
    """Blendshape eyeBlinkLeft."""
    blink_right: float
    """Blendshape eyeBlinkRight."""


@dataclass(frozen=True)
class Observation:
    """One looked-at frame. ``face`` is null when no mesh could be laid on it, though a face may have been detected."""

    at_s: float
    """Seconds from the start of the clip."""
    seen: bool
    """A face was found by detector or mesh."""
    face: FaceSigns | None
    light: float | None = None
    """Mean grey level of the whole picture; null when it was not measured."""
    turned: int | None = None
    """Quarter turns (to the left) that would set a lying face upright, 0 when none is seen; null when the detector
    did not look."""


@dataclass(frozen=True)
class FaceCheck:
    """What the detector saw in one frame."""

    count: int
    """Faces of comparable size."""
    eye_distance_px: float
    room: float
    """How many times the face box fits into the picture around it, 2.7 at most."""
    brightness: float
    sharpness: float
    live: tuple[float, ...] | None
    """Score of each liveness net; null when the face is turned away, or every second look was plain enough."""
    glare: float | None = None
    """Share of the background that is clipped white; null without a background."""
    mouth_tone: float | None = None
    """How much redder than the upper face the mouth's region gets, in log(red / green): below 0 it is covered. Null
    when the face is turned away or the picture has no colour."""
    mouth_variety: float | None = None
    """Spread of the same over the mouth's region: cloth of one dye has next to none. Null as before."""
    skin_tone: float | None = None
    """Log(red / green) of the upper face: how much colour the camera leaves. Null when the face is turned away."""
    hues: float | None = None
    """Spread of the hues over the face: a picture in black and white has none. Null as before."""
    mouth_lips: float | None = None
    """How far the lips' colour is from that of what is around them. Null as ``mouth_tone``; so are those below."""
    mouth_purple: float | None = None
    """How much redder and bluer than the upper face that is, together."""
    mouth_blue: float | None = None
    """How much bluer."""


@dataclass(frozen=True)
class ClipCues:
    """What the cues of a presentation attack measured over a clip; ``None`` where one could not be measured, which says
    nothing. How each is measured: ``services.certify.cues``."""

    repeated: float | None = None
    """How near moving frames come to earlier ones, in steps from frame to frame; near 0 in a loop."""
    stalled_s: float | None = None
    """Longest time one picture is shown while the clip moves before and after."""
    unseen_s: float | None = None
    """Longest time without a new picture behind which more had changed than from one picture to the next."""
    jumped: float | None = None
    """How much the largest sudden step stands out from the steps beside it."""
    blended: float | None = None
    """How much better two pictures laid over one another explain the frames between them than motion does."""
    flatness_residual: float | None = None
    """What a plane leaves unexplained of the motion of points on the face, per cent of the distance between the
    eyes."""
    flatness_angle: float | None = None
    """Degrees between the two views of the face that were compared for it."""
    drawn: float | None = None
    """How far the skin slides off the mesh when the face turns, % of the distance between the eyes for each degree;
    little on a picture that a mesh has drawn."""
    trembling: float | None = None
    """How much places of the face shake against one another while the head rests, % of the distance between the eyes;
    measured where ``drawn`` is."""
    moire: float | None = None
    """Median over the looked-at faces of the peak of the spectrum over its surroundings."""
    grid: float | None = None
    """The same of how much lines of one width stand out over half of the picture and the face."""
    border: float | None = None
    """Mean over the looks of how many of the face's four sides have a straight edge."""
    highlights: float | None = None
    """Median over the looks of the per cent of the face that are white spots."""
    colour: float | None = None
    """Median over the looks of the spread of log(red / green) over the face."""
    pulse_db: float | None = None
    """Power of the strongest rhythm of the skin's colour over that of all others."""


@dataclass(frozen=True)
class FaceSeries:
    """The frames with a mesh, column by column; all arrays have one length and ``t`` rises."""

    t: Series
    pitch: Series
    yaw: Series
    jaw_open: Series
    lip_gap: Series
    eyes_closed: Series
    """The opener of the two eyes counts."""

    @classmethod
    def of(cls, observations: Sequence[Observation]) -> "FaceSeries":
        """Columns of the observations that have a mesh; single-frame spikes of the angles are smoothed away."""
        rows = [(o.at_s, o.face) for o in observations if o.face is not None]
        t = np.array([at for at, _ in rows], dtype=np.float64)

        def column(name: str) -> Series:
            return np.array([getattr(face, name) for _, face in rows], dtype=np.float64)

        return cls(
            t=t,
            pitch=median_of_three(column("pitch")),
            yaw=median_of_three(column("yaw")),
            jaw_open=column("jaw_open"),
            lip_gap=column("lip_gap"),
            eyes_closed=np.minimum(column("blink_left"), column("blink_right")),
        )

    def __len__(self) -> int:
        return len(self.t)


def median_of_three(values: Series) -> Series:
    """Each value replaced by the median of it and its neighbours; the ends stay."""
    if len(values) < 3:
        return values
    middle = np.median(np.stack([values[:-2], values[1:-1], values[2:]]), axis=0)
    return np.concatenate([values[:1], middle, values[-1:]])


def calmed(t: Series, values: Series, window_s: float) -> Series:
    """Moving average over about ``window_s`` seconds: a tremor is gone, a movement stays. Times may be uneven."""
    if len(values) < 3:
        return values
    frames = 2 * int(0.5 * window_s / float(np.median(np.diff(t))) + 0.25) + 1
    if frames < 3:
        return values
    padded = np.pad(values, frames // 2, mode="edge")
    return np.convolve(padded, np.full(frames, 1.0 / frames), mode="valid")
