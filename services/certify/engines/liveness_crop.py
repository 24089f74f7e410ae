"""The crop that both liveness nets were trained on: the face box widened about its centre, kept inside the picture.

Fed with another crop they lie (face.md finding 4), so it is one function with golden values in the tests. It follows
``CropImage`` of Minivision's Silent-Face-Anti-Spoofing.
"""

import cv2

from services.certify.engines.arrays import Image
from services.certify.engines.ports import FaceBox

BOX_SCALE = 2.7
"""Both nets see the face box 2.7 times as wide and high, so that borders and hands are in view."""


def room_around(image: Image, face: FaceBox) -> float:
    """How many times the face box can be widened before it is as large as the picture, ``BOX_SCALE`` at most."""
    height, width = image.shape[:2]
    return float(min((height - 1) / face.height, (width - 1) / face.width, BOX_SCALE))


def crop_for_liveness(image: Image, face: FaceBox, side: int) -> Image:
    """The widened box, shifted (not cut) back into the picture where it sticks out, resized to ``side`` × ``side``."""
    height, width = image.shape[:2]
    scale = room_around(image, face)
    half_width, half_height = face.width * scale / 2, face.height * scale / 2
    centre_x, centre_y = face.centre
    left = min(max(centre_x - half_width, 0.0), width - 1 - 2 * half_width)
    top = min(max(centre_y - half_height, 0.0), height - 1 - 2 * half_height)
    left, top = max(int(left), 0), max(int(top), 0)
    right, bottom = int(left + 2 * half_width), int(top + 2 * half_height)
    crop = image[top : bottom + 1, left : right + 1]
    return cv2.resize(crop, (side, side)).astype("uint8", copy=False)
