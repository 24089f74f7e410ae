"""The pictures of the report: well-formed, and their marks stand where the numbers say."""

from xml.etree import ElementTree

from bench.verify.svg import bar_picture, confusion_picture, det_picture
from services.certify.evaluation.statistics import det_points

SVG = "{http://www.w3.org/2000/svg}"


def test_a_det_curve_has_a_line_for_each_engine_and_a_point_for_each_threshold() -> None:
    """Names are escaped; better engines lie nearer to the lower left corner."""
    good, bad = det_points([0.9, 0.8, 0.5], [0.1, 0.2, 0.6]), det_points([0.5, 0.4], [0.5, 0.4])
    lines = ElementTree.fromstring(det_picture({"a<b": good, "c": bad})).findall(f"{SVG}polyline")
    assert [len(line.get("points", "").split()) for line in lines] == [len(good), len(bad)]


def test_a_bar_is_as_long_as_its_share() -> None:
    """Half of the trials is half of the room; no trials, no bar."""
    boxes = ElementTree.fromstring(bar_picture("t", [("half", 2, 4), ("nothing", 0, 0)])).findall(f"{SVG}rect")
    _, room, bar, empty = boxes
    assert float(bar.get("width", "")) == 0.5 * float(room.get("width", ""))
    assert float(empty.get("width", "")) == float(room.get("width", ""))


def test_a_long_name_is_written_whole() -> None:
    """In lines that fit beside the bar: the left of a picture is its end."""
    name = "derived: photo drawn over another's face by few landmarks"
    texts = ElementTree.fromstring(bar_picture("t", [(name, 0, 1)])).findall(f"{SVG}text")
    lines = [text.text or "" for text in texts if text.get("x") == "252.0"]
    assert " ".join(lines) == name and len(lines) > 1
    assert 7 * max(map(len, lines)) < 252


def test_a_confusion_shades_each_cell_by_its_share_of_the_row() -> None:
    """One of two parts with a nod is half."""
    picture = confusion_picture("t", ["nod"], ["nod", "blink"], {"nod": [1, 2, 2]})
    cells = ElementTree.fromstring(picture).findall(f"{SVG}rect")[1:]
    assert [cell.get("fill-opacity") for cell in cells] == ["0.50", "1.00"]
