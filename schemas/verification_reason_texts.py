"""The texts of a verdict's decisions and reasons, in both languages, each reason with its next step.

A text may be improved; a code never changes (`verification_reasons`).
"""

from typing import NamedTuple

from schemas.verification_reasons import Decision, Reason


class ReasonText(NamedTuple):
    """What is wrong and what to do next, for the cadre (``retry``) or the reviewer (``review``)."""

    decision: Decision
    english: str
    chinese: str


DECISION_TEXTS: dict[Decision, tuple[str, str]] = {
    Decision.CERTIFIED: ("The living person of the reference did what was asked.", "本人在场，活体与动作均通过。"),
    Decision.RETRY: ("Film again.", "请重新拍摄。"),
    Decision.REVIEW: ("A reviewer decides; nothing is refused.", "转人工审核，不作拒绝。"),
}
"""Each decision in English and Chinese."""

_RETRY, _REVIEW = Decision.RETRY, Decision.REVIEW

REASON_TEXTS: dict[Reason, ReasonText] = {
    Reason.CLIP_UNREADABLE: ReasonText(
        _RETRY,
        "The file is damaged or is not a video. Film again and send the new clip.",
        "文件损坏或不是视频。请重新拍摄后上传。",
    ),
    Reason.CLIP_EMPTY: ReasonText(
        _RETRY, "The file is empty. Film again and send the new clip.", "文件为空。请重新拍摄后上传。"
    ),
    Reason.CLIP_NO_VIDEO: ReasonText(
        _RETRY,
        "The file has no moving picture (sound or a photo only). Film a video.",
        "文件中没有视频画面（只有声音或照片）。请拍摄视频。",
    ),
    Reason.CLIP_CODEC_UNSUPPORTED: ReasonText(
        _RETRY,
        "This kind of video is not read here. Film as MP4 (H.264) or WebM.",
        "不支持该视频编码。请用 MP4（H.264）或 WebM 格式拍摄。",
    ),
    Reason.CLIP_TOO_BIG: ReasonText(
        _RETRY, "The file is too big. Film a short clip at 720p.", "文件过大。请用 720p 拍摄短视频。"
    ),
    Reason.CLIP_TOO_LONG: ReasonText(
        _RETRY,
        "The clip is too long. Film only the asked actions, 5 to 10 seconds.",
        "视频过长。请只拍摄所要求的动作，5 至 10 秒。",
    ),
    Reason.CLIP_TOO_SHORT: ReasonText(
        _RETRY,
        "The clip is too short to judge. Film at least 1 second, better 5.",
        "视频过短，无法判断。请至少拍摄 1 秒，最好 5 秒。",
    ),
    Reason.CLIP_TOO_LARGE_PICTURE: ReasonText(
        _RETRY, "The picture has too many pixels. Film at 720p or 1080p.", "画面分辨率过高。请用 720p 或 1080p 拍摄。"
    ),
    Reason.CLIP_TOO_COSTLY: ReasonText(
        _RETRY,
        "The clip could not be read within the time allowed. Film again at 720p.",
        "视频解码超时。请用 720p 重新拍摄。",
    ),
    Reason.NO_FACE: ReasonText(
        _RETRY,
        "No face is seen. Hold the phone at eye level and film the whole face.",
        "未看到人脸。请将手机举到与眼睛同高，拍到完整面部。",
    ),
    Reason.SEVERAL_FACES: ReasonText(
        _RETRY, "More than one face is seen. Film the person alone.", "画面中有多张人脸。请只拍摄本人。"
    ),
    Reason.FACE_LEFT: ReasonText(
        _RETRY,
        "The face was out of the picture or covered for a while. Keep the whole face in view from start to end.",
        "面部曾离开画面或被遮挡。请从头到尾保持完整面部在画面内。",
    ),
    Reason.FACE_TOO_SMALL: ReasonText(_RETRY, "The face is too small. Go closer.", "面部过小。请靠近拍摄。"),
    Reason.FACE_TOO_CLOSE: ReasonText(
        _RETRY,
        "The face fills the picture. Step back until head and shoulders are seen.",
        "面部占满画面。请后退，直到拍到头和肩膀。",
    ),
    Reason.TOO_DARK: ReasonText(
        _RETRY,
        "The face is too dark. Turn the person to the light, not the back to the window.",
        "面部过暗。请让面部朝向光源，不要背对窗户。",
    ),
    Reason.TOO_BRIGHT: ReasonText(
        _RETRY, "The face is washed out by light. Go into the shade.", "面部过曝。请避开强光。"
    ),
    Reason.BACKLIT: ReasonText(
        _RETRY,
        "The light is behind the person, so the face is dark. Turn the person round to face the window or the lamp.",
        "逆光拍摄，面部过暗。请让本人转身面对窗户或灯光。",
    ),
    Reason.FACE_COVERED: ReasonText(
        _RETRY,
        "The face is covered. Ask the person to take off the mask or scarf, and keep hands away from the face.",
        "面部被遮挡。请取下口罩或围巾，手不要挡住脸。",
    ),
    Reason.PICTURE_TURNED: ReasonText(
        _RETRY,
        "The face lies on its side or upside down. Hold the phone so that the head is at the top of the picture.",
        "画面中人脸横置或倒置。请调整手机方向，使头部在画面上方。",
    ),
    Reason.BLURRED: ReasonText(
        _RETRY,
        "The face is blurred. Wipe the lens, hold the phone still, let it focus.",
        "面部模糊。请擦拭镜头，拿稳手机并等待对焦。",
    ),
    Reason.PICTURE_GREY: ReasonText(
        _RETRY,
        "The picture has no natural colour. Set the camera to colour, without night mode or filters, and film in the "
        "light.",
        "画面没有自然色彩（黑白或偏色）。请关闭相机的夜视、黑白和滤镜模式，在光线充足处重新拍摄。",
    ),
    Reason.FRAMES_MISSING: ReasonText(
        _RETRY,
        "Pictures are missing in the recording. Film again in better light, with all other apps closed.",
        "视频中间缺少画面。请关闭其他应用，到光线较亮处重新拍摄。",
    ),
    Reason.ACTION_NOT_SEEN: ReasonText(
        _RETRY,
        "An asked action was not seen. Ask for it again, slowly and clearly.",
        "未看到要求的动作。请再次提示，动作要慢而明显。",
    ),
    Reason.ACTION_OUT_OF_ORDER: ReasonText(
        _RETRY,
        "The actions came in another order than asked. Film again in the asked order.",
        "动作顺序与要求不符。请按要求的顺序重新拍摄。",
    ),
    Reason.ACTION_WRONG_TIME: ReasonText(
        _RETRY,
        "An asked action came before its prompt or after its time. Draw a new challenge and film again; let the person "
        "wait for each prompt.",
        "动作早于提示或超过规定时间。请重新获取动作要求并重拍，听到（看到）提示后再做动作。",
    ),
    Reason.CLIP_LONGER_THAN_CHALLENGE: ReasonText(
        _RETRY,
        "The clip is longer than its challenge allows. Draw a new challenge and film it in one go, no longer than the "
        "app counts.",
        "视频长于动作要求规定的时长。请重新获取动作要求，一次拍完，到时即停。",
    ),
    Reason.CLIP_OLDER_THAN_CHALLENGE: ReasonText(
        _RETRY,
        "The clip was filmed before its challenge was drawn. Check the clock of the phone, draw a new one, film again.",
        "视频拍摄时间早于动作要求。请核对手机时间，重新获取动作要求后再拍。",
    ),
    Reason.CHALLENGE_EXPIRED: ReasonText(
        _RETRY,
        "The clip was filmed after its challenge had expired. Draw a new challenge and film again.",
        "拍摄时动作要求已过期。请重新获取动作要求后再拍。",
    ),
    Reason.CHALLENGE_USED: ReasonText(
        _RETRY,
        "This challenge has been answered before, each is good for one clip. Draw a new one and film again.",
        "该动作要求已使用过，每个仅限一次。请重新获取动作要求后再拍。",
    ),
    Reason.CHALLENGE_OTHER_VISIT: ReasonText(
        _RETRY,
        "The challenge was drawn for another visit. Draw one for this visit and film again.",
        "该动作要求属于另一次走访。请为本次走访获取动作要求后再拍。",
    ),
    Reason.CHALLENGE_UNTRUSTED: ReasonText(
        _REVIEW,
        "The challenge is damaged or not signed by the county. Ask who sent it; do not rely on the clip.",
        "动作要求已损坏或并非本县签发。请核实来源，勿采信该视频。",
    ),
    Reason.NO_CHALLENGE: ReasonText(
        _REVIEW,
        "No action was asked, so presence cannot be shown. Look at the clip.",
        "未要求做动作，无法证明在场。请人工查看视频。",
    ),
    Reason.PICTURE_FROZEN: ReasonText(
        _REVIEW,
        "The picture does not change: it may be a photo. Look at the clip.",
        "画面静止不变，可能是照片。请人工查看视频。",
    ),
    Reason.PICTURE_REPEATED: ReasonText(
        _REVIEW,
        "The same movement comes twice, frame by frame: it may be a loop. Compare the blinks of both passages.",
        "同一段画面重复出现，可能是循环播放的录像。请对比两段中的眨眼和动作是否完全一致。",
    ),
    Reason.PICTURE_STALLED: ReasonText(
        _REVIEW,
        "The picture stands still and then goes on: a paused recording or a weak phone. Look at that place.",
        "画面中途静止后继续，可能是暂停的录像，也可能是手机卡顿。请查看该处。",
    ),
    Reason.PICTURE_JUMPS: ReasonText(
        _REVIEW,
        "The picture jumps: clips may have been put together. See whether head, light and clothes go on without a cut.",
        "画面有跳变，可能由多段视频拼接。请查看跳变前后头部位置、光线和衣着是否连续。",
    ),
    Reason.PICTURE_BLENDS: ReasonText(
        _REVIEW,
        "For a moment two pictures lie over one another: clips may have been faded together. Look for two outlines.",
        "画面中有片刻两个影像重叠，可能由多段视频叠化拼接。请查看该处是否有双重轮廓。",
    ),
    Reason.FACE_FLAT: ReasonText(
        _REVIEW,
        "The face turns like a flat sheet: it may be a photo. Look whether nose and ears move against each other.",
        "面部转动时像平面，可能是照片。请查看鼻子与耳朵之间是否有前后错动。",
    ),
    Reason.FACE_DRAWN: ReasonText(
        _REVIEW,
        "The face moves as if drawn over another's. Look for its edge on forehead and jaw; see the person if in doubt.",
        "面部像是贴在另一人的脸上随之移动。请查看额头和下颌处有无接缝，必要时请本人当面核实。",
    ),
    Reason.SCREEN_PATTERN: ReasonText(
        _REVIEW,
        "A fine grid lies over the face: it may be filmed from a screen. Look for moiré, a frame and reflections.",
        "面部有细密网纹，可能是翻拍屏幕。请查看摩尔纹、屏幕边框和反光。",
    ),
    Reason.SEEN_BEFORE: ReasonText(
        _REVIEW,
        "The person moves exactly as in an earlier recording: it may be sent again. Look at clothes, light and room.",
        "动作与此前的录像完全一致，可能是旧录像再次提交。请核对衣着、光线和环境是否与拍摄日期相符。",
    ),
    Reason.FILE_NOT_FROM_CAMERA: ReasonText(
        _REVIEW,
        "The file says that a virtual camera or a screen recorder made it. Ask with which app it was filmed.",
        "文件信息显示由虚拟摄像头或录屏软件生成。请询问是用什么应用拍摄的。",
    ),
    Reason.SOURCE_NOT_CAMERA: ReasonText(
        _REVIEW,
        "The browser says that a virtual camera or a screen was recorded. Look for seams at the face; ask which device"
        " filmed, and see the person if in doubt.",
        "浏览器称录制的是虚拟摄像头或屏幕画面。请查看面部边缘有无接缝，询问用什么设备拍摄，必要时请本人当面核实。",
    ),
    Reason.LIVENESS_LOW: ReasonText(
        _REVIEW,
        "It may be a screen, a print or a mask. Look for borders, glare and moiré.",
        "可能是翻拍屏幕、照片或面具。请查看边框、反光和摩尔纹。",
    ),
    Reason.FACE_CHANGED: ReasonText(
        _REVIEW,
        "The face does not stay one person through the clip. Look at the clip for a cut.",
        "视频中前后不是同一张脸。请查看是否有剪接。",
    ),
    Reason.NO_REFERENCE: ReasonText(
        _REVIEW,
        "There is no reference photo to compare with. Compare with the agency's record.",
        "没有可比对的参考照片。请与机构档案人工比对。",
    ),
    Reason.REFERENCE_UNREADABLE: ReasonText(
        _REVIEW,
        "The reference photo cannot be read. Ask the agency for another.",
        "参考照片无法读取。请向机构索取新照片。",
    ),
    Reason.REFERENCE_NO_FACE: ReasonText(
        _REVIEW,
        "No face is found in the reference photo. Ask the agency for another.",
        "参考照片中未找到人脸。请向机构索取新照片。",
    ),
    Reason.REFERENCE_SEVERAL_FACES: ReasonText(
        _REVIEW,
        "The reference photo shows several people. Ask the agency for one of the person alone.",
        "参考照片中有多人。请向机构索取单人照片。",
    ),
    Reason.REFERENCE_TOO_OLD: ReasonText(
        _REVIEW,
        "The reference photo is older than the programme allows. Compare by eye, and ask the agency for a newer one.",
        "参考照片已超过该项目允许的年限。请人工比对，并向机构索取新照片。",
    ),
    Reason.FACE_DIFFERS: ReasonText(
        _REVIEW,
        "The face does not match the reference photo well enough. Compare by eye; the photo may be old.",
        "面部与参考照片相似度不足。请人工比对，照片可能较旧。",
    ),
    Reason.FACE_HALVES_DIFFER: ReasonText(
        _REVIEW,
        "Only a part of the face is like the reference photo. Compare eyes, nose, mouth and both cheeks one by one, and"
        " look for an edge; see the person if in doubt.",
        "面部只有一部分与参考照片相似。请逐处比对眼、鼻、口和两颊，并查看有无接缝，必要时请本人当面核实。",
    ),
    Reason.ENGINE_ALONE: ReasonText(
        _REVIEW,
        "The chosen match engine is a second opinion and may not certify alone. Compare by eye, or use sface.",
        "所选比对引擎仅供参考，不能单独出具证明。请人工比对或使用默认引擎。",
    ),
    Reason.HEAD_NOT_ASKED: ReasonText(
        _REVIEW,
        "Neither a nod nor a turn was asked, because the person cannot move the head. Only a moving head shows that it"
        " is no photo or drawn face. Look at edges, light and shadow of the face.",
        "因本人头部不能活动，未要求点头或转头，机器无法排除照片或换脸。请查看面部边缘、光线和阴影是否自然。",
    ),
}
"""One entry for each code (a test holds it)."""
