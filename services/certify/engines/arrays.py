"""Names for the array types that cross the engine ports."""

from typing import Any

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
"""(height, width, 3), BGR, 0–255: the channel order of OpenCV, everywhere in this service."""

FloatArray = npt.NDArray[np.floating[Any]]
