"""Names that programs give themselves, in small letters, by kind: looked for in a file's metadata (`decode/traces.py`)
and in the label of a camera (`domain/camera.py`). Pure, and without imports: the decoding process reads it too.

Each is long enough to stand in no name of a real camera: `vcam` stands in *UVCamera*, `obs` and `ndi` in many a word.
"""

from typing import Final

VIRTUAL_CAMERAS: Final = (
    *("obs studio", "obs-studio", "libobs", "obs virtual", "obs-camera", "streamlabs", "manycam", "xsplit", "splitcam"),
    *("snap camera", "webcammax", "altercam", "youcam", "e2esoft", "sparkocam", "camtwist", "chromacam", "finecam"),
    *("dummy video device", "v4l2loopback", "akvcam", "webcamoid", "unity video capture", "spoutcam", "vmix"),
    *("newtek ndi", "ndi video", "ndi webcam", "nvidia broadcast", "logi capture", "mmhmm", "prism live", "facerig"),
    *("avatarify", "animaze", "droidcam", "iriun", "epoccam", "ivcam", "yyanchor", "魔力秀"),
    *("virtual cam", "virtualcam", "virtual webcam", "虚拟摄像", "虚拟相机", "虛擬攝影機", "虛擬相機"),
)
"""Sources: `plugins/win-dshow/virtualcam-module/virtualcam-module.cpp` of OBS Studio (*OBS Virtual Camera*),
`v4l2loopback.c` (*Dummy video device (0x0000)* where nobody named it), the documentation of pyvirtualcam (*Unity Video
Capture*); else as makers and lists of such labels write them. Amazon's liveness check looks for *virtual* alone
(`isCameraDeviceVirtual` of aws-amplify/amplify-ui)."""

SCREEN_RECORDERS: Final = (
    *("replaykit", "screen record", "screenrecord", "screencast", "screenflow", "bandicam", "camtasia", "fraps"),
    *("sharex", "xrecorder", "mobizen", "du recorder", "screen-capture", "screen capture", "uscreencapture", "录屏"),
)

EDITORS: Final = (
    *("adobe", "premiere", "after effects", "final cut", "imovie", "davinci", "blackmagic", "vegas", "filmora"),
    *("wondershare", "capcut", "jianying", "剪映", "kinemaster", "inshot", "virtualdub", "shotcut", "kdenlive"),
    *("openshot", "avidemux", "movie maker"),
)

CONVERTERS: Final = (
    *("lavf", "lavc", "x264", "x265", "libvpx", "libaom", "svt-av1", "ffmpeg", "handbrake", "gstreamer", "mencoder"),
    *("xcoder", "videolan", "vlc", "format factory", "mediacoder"),
)
