"""What the machine saw of a recording, in words: a reviewer needs no score, but wants to know where to look."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from schemas.camera import CameraFacts, CameraKind
from schemas.verification import Action, CueName, Verification

ACTION_WORDS: Final[dict[Action, tuple[str, str]]] = {
    Action.NOD: ("点头", "nod"),
    Action.OPEN_MOUTH: ("张嘴", "open the mouth"),
    Action.TURN_LEFT: ("向左转头", "turn the head to the left"),
    Action.TURN_RIGHT: ("向右转头", "turn the head to the right"),
    Action.BLINK: ("眨眼", "blink"),
}
_CUES: Final[dict[CueName, tuple[str, str]]] = {
    CueName.REPEATED: ("画面有重复播放的迹象", "pictures come again, as in a loop"),
    CueName.STALLED: ("画面有停顿", "the picture stands still for a while"),
    CueName.JUMPED: ("画面有跳接", "the picture jumps, as at a cut"),
    CueName.BLENDED: ("画面有叠化", "pictures blend into each other"),
    CueName.DEPTH: ("面部转动时像平面", "the face turns like a flat picture"),
    CueName.DRAWN: ("面部像贴上去的", "the face sticks to a mesh, as if drawn over another"),
    CueName.STEADY: (
        "面部各处相对抖动，像贴上去的",
        "places of the face shake against one another, as if drawn over another",
    ),
    CueName.MOIRE: ("有屏幕摩尔纹", "there is the pattern of a screen"),
    CueName.GRID: ("全画面有规则网格", "a fine grid lies over the whole picture"),
    CueName.SEEN_BEFORE: ("动作与此前的录像一致", "the person moves exactly as in an earlier recording"),
}
_CAMERAS: Final[dict[CameraKind, tuple[str, str]]] = {
    CameraKind.VIRTUAL_CAMERA: ("虚拟摄像头", "a virtual camera: a program, which may change the face as it is filmed"),
    CameraKind.SCREEN: ("屏幕画面", "a screen, not a camera"),
}
Tone = Literal["for", "against", "open"]


class Signal(BaseModel):
    """One thing that the machine saw."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    code: str
    """Its name."""
    tone: Tone
    """Whether it speaks for the recording, against it, or could not be told."""
    zh: str
    en: str
    at_s: float | None = None
    """Where to look, in seconds."""


def signals_of(found: Verification) -> list[Signal]:
    """All of it: actions in the asked order, life, each sign of an attack that was seen, likeness, helpers in view, and
    what was filmed with."""
    return [*_actions(found), _life(found), *_attacks(found), _likeness(found), *_others(found)]


def _actions(found: Verification) -> list[Signal]:
    told = []
    for action, result in found.challenge.items():
        zh, en = ACTION_WORDS[action]
        if result.span_s is None:
            told.append(_signal(f"action_{action}", "against", f"没有看到{zh}。", f"Not seen: {en}."))
            continue
        first, last = result.span_s
        when_zh, when_en = f"{first:.1f}–{last:.1f} 秒", f"at {first:.1f}–{last:.1f} s"
        if result.passed:
            told.append(
                _signal(f"action_{action}", "for", f"{when_zh}看到{zh}。", f"Seen {when_en}: {en}.", at_s=first)
            )
        else:
            told.append(
                _signal(
                    f"action_{action}",
                    "against",
                    f"{when_zh}看到{zh}，但不在要求的时间或顺序。",
                    f"Seen {when_en}, out of order or at the wrong time: {en}.",
                    at_s=first,
                )
            )
    return told


def _life(found: Verification) -> Signal:
    pad = found.pad
    if pad.score is None:
        return _signal("life", "open", "没有可判断活体的画面。", "No picture in which life could be judged.")
    if pad.nets_passed if pad.nets_passed is not None else pad.passed:
        return _signal("life", "for", "看起来是真人面部。", "It looks like a living face.")
    return _signal(
        "life",
        "against",
        "不太像真人面部，可能是照片或屏幕。",
        "It looks little like a living face: a photo or a screen?",
    )


def _attacks(found: Verification) -> list[Signal]:
    return [
        _signal(f"cue_{name}", "against", f"{_CUES[name][0]}。", f"Look closely: {_CUES[name][1]}.")
        for name, cue in found.pad.cues.items()
        if not cue.passed
    ]


def _likeness(found: Verification) -> Signal:
    match = found.match
    if match.score is None:
        return _signal("likeness", "open", "无法与参考照片比对。", "It could not be compared with the reference photo.")
    if match.passed:
        return _signal("likeness", "for", "与参考照片相似。", "It is like the reference photo.")
    near = match.score >= match.threshold - 0.1
    return _signal(
        "likeness",
        "against",
        "与参考照片有些相似，但不够。" if near else "与参考照片不相似。",
        "It is somewhat like the reference photo, not enough." if near else "It is not like the reference photo.",
    )


def _others(found: Verification) -> list[Signal]:
    told = []
    if found.quality.faces_most > 1:
        told.append(_signal("several_faces", "against", "画面中出现多张人脸。", "Several faces are seen."))
    if found.quality.traces:
        told.append(
            _signal(
                "program",
                "against",
                "文件带有剪辑或转换软件的痕迹。",
                "The file bears the name of an editing or converting program.",
            )
        )
    if found.quality.camera is not None:
        told += _camera(found.quality.camera)
    return told


def _camera(camera: CameraFacts) -> list[Signal]:
    """Nothing of what looks like a phone's: whoever wants to can make a browser say that."""
    if camera.kind is not None:
        zh, en = _CAMERAS[camera.kind]
        return [_signal("camera", "against", f"浏览器称录制来源是{zh}。", f"The browser says that it recorded {en}.")]
    if camera.facing is None and not camera.offers:
        return [
            _signal(
                "camera",
                "open",
                "浏览器描述的摄像头不像手机的（未说明朝向，也没有补光、变焦、对焦）。",
                "The camera is described unlike a phone's: no side that it looks to, no light, zoom or focus.",
            )
        ]
    return []


def _signal(code: str, tone: Tone, zh: str, en: str, *, at_s: float | None = None) -> Signal:
    return Signal(code=code, tone=tone, zh=zh, en=en, at_s=at_s)
