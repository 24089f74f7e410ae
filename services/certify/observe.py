"""Looks at the frames of one clip, one after the other: who is there, how the face moves, how alive it looks, which
frames are best.

This is the only place where pictures become numbers; the rules that judge the numbers are in
``services.certify.domain``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

import cv2
import numpy as np

from services.certify.candidate import Candidate
from services.certify.cues.border import straight_sides
from services.certify.cues.crossfade import blended
from services.certify.cues.drawn import drawn
from services.certify.cues.fleeting import cut
from services.certify.cues.moire import spectral_peak
from services.certify.cues.pixel_grid import pixel_grid
from services.certify.cues.planarity import View, measure_depth, scale_for, view
from services.certify.cues.pulse import SkinColour, pulse_db, skin_colour
from services.certify.cues.surface import Surface, measure_surface
from services.certify.cues.timeline import Moment, moment, repeated, stalled_s, unseen_s
from services.certify.cues.trembling import trembling
from services.certify.decode.reader import Frame
from services.certify.domain.motion import Motion, Pose, motion_of
from services.certify.domain.observation import ClipCues, FaceCheck, Observation
from services.certify.engines.arrays import Image
from services.certify.engines.liveness_crop import room_around
from services.certify.engines.loader import Engines
from services.certify.engines.ports import FaceBox, FaceMesh
from services.certify.face_at_rest import between, rests
from services.certify.liveness_looks import LivenessLooks
from services.certify.main_face import inside, main_face
from services.certify.picture_quality import find_turns, measure_colour, measure_light
from services.certify.policy import VerificationPolicy
from services.certify.signs import face_signs, pose

_DETECT_EVERY_S = 0.33
"""The detector (3 ms) looks this often, and whenever the mesh has lost the face; between, the mesh follows it."""

_MOUTH_MAX_YAW_DEG = 25.0
"""Turned further, the mouth's region holds less of the mouth."""

SMALL_SIDE = 160
"""Pixels of the longer side of the small picture, for motion and for what is measured on the whole of it."""
_SMALLEST_SIDE = 48

_LEAST_WAIT_S, _LONGEST_WAIT_S = 0.05, 0.14
"""A frame may wait this long after a look: one or two of 15 a second, none of the 30 at which blinks are looked for.
The least action takes 0.3 s, of which a look every 0.2 s sees three quarters."""

_STIRS, _STIRS_LEAST, _BESIDE = 4.0, 0.5, 6
"""A picture that changes so many times as much as in the median of the frames before it, and so many grey levels, holds
something new. What is left out beside a cut hides none: the step of a face at rest is twice its floor at most
(`face_at_rest`), and the mean of the two ratios (`cues.timeline.jumped`) below 2.9."""


@dataclass(frozen=True)
class _Seen:
    """A frame with what is measured on the whole of it."""

    frame: Frame
    light: float
    """Mean grey level."""
    small: Image
    """The frame small and grey."""
    colours: Image
    """The same in colour."""


class Observer:
    """Feed it every frame with ``look``, then call ``end``; read the lists afterwards."""

    def __init__(self, engines: Engines, policy: VerificationPolicy) -> None:
        self._detector, self._landmarker = engines.detector(), engines.landmarker()
        self._charts = engines.charts()
        nets = engines.liveness_nets()
        self._liveness = LivenessLooks(nets)
        self._policy = policy
        self._mesh: FaceMesh | None = None
        self._next_detection = self._next_turn = float("-inf")
        self._small: Image | None = None
        self._waiting: list[_Seen] = []
        self._at_rest = False
        self.net_names = tuple(net.name for net in nets)
        self.observations: list[Observation] = []
        self.checks: list[FaceCheck] = []
        self.motions: list[float] = []
        self._best: dict[int, Candidate] = {}
        self._moments: list[Moment] = []
        self._views: list[View] = []
        self._view_scale: float | None = None
        self._patterns: list[tuple[float, float]] = []
        self._sides: list[int] = []
        self._surfaces: list[Surface] = []
        self._skin: list[SkinColour] = []
        self._poses: list[Pose] = []

    def look(self, frame: Frame) -> None:
        """Take one frame in."""
        if min(frame.image.shape[:2]) < _SMALLEST_SIDE:
            self._end_waiting()
            self.observations.append(Observation(frame.at_s, seen=False, face=None))
            return
        seen = self._measure_motion(frame)
        if self._may_wait(frame):
            self._waiting.append(seen)
            return
        boxes: list[FaceBox] | None = None
        turned: int | None = None
        if self._mesh is not None:
            self._follow(frame, self._mesh)
        if self._mesh is None or frame.at_s >= self._next_detection:
            boxes = self._detector.detect(frame.image)
            main = main_face(boxes, self._mesh)
            self._next_detection = frame.at_s + _DETECT_EVERY_S
            if frame.at_s >= self._next_turn:
                turned = find_turns(self._detector, frame.image, main)
                self._next_turn = frame.at_s + _DETECT_EVERY_S
            if main is None:
                self._mesh = None
            elif self._mesh is None or not inside(self._mesh, main):
                self._mesh = self._landmarker.trace(frame.image, main)
            if main is not None:
                self._check(frame, boxes, main)
                self._sides.append(straight_sides(seen.small, main, _scale(frame.image)))
                self._surfaces.append(measure_surface(frame.image, main))
        self._record(seen, self._mesh, found=bool(boxes), turned=turned)

    def _may_wait(self, frame: Frame) -> bool:
        """Whether later frames may tell what is in this one: face and picture at rest, and no look of the detector
        due."""
        if self._mesh is None or not self._at_rest or self._stirs() or frame.at_s >= self._next_detection:
            return False
        return _LEAST_WAIT_S <= frame.at_s - self.observations[-1].at_s <= _LONGEST_WAIT_S

    def _stirs(self) -> bool:
        """Whether the picture has changed more than it did before."""
        *before, last = self.motions[-1 - _BESIDE :] or [float("inf")]
        return last > max(_STIRS_LEAST, _STIRS * median(before or [0.0]))

    def _follow(self, frame: Frame, before: FaceMesh) -> None:
        """Lays the mesh on this frame; then those that waited have looks on both sides."""
        self._mesh = self._landmarker.trace(frame.image, before)
        self._at_rest = self._mesh is not None and rests(before, self._mesh) and not self._stirs()
        waited, self._waiting = self._waiting, []
        if self._mesh is not None and self._at_rest:
            began = self.observations[-1].at_s
            for seen in waited:
                share = (seen.frame.at_s - began) / (frame.at_s - began)
                self._record(seen, between(before, self._mesh, share))
            return
        found = self._look_at(waited, before)
        if self._mesh is None and found is not None:
            self._mesh = self._landmarker.trace(frame.image, found)

    def _look_at(self, waited: Sequence["_Seen"], before: FaceMesh) -> FaceMesh | None:
        """Lays the mesh on frames that waited in vain; returns that of the last one."""
        found: FaceMesh | None = None
        for seen in waited:
            found = self._landmarker.trace(seen.frame.image, before)
            self._record(seen, found)
            before = found or before
        return found

    def _record(self, seen: "_Seen", mesh: FaceMesh | None, *, found: bool = False, turned: int | None = None) -> None:
        frame = seen.frame
        self._moments.append(moment(frame.at_s, seen.small, mesh))
        if mesh is not None:
            self._view_scale = self._view_scale or scale_for(mesh)
            self._views.append(view(frame.at_s, frame.image, mesh, self._view_scale))
            skin = skin_colour(frame.at_s, seen.colours, mesh, _scale(frame.image))
            self._skin += [] if skin is None else [skin]
        signs = None if mesh is None else face_signs(mesh)
        place = self._moments[-1].place
        if signs is not None and place is not None:
            self._poses.append(pose(frame.at_s, signs, place))
        self.observations.append(
            Observation(frame.at_s, seen=mesh is not None or found, face=signs, light=seen.light, turned=turned)
        )

    def end(self) -> None:
        """The last frame has been seen."""
        self._end_waiting()
        for number, live in self._liveness.rest():
            self.checks[number] = replace(self.checks[number], live=live)

    def _end_waiting(self) -> None:
        """Nothing more can tell what is in the frames that wait."""
        waited, self._waiting = self._waiting, []
        if self._mesh is not None:
            self._look_at(waited, self._mesh)

    def cues(self) -> ClipCues:
        """What the cues say of the frames seen."""
        depth = measure_depth(self._views)
        least = self._policy.pad.min_frames
        enough, patterned = len(self._surfaces) >= least, len(self._patterns) >= least
        moire, grid = np.median(self._patterns, axis=0).tolist() if patterned else (None, None)
        slide = drawn(self._views, self._charts)
        return ClipCues(
            repeated=repeated(self._moments),
            stalled_s=stalled_s(self._moments),
            unseen_s=unseen_s(self._moments),
            jumped=cut(self._moments),
            blended=blended(self._moments),
            flatness_residual=None if depth is None else depth.residual,
            flatness_angle=None if depth is None else depth.angle,
            drawn=slide,
            trembling=None if slide is None else trembling(self._views),
            moire=moire,
            grid=grid,
            border=float(np.mean(self._sides)) if enough else None,
            highlights=float(np.median([surface.highlights for surface in self._surfaces])) if enough else None,
            colour=float(np.median([surface.colour for surface in self._surfaces])) if enough else None,
            pulse_db=pulse_db(self._skin),
        )

    def motion(self) -> Motion:
        """How the face moved: what is compared with earlier recordings of the person."""
        return motion_of(self._poses)

    def best_frames(self) -> list[Candidate]:
        """The best frame of each second, unless the face is turned or bowed too far from neutral to be known again."""
        pitches = [observation.face.pitch for observation in self.observations if observation.face is not None]
        neutral = float(np.median(pitches)) if pitches else 0.0
        limit = self._policy.match.max_pitch_deg
        return [frame for _, frame in sorted(self._best.items()) if abs(frame.pitch - neutral) <= limit]

    def _check(self, frame: Frame, boxes: list[FaceBox], main: FaceBox) -> None:
        least = self._policy.quality.other_face_area * main.area
        others = [b for b in boxes if b is not main and b.area >= least]
        light = measure_light(frame.image, main)
        peak, grid = spectral_peak(frame.image, main), pixel_grid(frame.image, main)
        if peak is not None and grid is not None:
            self._patterns.append((peak, grid))
        limits = self._policy.match
        yaw = None if self._mesh is None else abs(self._mesh.yaw)
        frontal = yaw is not None and yaw <= limits.max_yaw_deg
        facing = self._mesh if yaw is not None and yaw <= _MOUTH_MAX_YAW_DEG else None
        colour = None if facing is None else measure_colour(frame.image, facing)
        mouth = None if colour is None else colour.mouth
        self.checks.append(
            FaceCheck(
                count=1 + len(others),
                eye_distance_px=float(np.linalg.norm(main.points[0] - main.points[1])),
                room=room_around(frame.image, main),
                brightness=light.brightness,
                sharpness=light.sharpness,
                glare=light.glare,
                mouth_tone=None if mouth is None else mouth.tone,
                mouth_variety=None if mouth is None else mouth.variety,
                skin_tone=None if colour is None else colour.skin,
                hues=None if colour is None else colour.hues,
                mouth_lips=None if mouth is None else mouth.lips,
                mouth_purple=None if mouth is None else mouth.purple,
                mouth_blue=None if mouth is None else mouth.blue,
                live=self._liveness.take(len(self.checks), frame.image, main) if frontal else None,
            )
        )
        if self._mesh is None or abs(self._mesh.yaw) > self._policy.pad.identity_max_yaw_deg:
            return
        signs = face_signs(self._mesh)
        blink = max(signs.blink_left, signs.blink_right)
        candidate = Candidate(
            frame.at_s, frame.image, main, signs.yaw, signs.pitch, light.sharpness, signs.jaw_open, blink
        )
        self.keep(candidate)

    def keep(self, candidate: Candidate) -> None:
        """Keep the frame when it is the best of its second: frames of one moment say the same thing twice."""
        second = int(candidate.at_s)
        if second not in self._best or candidate.worth > self._best[second].worth:
            self._best[second] = candidate

    def _measure_motion(self, frame: Frame) -> "_Seen":
        """Notes the change from the frame before."""
        image, scale = frame.image, _scale(frame.image)
        colours = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        small = cv2.cvtColor(colours, cv2.COLOR_BGR2GRAY)
        if self._small is not None and self._small.shape == small.shape:
            self.motions.append(float(cv2.absdiff(small, self._small).mean()))
        self._small = small.astype(np.uint8, copy=False)
        return _Seen(frame, float(small.mean()), self._small, colours)


def _scale(image: Image) -> float:
    """From a frame to the small one."""
    return float(SMALL_SIDE / max(image.shape[:2]))
