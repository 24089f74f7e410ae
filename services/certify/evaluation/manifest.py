"""Reads what is to be evaluated: ``manifest.csv``, ``labels.csv`` and ``pairs.csv``. A bad row gets a code; the rest
goes on.

``manifest.csv`` (one row a file): ``path`` (below the manifest's folder), ``sha256``, ``kind`` (video or image),
``identity``, ``approx_age`` (``~70``, ``45-65``, ``20s`` or empty) and ``genuine_or_attack`` (``genuine``, or
``attack: `` and the species in your own words). Other columns are ignored; the free text ``actions`` is never read.

``labels.csv`` (one row a judged part of a clip; a clip may have several): ``path``, ``from_s``, ``to_s``;
``asked`` = the challenge, actions in order, separated by spaces; ``done`` = yes when the person does it, in order;
``shows`` = actions that are plainly to be seen in the part; ``unsure`` = actions that somebody could argue about, which
count for nothing; all other actions count as absent. ``reference`` = a picture, or ``clip@second``; ``fault`` = reason
codes that are a right answer to a faulty clip; ``species`` instead of the manifest's words; ``sex`` = f, m or empty. A
column ``earlier`` may stand beside them: earlier recordings of the same person, each a clip of the manifest or a part
of one (``clip@from-to``, seconds), separated by semicolons.
"""

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from schemas.verification import Action, Reason

GENUINE = "genuine"
MANIFEST_COLUMNS = ("path", "sha256", "kind", "identity", "approx_age", "genuine_or_attack")
LABEL_COLUMNS = ("path", "from_s", "to_s", "asked", "done", "shows", "unsure", "reference", "fault", "species", "sex")
EARLIER_COLUMN = "earlier"
"""A column of ``labels.csv`` that may be left out."""
PAIR_COLUMNS = ("a", "b", "same", "kind")


class RowFault(StrEnum):
    """Why a row of the evaluation's lists was left out. Permanent codes."""

    COLUMN_MISSING = "evaluation_column_missing"
    FILE_MISSING = "evaluation_file_missing"
    PATH_OUTSIDE = "evaluation_path_outside"
    WRONG_BYTES = "evaluation_wrong_bytes"
    KIND_UNKNOWN = "evaluation_kind_unknown"
    ATTACK_UNKNOWN = "evaluation_attack_unknown"
    CLIP_UNKNOWN = "evaluation_clip_unknown"
    ACTION_UNKNOWN = "evaluation_action_unknown"
    REASON_UNKNOWN = "evaluation_reason_unknown"
    SPAN_INVALID = "evaluation_span_invalid"
    REFERENCE_UNREADABLE = "evaluation_reference_unreadable"
    VALUE_UNKNOWN = "evaluation_value_unknown"


class ManifestError(Exception):
    """A list cannot be used at all. ``code`` is permanent."""

    def __init__(self, code: RowFault, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True)
class BadRow:
    """A row that was left out."""

    file: str
    row: int
    """Line of the list, the heading is line 1."""
    code: RowFault
    what: str
    """What is wrong and what to write instead."""


@dataclass(frozen=True)
class Media:
    """One file of the manifest."""

    path: str
    sha256: str
    video: bool
    identity: str
    age_band: str
    species: str
    """``genuine``, or the species of attack."""


@dataclass(frozen=True)
class Earlier:
    """An earlier recording of a person: a clip or a part of one."""

    name: str
    """As it stands in the column."""
    media: Media
    from_s: float
    to_s: float | None


@dataclass(frozen=True)
class Label:
    """One part of a clip and what is known of it."""

    media: Media
    from_s: float
    to_s: float | None
    asked: tuple[Action, ...]
    done: bool
    shows: frozenset[Action]
    unsure: frozenset[Action]
    reference: str
    faults: frozenset[Reason]
    sex: str
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True)
class Pair:
    """Two pictures, and whether they show one person."""

    a: str
    b: str
    same: bool
    kind: str


class _Bad(Exception):
    def __init__(self, code: RowFault, what: str) -> None:
        super().__init__(what)
        self.code, self.what = code, what


class Folder:
    """The lists of one folder, read and checked; ``bad`` holds what was left out."""

    def __init__(self, manifest: Path, labels: Path | None = None, pairs: Path | None = None) -> None:
        self.root = manifest.parent
        self.bad: list[BadRow] = []
        self.media: dict[str, Media] = {}
        self.labels: list[Label] = []
        self.pairs: list[Pair] = []
        for row, line in self._rows(manifest, MANIFEST_COLUMNS):
            with _Collect(self.bad, manifest, row):
                media = self._media(line)
                self.media[media.path] = media
        labels = labels or self.root / "labels.csv"
        if labels.is_file():
            for row, line in self._rows(labels, LABEL_COLUMNS, (EARLIER_COLUMN,)):
                with _Collect(self.bad, labels, row):
                    self.labels.append(self._label(line))
        pairs = pairs or self.root / "pairs.csv"
        if pairs.is_file():
            for row, line in self._rows(pairs, PAIR_COLUMNS):
                with _Collect(self.bad, pairs, row):
                    self.pairs.append(self._pair(line))

    def _rows(
        self, path: Path, needed: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """Raises ``ManifestError`` when needed columns are missing; optional ones are then empty."""
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                raise ManifestError(
                    RowFault.COLUMN_MISSING, f"{path.name} lacks {', '.join(missing)}. Give these columns a heading."
                )
            for row in reader:
                yield reader.line_num, {name: row.get(name, "").strip() for name in (*needed, *optional)}

    def _media(self, row: dict[str, str]) -> Media:
        data = self.file(row["path"]).read_bytes()
        if hashlib.sha256(data).hexdigest() != row["sha256"].lower():
            raise _Bad(RowFault.WRONG_BYTES, "the file has another SHA-256: it is not the file that was labelled.")
        if row["kind"] not in ("video", "image"):
            raise _Bad(RowFault.KIND_UNKNOWN, f"kind is {row['kind']!r}: write video or image.")
        species = species_of(row["genuine_or_attack"])
        age = age_band(row["approx_age"])
        return Media(row["path"], row["sha256"].lower(), row["kind"] == "video", row["identity"], age, species)

    def _label(self, row: dict[str, str]) -> Label:
        media = self.media.get(row["path"])
        if media is None:
            raise _Bad(RowFault.CLIP_UNKNOWN, f"{row['path']} is no good row of the manifest: mend it there first.")
        if row["species"]:
            media = Media(media.path, media.sha256, media.video, media.identity, media.age_band, row["species"])
        start, end = _span(row["from_s"], row["to_s"])
        if row["done"] not in ("yes", "no", "") or row["sex"] not in ("f", "m", ""):
            raise _Bad(RowFault.VALUE_UNKNOWN, "done is yes or no, sex is f or m; either may be empty.")
        if row["reference"]:
            self.file(row["reference"].partition("@")[0])
        return Label(
            media=media,
            from_s=start,
            to_s=end,
            asked=_actions(row["asked"]),
            done=row["done"] == "yes",
            shows=frozenset(_actions(row["shows"])),
            unsure=frozenset(_actions(row["unsure"])),
            reference=row["reference"],
            faults=_reasons(row["fault"]),
            sex=row["sex"],
            earlier=tuple(self._earlier(name.strip()) for name in row[EARLIER_COLUMN].split(";") if name.strip()),
        )

    def _earlier(self, name: str) -> Earlier:
        path, _, part = name.partition("@")
        media = self.media.get(path)
        if media is None or not media.video:
            raise _Bad(RowFault.CLIP_UNKNOWN, f"{path} is no clip of the manifest: give it a row there first.")
        start, _, end = part.partition("-")
        return Earlier(name, media, *_span(start, end))

    def _pair(self, row: dict[str, str]) -> Pair:
        if row["same"] not in ("0", "1"):
            raise _Bad(RowFault.VALUE_UNKNOWN, f"same is {row['same']!r}: write 1 or 0.")
        for side in ("a", "b"):
            self.file(row[side])
        return Pair(row["a"], row["b"], row["same"] == "1", row["kind"])

    def file(self, path: str) -> Path:
        """The file below the folder. A path that leads out of it is refused."""
        root, found = self.root.resolve(), (self.root / path).resolve()
        if not path or not found.is_relative_to(root):
            raise _Bad(RowFault.PATH_OUTSIDE, "the path must lie below the folder of the manifest.")
        if not found.is_file():
            raise _Bad(RowFault.FILE_MISSING, f"{path} is not there.")
        return found


class _Collect:
    """Notes a bad row and lets the next one come."""

    def __init__(self, bad: list[BadRow], file: Path, row: int) -> None:
        self._bad, self._file, self._row = bad, file, row

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, _Bad):
            return False
        self._bad.append(BadRow(self._file.name, self._row, error.code, error.what))
        return True


def _span(start: str, end: str) -> tuple[float, float | None]:
    """Seconds as they were written; empty: from the start, to the end."""
    try:
        from_s, to_s = float(start or 0), float(end) if end else None
    except ValueError:
        raise _Bad(RowFault.SPAN_INVALID, "a part begins and ends at a second, e.g. 2.5.") from None
    if not 0 <= from_s < (to_s if to_s is not None else float("inf")):
        raise _Bad(RowFault.SPAN_INVALID, "a part must end later than it begins, and neither below 0.")
    return from_s, to_s


def species_of(text: str) -> str:
    """``genuine``, or the words after ``attack:`` as they stand. Raises for anything else: nothing is guessed."""
    if text == GENUINE:
        return GENUINE
    head, colon, words = text.partition(":")
    if head.strip() != "attack" or not colon or not words.strip():
        raise _Bad(RowFault.ATTACK_UNKNOWN, f"genuine_or_attack is {text!r}: write genuine, or attack: and its kind.")
    return words.strip()


def age_band(text: str) -> str:
    """``under 45``, ``45–64``, ``65 and over`` or ``unknown``, by the middle of what the label says."""
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if not numbers:
        return "unknown"
    middle = sum(numbers) / len(numbers) + (5 if text.endswith("0s") else 0)
    return "under 45" if middle < 45 else "45–64" if middle < 65 else "65 and over"


def _actions(text: str) -> tuple[Action, ...]:
    unknown = [name for name in text.split() if name not in set(Action)]
    if unknown:
        raise _Bad(RowFault.ACTION_UNKNOWN, f"{unknown[0]!r} is none of {', '.join(Action)}.")
    return tuple(Action(name) for name in text.split())


def _reasons(text: str) -> frozenset[Reason]:
    unknown = [name for name in text.split() if name not in set(Reason)]
    if unknown:
        raise _Bad(RowFault.REASON_UNKNOWN, f"{unknown[0]!r} is no reason of docs/codes.md.")
    return frozenset(Reason(name) for name in text.split())
