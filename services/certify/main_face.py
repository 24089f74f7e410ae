"""Which of the faces that the detector sees is the one that is followed."""

from services.certify.engines.ports import FaceBox, FaceMesh


def main_face(boxes: list[FaceBox], mesh: FaceMesh | None) -> FaceBox | None:
    """The face that is being followed when it is among them, else the largest; ``None`` when there is none."""
    if mesh is not None:
        followed = [box for box in boxes if inside(mesh, box)]
        if followed:
            return followed[0]
    return boxes[0] if boxes else None


def inside(mesh: FaceMesh, box: FaceBox) -> bool:
    """Whether the middle of the mesh lies in the box."""
    x, y = (float(v) for v in mesh.points[:, :2].mean(axis=0))
    return box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height
