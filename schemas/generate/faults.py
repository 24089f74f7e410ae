"""Examples that every reader must refuse: a valid one with one fault, and the fault in the file's name."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from schemas.generate.specimens import valid_examples

_ABSENT: Final = object()
_Path = tuple[str | int, ...]

FAULTS: Mapping[str, Mapping[str, tuple[_Path, Any]]] = {
    "org.onevisit.request.batch.v1": {
        "batch-without-items": (("items",), []),
        "agency-in-upper-case": (("agency",), "HRSS"),
        "item-of-unknown-kind": (("items", 0, "kind"), "cancelled"),
        "item-without-kind": (("items", 2, "kind"), _ABSENT),
        "personal-data-in-the-open": (("items", 0, "personal"), {"name": "示例"}),
        "sealed-box-too-short": (("items", 0, "personal", "box"), "AAAA"),
        "row-zero": (("items", 0, "origin", "row"), 0),
        "moment-without-zone": (("recorded_at",), "2026-11-24T01:00:00"),
    },
    "org.onevisit.request.person.v1": {
        "person-key-too-short": (("items", 0, "person_key"), "abc123"),
        "due-date-with-time": (("items", 0, "due_date"), "2026-12-31T10:00:00Z"),
        "due-date-that-does-not-exist": (("items", 0, "due_date"), "2026-02-30"),
        "village-code-of-nine-digits": (("items", 0, "village_code"), "990101001"),
        "village-code-in-full-width-digits": (("items", 0, "village_code"), "９９０１０１００１００１"),
        "control-character-in-request-id": (("items", 2, "request_id"), "P\u001f9"),
    },
    "org.onevisit.request.rejected.v1": {
        "code-in-words": (("code",), "wrong check character"),
        "without-next-step": (("next_step",), _ABSENT),
    },
    "org.onevisit.visit.changed.v1": {
        "without-requests": (("requests",), []),
        "window-of-one-date": (("window",), ["2026-11-15"]),
        "window-of-three-dates": (("window",), ["2026-11-15", "2026-11-20", "2026-12-31"]),
        "version-zero": (("version",), 0),
        "version-as-text": (("version",), "1"),
        "unknown-status": (("status",), "planned"),
        "dwelling-in-the-open": (("dwelling",), "第三组12号"),
    },
    "org.onevisit.plan.published.v1": {
        "stop-without-visits": (("routes", 0, "stops", 0, "visit_ids"), []),
        "route-without-stops": (("routes", 0, "stops"), []),
        "unknown-half-day": (("routes", 0, "half_day"), "evening"),
    },
    "org.onevisit.capture.received.v1": {
        "without-legal-basis": (("legal_basis",), _ABSENT),
        "challenge-without-actions": (("challenge", "actions"), []),
        "unknown-action": (("challenge", "actions"), ["jump"]),
        "prompt-before-the-recording": (("challenge", "prompts", 0, "at_s"), -0.5),
        "prompt-without-end": (("challenge", "prompts", 1, "until_s"), _ABSENT),
        "unknown-form-of-prompts": (("challenge", "prompt_form"), "written"),
        "hash-in-upper-case": (("recording", "sha256"), "A" * 64),
        "visit-id-that-is-no-uuid": (("visit_id",), "visit-17"),
        "moment-without-zone": (("captured_at",), "2026-11-24T02:30:00"),
        "camera-in-the-open": (("camera",), {"label": "OBS Virtual Camera"}),
    },
    "org.onevisit.verdict.reached.v1": {
        "machine-refuses": (("verification", "decision"), "refused"),
        "unknown-reason": (("verification", "reasons"), ["looks_odd"]),
        "name-of-a-program": (("verification", "quality", "traces"), ["OBS Studio 30.1"]),
        "name-of-a-camera": (("verification", "quality", "camera", "kind"), "OBS Virtual Camera"),
        "unknown-judge": (("decided_by",), "algorithm"),
        "unknown-action": (("verification", "challenge"), {"jump": {"passed": True, "span_s": None}}),
        "liveness-above-one": (("verification", "pad", "score"), 1.5),
        "likeness-above-one": (("verification", "seen", "likeness"), 1.2),
        "earlier-recording-without-a-name": (("verification", "seen", "earlier"), ""),
        "measurements-in-the-open": (("measurements",), {"asked": {"actions": ["nod"]}}),
        "without-policy-version": (("verification", "policy_version"), _ABSENT),
        "unknown-review": (("reviewed",), {"round": 1, "decision": "perhaps", "reasons": []}),
        "unknown-fault-of-the-bundle": (("verification", "bundle", "faults"), ["stolen"]),
    },
    "org.onevisit.review.decided.v1": {
        "refused-without-a-reason": (("reasons",), []),
        "unknown-reason": (("reasons",), ["looks_odd"]),
        "review-is-no-end": (("decision",), "review"),
        "decided-by-nobody": (("decided_by",), []),
        "round-zero": (("round",), 0),
    },
    "org.onevisit.review.appealed.v1": {
        "appeal-of-the-first-round": (("round",), 1),
        "appealed-by-a-neighbour": (("appealed_by",), "neighbour"),
        "ground-in-words": (("ground",), "That is my mother"),
    },
    "org.onevisit.certificate.issued.v1": {
        "certificate-of-two-parts": (("jws",), "aGVhZA.Ym9keQ"),
        "unknown-evidence": (("evidence",), "photo"),
        "without-visit": (("visit_id",), _ABSENT),
        "unknown-source-of-evidence": (("evidence_source",), "hearsay"),
    },
    "org.onevisit.certificate.revoked.v1": {
        "reason-in-words": (("reason",), "the wrong person was filmed"),
        "without-reason": (("reason",), _ABSENT),
    },
    "org.onevisit.revocation.ordered.v1": {
        "reason-of-no-list": (("reason",), "I_CHANGED_MY_MIND"),
        "ordered-by-nobody": (("ordered_by",), _ABSENT),
    },
    "org.onevisit.receipt.given.v1": {
        "unknown-outcome": (("outcome",), "perhaps"),
        "rejected-without-code": (("outcome",), "rejected"),
        "without-moment": (("decided_at",), _ABSENT),
        "sequence-zero": (("sequence",), 0),
    },
    "org.onevisit.life-event.recorded.v1": {
        "alive-is-no-life-event": (("kind",), "alive"),
        "unknown-stage": (("stage",), "rumoured"),
        "without-source": (("source",), ""),
        "date-without-precision": (("happened", "precision"), _ABSENT),
        "reported-by-nobody": (("reported_by",), ""),
    },
    "org.onevisit.life-event.acknowledged.v1": {
        "version-zero": (("version",), 0),
        "unknown-form-of-agency": (("agency",), "HRSS"),
    },
    "org.onevisit.life-event.notified.v1": {
        "without-requests": (("requests",), []),
        "version-zero": (("version",), 0),
        "unknown-effect": (("requests", 0, "effect"), "stopped"),
    },
    "org.onevisit.identity.decided.v1": {
        "perhaps": (("same",), None),
        "decided-by-nobody": (("decided_by",), ""),
    },
    "org.onevisit.request.noticed.v1": {
        "code-in-words": (("code",), "sent again"),
        "without-next-step": (("next_step",), _ABSENT),
    },
    "org.onevisit.lapse.step-reached.v1": {
        "a-step-that-stops-a-payment": (("step",), "stop"),
        "without-the-last-day": (("counts_until",), _ABSENT),
        "without-request": (("request_id",), ""),
    },
    "org.onevisit.burden.letter-written.v1": {
        "a-cadre-is-no-agency": (("agency",), "cadre-1"),
        "without-rank": (("rank",), 0),
        "a-day-is-no-month": (("month",), "2026-11-01"),
    },
    "org.onevisit.campaign.decided.v1": {
        "perhaps": (("accepted",), None),
        "without-days": (("last_day",), _ABSENT),
    },
    "org.onevisit.feedback.passed-on.v1": {
        "a-kind-of-its-own": (("kind",), "complaint"),
        "without-the-report": (("feedback_id",), _ABSENT),
        "to-nobody": (("agency",), ""),
    },
    "org.onevisit.visit-outcome.recorded.v1": {
        "certified-is-no-outcome": (("outcome",), "certified"),
        "free-text-as-note": (("note_code",), "He is in the fields"),
        "half-a-day-in-words": (("come_again_half_day",), "morning"),
        "without-a-basis": (("legal_basis",), _ABSENT),
        "said-by-nobody": (("reported_by",), ""),
    },
    "org.onevisit.visit.announced.v1": {
        "without-day": (("day",), _ABSENT),
        "without-requests": (("requests",), []),
    },
    "org.onevisit.evidence.recorded.v1": {
        "unknown-source": (("source",), "hearsay"),
        "unknown-actor": (("acted_by",), "neighbour"),
        "day-with-time": (("happened_on",), "2026-11-20T10:00:00Z"),
    },
    "org.onevisit.consent.withdrawn.v1": {
        "said-by-a-neighbour": (("said_by",), "neighbour"),
        "without-moment": (("withdrawn_at",), _ABSENT),
        "recorded-by-nobody": (("recorded_by",), ""),
    },
    "org.onevisit.evidence.recognised.v1": {
        "without-answers": (("answers",), []),
    },
    "org.onevisit.alignment.asked.v1": {
        "no-day-at-all": (("max_days",), 0),
        "a-quarter-of-a-year": (("max_days",), 90),
        "unknown-objective": (("objective",), "money"),
        "limit-that-narrows-windows": (("limits", "family_planning", "max_days_earlier"), -1),
        "asked-by-nobody": (("asked_by",), ""),
    },
    "org.onevisit.alignment.proposed.v1": {
        "without-proposals": (("proposals",), []),
        "without-changes": (("proposals", 0, "changes"), []),
        "a-window-gets-narrower": (("proposals", 0, "changes", 0, "days_earlier"), -3),
        "area-of-a-county": (("proposals", 0, "changes", 0, "area"), "990101"),
        "nobody-has-to-accept": (("proposals", 0, "agencies"), []),
    },
    "org.onevisit.alignment.answered.v1": {
        "perhaps": (("accepted",), None),
        "accepted-in-words": (("accepted",), "yes"),
        "decided-by-nobody": (("decided_by",), ""),
    },
    "org.onevisit.alignment.settled.v1": {
        "accepted-is-no-end": (("state",), "accepted"),
        "without-next-step": (("next_step",), _ABSENT),
    },
    "org.onevisit.dead-letter.v1": {
        "negative-offset": (("offset",), -1),
        "header-without-value": (("headers",), [["content-type"]]),
        "code-in-words": (("code",), "not a cloudevent"),
    },
}
"""By event type and name of the fault: where in the first valid example, and the value put there (or taken away)."""


def faulty_examples() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Event type, file name and content of every example that must be refused."""
    first_valid: dict[str, dict[str, Any]] = {}
    for event_type, _, document in valid_examples():
        first_valid.setdefault(event_type, document)
    for event_type, faults in FAULTS.items():
        for name, (path, value) in faults.items():
            yield event_type, f"invalid-{name}", _with_fault(first_valid[event_type], path, value)


def _with_fault(valid: dict[str, Any], path: _Path, value: Any) -> dict[str, Any]:
    document: Any = deepcopy(valid)
    place = document
    for step in path[:-1]:
        place = place[step]
    if value is _ABSENT:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return dict(document)
