"""What is told of a clip without a say: names that a verdict uses (`verification`)."""

from enum import StrEnum


class MeasureName(StrEnum):
    """Measured and told, without a say: attacks and genuine clips do not lie apart (docs/pad-calibration.md)."""

    BORDER = "border"
    """Sides of the face, of four, with a straight edge: the mean of the looks."""
    HIGHLIGHTS = "highlights"
    """Per cent of the face that are white spots: the median of the looks."""
    COLOUR = "colour"
    """Spread of log(red / green) over the face: the median of the looks."""
    PULSE = "pulse"
    """Power of the strongest rhythm of the skin's colour, 42 to 180 a minute, over all others, in decibels."""


class Trace(StrEnum):
    """What kind of program left its name in the file. A name is easily changed, so none speaks for a clip."""

    VIRTUAL_CAMERA = "virtual_camera"
    """It shows an app something else than what stands before the camera (OBS, ManyCam …)."""
    SCREEN_RECORDER = "screen_recorder"
    """It films a screen."""
    EDITOR = "editor"
    """It cuts and joins clips."""
    CONVERTER = "converter"
    """It encodes anew (FFmpeg, x264, HandBrake …): messengers and web sites do it to whatever they are sent."""
