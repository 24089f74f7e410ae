"""`make report-verify`: writes docs/verify-report.md and its pictures from the shared face media.

    python -m bench.verify.report

The media lie in ONEVISIT_SHARED_DATA (default ../shared/data), folder ``face``. No picture of a face is written. The
same media, models and policy give the same report: there is no time and no date in it.
"""

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from os import environ
from pathlib import Path
from typing import Final

from bench.verify.bundled import BUNDLES, Bundled, against_bundles
from bench.verify.svg import bar_picture, confusion_picture, det_picture
from schemas.verification import Action, Decision
from services.certify.engines.loader import get_engines
from services.certify.engines.store import ModelStore
from services.certify.evaluation.evaluate import Evaluation, Genuine, evaluate
from services.certify.evaluation.looks import Looker
from services.certify.evaluation.manifest import Folder
from services.certify.evaluation.trials import Trial
from services.certify.policy import VerificationPolicy

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "verify-report.md"
PICTURES: Final = ROOT / "docs" / "verify-report"
LABELS: Final = Path(__file__).with_name("shared_labels.csv")

CANNOT_SAY: Final = """\
## What these data cannot say

- No old person does a prompted action in any clip. Old people only talk; how often a slow, small nod of somebody who
  is eighty is missed is unknown.
- There is no 3-D mask, hardly a print, and the cut-outs and screens with a grid are made by us. Of most species there
  are one to four clips: a count of zero then says almost nothing (0 of 4 is compatible with an error rate of 49 %).
- The actors are few and young. Several labelled parts come from one clip and one person, so the intervals, which take
  parts for independent, are narrower than they ought to be.
- Some thresholds and rules were written with these very clips on the table. The figures are therefore flattering; only
  clips that nobody has looked at can say how the check does in a county.
- Most references are frames of the clip's own session, seconds away from the judged part. An ID photo ten years old is
  harder, and few of the faces in these pairs are East Asian: docs/matching.md measures both apart, on research sets.
- Derived attacks follow our own recipes. Who attacks for money has better ones.
- A recording of an earlier session that shows the very actions now asked is not an attack that pictures can tell. The
  windows of a signed bundle take part above; that each is good for one recording, the phone's signature and what the
  county knows of earlier recordings do not.
- Sex and age are labelled for few people.
"""


def main() -> None:
    """Evaluate both folders, write the page and the pictures."""
    shared = Path(environ.get("ONEVISIT_SHARED_DATA", ROOT / "../shared/data")) / "face"
    if not (shared / "manifest.csv").is_file():
        sys.exit("The face media are not there: set ONEVISIT_SHARED_DATA to the folder that holds face/manifest.csv.")
    models = ROOT / "var" / "models"
    ModelStore(models).pull()
    with tempfile.TemporaryDirectory(prefix="onevisit-derived-") as scratch:
        subprocess.run([sys.executable, "-m", "bench.verify.derive", str(shared), scratch], check=True, cwd=ROOT)
        real, real_bundled = _evaluate(Folder(shared / "manifest.csv", LABELS), models)
        derived, derived_bundled = _evaluate(Folder(Path(scratch) / "manifest.csv"), models)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, picture in _pictures(real, derived):
        (PICTURES / name).write_text(picture, encoding="utf-8")
    PAGE.write_text(
        "\n".join(_page(real, derived, [*real_bundled, *derived_bundled])).rstrip() + "\n", encoding="utf-8"
    )
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} written\n")


def _evaluate(folder: Folder, models: Path) -> tuple[Evaluation, list[Bundled]]:
    looker = Looker(folder, VerificationPolicy(), models, models.parent / "evaluation")
    return evaluate(folder, looker, get_engines(models), _tell), list(against_bundles(folder, looker))


def _tell(step: str) -> None:
    sys.stderr.write(f"{step}\n")


def _pictures(real: Evaluation, derived: Evaluation) -> Iterator[tuple[str, str]]:
    curves = {m.engine: m.det for m in real.matching if m.group == "all"}
    yield "det.svg", det_picture(curves)
    rows = [*real.species, *derived.species]
    yield "apcer.svg", bar_picture("Attacks certified", [(s.species, s.certified.count, s.certified.n) for s in rows])
    bars = [(s.species, s.passed_pad.count, s.passed_pad.n) for s in rows]
    yield "apcer-liveness.svg", bar_picture("Attacks that pass liveness alone", bars)
    names = [action.value for action in Action]
    yield "actions.svg", confusion_picture("Actions", [*names, "none"], names, _confusion(real))


def _confusion(real: Evaluation) -> dict[str, list[int]]:
    """Per shown action, how many parts had each action found; parts that show nothing are the row ``none``.

    Where a part shows several actions, those it shows are not counted in each other's rows: they are no confusion.
    """
    parts: dict[tuple[str, tuple[float, float | None]], dict[Action, tuple[bool, bool]]] = {}
    for seen in real.seen:
        parts.setdefault((seen.path, seen.part), {})[seen.action] = (seen.shown, seen.found)
    counts: dict[str, list[int]] = {}
    for row in [*Action, None]:
        chosen = [
            facts
            for facts in parts.values()
            if (row in facts and facts[row][0] if row else not any(shown for shown, _ in facts.values()))
        ]
        found = [sum(facts[a][1] for facts in chosen if a in facts and (a is row or not facts[a][0])) for a in Action]
        counts[row.value if row else "none"] = [*found, len(chosen)]
    return counts


def _page(real: Evaluation, derived: Evaluation, bundled: list[Bundled]) -> Iterator[str]:
    yield "# What the machine check gets wrong\n"
    yield "Made by `make report-verify`; do not edit."
    yield f"Policy `{real.policy_version}`. {real.clips} clips of {real.identities} people and attacks,"
    yield f"{len(real.trials)} trials; {derived.clips} derived clips, {len(derived.trials)} trials.\n"
    yield f"Brackets hold Wilson 95 % intervals. Below {real.least_n} trials counts are given and no"
    yield "rate: with no error in 29 trials the true rate may still be 11.7 %."
    yield "The media are functional cases, not a sample of anybody's population.\n"
    yield "## Genuine people\n"
    yield "The unit is one labelled part of a clip. *Right* is certified, or sent back for a reason that the clip"
    yield "really has. BPCER is the share that liveness alone (nets and cues) refuses.\n"
    yield from _genuine(real.genuine)
    yield "\nDerived (frames dropped, mirrored, darkened, sideways without a rotation mark):\n"
    yield from _genuine(derived.genuine[:1])
    yield "\n## Attacks\n"
    yield "The unit is a clip. Real attacks without a challenge of their own are tried with each of nod, open mouth,"
    yield "turn left and turn right alone; one certified trial counts. The reference is the most favourable an"
    yield "attacker can have. APCER of liveness alone tells what is left when the challenge is fooled; replayed"
    yield "and mirrored clips show a living face, so the nets rightly pass them; the cues look for cuts and loops.\n"
    yield "| species | certified | passed liveness alone |\n| --- | --- | --- |"
    for species in (*real.species, *derived.species):
        yield f"| {species.species} | {species.certified} | {species.passed_pad} |"
    yield "\n![attacks certified](verify-report/apcer.svg)\n"
    yield "![attacks that pass liveness](verify-report/apcer-liveness.svg)\n"
    yield from _bundled(bundled)
    yield f"Genuine clips held against another person's picture, certified: {real.strangers}.\n"
    yield "## Challenge\n"
    yield "| action | found where it is shown | found where it is not |\n| --- | --- | --- |"
    for action in real.actions:
        yield f"| {action.action} | {action.true} | {action.false} |"
    yield "\n![confusion of actions](verify-report/actions.svg)\n"
    yield from _matching(real)
    yield "\n## Failures\n"
    yield from _failures("Real clips", real.failures)
    yield from _failures("Derived clips", derived.failures)
    yield CANNOT_SAY


def _genuine(groups: list[Genuine]) -> Iterator[str]:
    yield "| group | certified | retry | review | right | BPCER, liveness alone |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for g in groups:
        yield f"| {g.group} | {g.certified} | {g.retry} | {g.review} | {g.right} | {g.bpcer} |"


def _bundled(rows: list[Bundled]) -> Iterator[str]:
    yield "### With a signed bundle\n"
    yield f"Each attack against {BUNDLES} bundles, drawn as the door draws them: two actions, each in its window. An"
    yield "attack that was made for two actions is asked these in half of them. *As it is*: the clip, begun when the"
    yield "recording begins. *Held back*: begun at the best of seventeen moments by somebody who knows the bundle; the"
    yield "picture at rest that he shows until then is taken for one that no cue tells. In brackets the bundles.\n"
    yield "| species | certified as it is | certified held back |\n| --- | --- | --- |"
    for row in rows:
        counts = ((row.certified, row.answered), (row.certified_held, row.answered_held))
        cells = [f"{clips} of {row.clips} ({answered} of {row.bundles})" for clips, answered in counts]
        yield f"| {row.species} | {cells[0]} | {cells[1]} |"
    yield ""


def _matching(real: Evaluation) -> Iterator[str]:
    yield "## Matching\n"
    yield "At the threshold of the policy. Why dlib is held so strictly: [matching.md](matching.md).\n"
    yield "| engine | pairs | threshold | false matches | false non-matches | not comparable | equal error at |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for m in real.matching:
        if m.group == "attack":
            continue
        skipped = ", ".join(f"{n} {reason}" for reason, n in m.not_comparable.items()) or "0"
        point = m.equal_error
        equal = "" if point is None else f"{point.threshold:.2f} ({(point.fmr + point.fnmr) / 2:.1%})"
        yield f"| {m.engine} | {m.group} | {m.threshold} | {m.fmr} | {m.fnmr} | {skipped} | {equal if m.det else ''} |"
    yield "\n![DET curves](verify-report/det.svg)\n"
    for m in real.matching:
        if m.group == "attack":
            matched = m.fnmr.n - m.fnmr.count
            yield f"- {m.engine} takes {matched} of {m.fnmr.n} attacks that show the right person for that person:"
            yield "  matching cannot refuse an attack, liveness and challenge have to."


def _failures(title: str, failures: list[Trial]) -> Iterator[str]:
    yield f"### {title}: {len(failures)} wrong answers\n"
    if not failures:
        return
    causes = Counter((t.role, t.species, str(t.decision), ", ".join(t.reasons)) for t in failures)
    yield "| role | species | decision | reasons | trials |\n| --- | --- | --- | --- | --- |"
    for (role, species, decision, reasons), n in sorted(causes.items()):
        yield f"| {role} | {species} | {decision} | {reasons} | {n} |"
    yield ""
    yield "| clip | part | asked | decision | reasons | liveness nets | match |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for t in failures:
        part = f"{t.part[0]:g}–{'end' if t.part[1] is None else f'{t.part[1]:g}'} s"
        nets = ", ".join(f"{name} {score:.2f}" for name, score in t.pad_scores.items())
        asked = " ".join(t.asked) or f"any; enough: {' '.join(t.certified_if_asked)}"
        score = "" if t.match_score is None else f"{t.match_score:.2f}"
        decision = Decision.CERTIFIED if t.certified_if_asked else t.decision
        yield f"| {Path(t.path).stem} | {part} | {asked} | {decision} | {', '.join(t.reasons)} | {nets} | {score} |"
    yield ""


if __name__ == "__main__":
    main()
