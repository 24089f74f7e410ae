"""A picture made smaller by averaging, which keeps colours and lets noise cancel out. Part of
``services.certify.observe``."""

import cv2
import numpy as np

from services.certify.engines.arrays import Image


def shrunk(image: Image, long_side: int) -> Image:
    """The picture with its longer side of ``long_side`` pixels: halved as often as it goes, then the rest. OpenCV
    halves by quick instructions; any other factor takes it several times as long."""
    while max(image.shape[:2]) >= 2 * long_side:
        image = np.asarray(cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    scale = long_side / max(image.shape[:2])
    if scale == 1.0:
        return image
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
