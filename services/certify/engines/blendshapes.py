"""Indices of the face-landmark model: which mesh points its blendshape net reads and which of its 52 outputs are
used."""

EYE_BLINK_LEFT, EYE_BLINK_RIGHT, JAW_OPEN, MOUTH_CLOSE = 9, 10, 25, 27
"""Positions in the net's output; left and right are the person's own. Source: kBlendshapeNames of MediaPipe's
face_blendshapes_graph."""

# fmt: off
MODEL_POINTS = (
    0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65, 66, 67, 70, 78, 80,
    81, 82, 84, 87, 88, 91, 93, 95, 103, 105, 107, 109, 127, 132, 133, 136, 144, 145, 146, 148, 149, 150, 152, 153,
    154, 155, 157, 158, 159, 160, 161, 162, 163, 168, 172, 173, 176, 178, 181, 185, 191, 195, 197, 234, 246, 249, 251,
    263, 267, 269, 270, 276, 282, 283, 284, 285, 288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314, 317, 318,
    321, 323, 324, 332, 334, 336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380, 381, 382, 384, 385, 386,
    387, 388, 389, 390, 397, 398, 400, 402, 405, 409, 415, 454, 466, 468, 469, 470, 471, 472, 473, 474, 475, 476, 477,
)
# fmt: on
"""The 146 mesh points that the blendshape net was trained on, in its order (kLandmarksSubsetIdxs of the same file)."""

INNER_LIP_TOP, INNER_LIP_BOTTOM, INNER_LIP_RIGHT, INNER_LIP_LEFT = 13, 14, 78, 308
"""Mesh points of the inner lips: middle of the upper and the lower one, and the two corners."""
