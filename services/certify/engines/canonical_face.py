"""The canonical metric face that comes inside the face-landmark model: 468 points in centimetres, and the rigid ones
among them.

Why read it from the model: head pose is the rotation that carries *these* points onto the seen ones, so the two must be
of one version. The file is a small protocol buffer (``GeometryPipelineMetadata`` of MediaPipe); four field numbers
of it are
needed, so they are read here instead of adding a protobuf compiler to the build.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from services.certify.engines.arrays import FloatArray

# Field numbers of MediaPipe's geometry_pipeline_metadata.proto and mesh_3d.proto.
_CANONICAL_MESH, _PROCRUSTES_BASIS = 1, 2
_VERTEX_BUFFER = 3
_LANDMARK_ID, _LANDMARK_WEIGHT = 1, 2
_FLOATS_PER_VERTEX = 5  # x, y, z, u, v

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


OUTER_EYES = (33, 263)
"""Outer corners of the person's right and left eye in the mesh."""
EYES_OF_OUTER = 0.72
"""Distance of the pupils over that of the outer corners, on the canonical face."""


@dataclass(frozen=True)
class CanonicalFace:
    """``points``: (468, 3) centimetres, x to the image's right, y up, z out of the face. ``rigid``: indices of
    points that expressions hardly move."""

    points: FloatArray
    rigid: tuple[int, ...]


def read_canonical_face(blob: bytes) -> CanonicalFace:
    """Parse ``geometry_pipeline_metadata_landmarks.binarypb``. Raises ``ValueError`` when it is not that message."""
    vertices: list[float] = []
    rigid: list[int] = []
    for number, value in _fields(blob):
        if number == _CANONICAL_MESH and isinstance(value, bytes):
            vertices = [v for n, raw in _fields(value) if n == _VERTEX_BUFFER for v in _floats(raw)]
        elif number == _PROCRUSTES_BASIS and isinstance(value, bytes):
            fields = dict(_fields(value))
            index = fields.get(_LANDMARK_ID, 0)
            if isinstance(index, int) and _LANDMARK_WEIGHT in fields:
                rigid.append(index)
    if not vertices or len(vertices) % _FLOATS_PER_VERTEX or not rigid:
        raise ValueError("not a face geometry message")
    points = np.asarray(vertices, dtype=np.float64).reshape(-1, _FLOATS_PER_VERTEX)[:, :3]
    return CanonicalFace(points=points, rigid=tuple(rigid))


def _floats(raw: int | bytes) -> tuple[float, ...]:
    if not isinstance(raw, bytes):
        raise ValueError("not a face geometry message")
    return struct.unpack(f"<{len(raw) // 4}f", raw)


def _fields(blob: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The (field number, value) pairs of one protobuf message; fixed32 values stay bytes."""
    at = 0
    while at < len(blob):
        key, at = _varint(blob, at)
        wire = key & 7
        if wire == _VARINT:
            value, at = _varint(blob, at)
            yield key >> 3, value
            continue
        if wire == _BYTES:
            size, at = _varint(blob, at)
        elif wire in (_FIXED32, _FIXED64):
            size = 4 if wire == _FIXED32 else 8
        else:
            raise ValueError("not a face geometry message")
        yield key >> 3, blob[at : at + size]
        at += size


def _varint(blob: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(blob):
            raise ValueError("not a face geometry message")
        byte = blob[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at
