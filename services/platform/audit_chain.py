"""The audit log as a chain: what a line says, how lines hang together, and how an exported log is checked.

A line is canonical JSON and names the SHA-256 of the line before. An exported file has one line `<hash> <JSON>` for
each, and ends with a proof that the county signed: from which line to which, and the hashes at both ends. So whatever
is removed, changed, moved or cut off is found, without the database and without us.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from services.platform.audit_faults import AuditFault, Finding

GENESIS = bytes(32)
"""What the first line names as the hash of the line before it."""
PROOF_TYPE = "onevisit-audit+jws"
"""``typ`` of a proof: the same key signs certificates and tokens, and none of them may pass for another."""
ALGORITHM = "Ed25519"
_PROOF = "proof "
_LINE = re.compile(r"([0-9a-f]{64}) (\{.*\})")
_WORD = re.compile(r"[A-Za-z0-9._:+-]{1,100}")
_ID_NUMBER = re.compile(r"[0-9]{14}[0-9Xx]|[0-9]{17}[0-9Xx]")
OPERATOR = ("operator", "operator")
"""Actor and role of whoever runs commands on the county's own machine."""
Said = str | int | bool | Sequence[str]


class Act(StrEnum):
    """What somebody did. Permanent: never renamed, never reused."""

    ACCESS_GIVEN = "access.given"
    ACCESS_OFFERED = "access.offered"
    ACCESS_ENDED = "access.ended"
    SESSION_BEGUN = "session.begun"
    SESSION_ENDED = "session.ended"
    DAY_OPENED = "day.opened"
    IDENTITY_OPENED = "identity.opened"
    IDENTITY_DECIDED = "identity.decided"
    LIFE_EVENT_STATED = "life_event.stated"
    LIFE_EVENT_ACKNOWLEDGED = "life_event.acknowledged"
    LAPSE_TAKEN = "lapse.taken"
    LAPSE_DECIDED = "lapse.decided"
    CAMPAIGN_STATED = "campaign.stated"
    CAMPAIGN_DECIDED = "campaign.decided"
    BURDEN_TAKEN = "burden.taken"
    BURDEN_SETTLED = "burden.settled"
    PLAN_OPENED = "plan.opened"
    PROPOSAL_ANSWERED = "proposal.answered"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    FEEDBACK_OPENED = "feedback.opened"
    FEEDBACK_ANSWER_READ = "feedback.answer_read"
    FEEDBACK_PASSED_ON = "feedback.passed_on"
    FEEDBACK_GIVEN_BACK = "feedback.given_back"
    FEEDBACK_ANSWERED = "feedback.answered"
    REVIEW_OPENED = "review.opened"
    REVIEW_CLIP_OPENED = "review.clip_opened"
    REVIEW_PHOTO_OPENED = "review.photo_opened"
    REVIEW_DECIDED = "review.decided"
    REVIEW_APPEALED = "review.appealed"
    CERTIFICATE_OPENED = "certificate.opened"
    CERTIFICATE_REVOKED = "certificate.revoked"
    RECEIPT_GIVEN = "receipt.given"
    RECORDS_CHECKED = "records.checked"
    DELIVERY_SENT_AGAIN = "delivery.sent_again"
    WEBHOOK_RESUMED = "webhook.resumed"
    MEASUREMENTS_OPENED = "measurements.opened"
    AUDIT_EXPORTED = "audit.exported"
    DATABASE_RESTORED = "database.restored"
    PERSON_EXPORTED = "person.exported"
    PERSON_ERASED = "person.erased"


@dataclass(frozen=True)
class Entry:
    """What a line says, but for its place in the chain."""

    actor: str
    """Account: client id, device id, or `operator` for whoever runs commands on the county's machine."""
    role: str
    """What the account is to the system."""
    act: Act
    """What it did."""
    subject: str
    """To what: kind and id, e.g. `capture:` and its UUID."""
    keys: tuple[UUID, ...] = ()
    """Whose data were opened: ids of data keys, which say nothing without the county's secret."""
    detail: Mapping[str, Said] | None = None
    """Codes, ids and numbers."""

    def __post_init__(self) -> None:
        """Raises ValueError for anything but codes, ids and numbers: no name, no text, no ID number enters the log."""
        words = [self.actor, self.role, self.subject, *(self.detail or {})]
        for said in (self.detail or {}).values():
            words += [said] if isinstance(said, str) else [] if isinstance(said, int) else list(said)
        for word in words:
            if not _WORD.fullmatch(word) or any(_ID_NUMBER.fullmatch(part) for part in re.split(r"[._:+-]", word)):
                raise ValueError("an audit line holds codes, ids and numbers only")


def write_line(entry: Entry, number: int, at: datetime, previous: bytes) -> str:
    """The line: keys sorted, no spaces, so that equal content is equal text."""
    content = {
        "number": number,
        "at": at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "actor": entry.actor,
        "role": entry.role,
        "act": entry.act.value,
        "subject": entry.subject,
        "keys": [str(key) for key in entry.keys],
        "detail": dict(entry.detail or {}),
        "previous": previous.hex(),
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def hash_of(line: str) -> bytes:
    """SHA-256 of a line as it stands."""
    return hashlib.sha256(line.encode()).digest()


def sign_proof(key: OKPKey, *, first: int, last: int, previous: bytes, head: bytes, made_at: datetime) -> str:
    """The signed end of an export: a compact JWS."""
    content = {
        "first": first,
        "last": last,
        "previous": previous.hex(),
        "head": head.hex(),
        "made_at": made_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    header = {"alg": ALGORITHM, "typ": PROOF_TYPE, "kid": key.thumbprint()}
    payload = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return jws.serialize_compact(header, payload, key, algorithms=[ALGORITHM])


def export_lines(lines: Iterable[tuple[str, bytes]], proof: str) -> Iterator[str]:
    """The lines of an exported file, each with its end of line."""
    for line, digest in lines:
        yield f"{digest.hex()} {line}\n"
    yield f"{_PROOF}{proof}\n"


@dataclass(frozen=True)
class Checked:
    """What a check of an exported log has found."""

    findings: tuple[Finding, ...]
    """Nothing, when it holds."""
    lines: int
    """How many lines were read."""
    proof: Mapping[str, Any] | None
    """What the county has signed; None when the proof is none."""
    hashes: Mapping[int, bytes]
    """Hash of each line, as computed."""


def check_export(content: bytes, keys: KeySet) -> Checked:
    """Checks an exported log against the county's public keys; every fault is named with its line."""
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Checked((Finding(AuditFault.LINE_UNREADABLE, line),), 0, None, {})
    rows = text.split("\n")
    if rows.pop() != "" or not rows or not rows[-1].startswith(_PROOF):
        return Checked((Finding(AuditFault.PROOF_MISSING, len(rows)),), len(rows), None, {})
    proof = _read_proof(rows.pop().removeprefix(_PROOF), keys)
    if isinstance(proof, AuditFault):
        return Checked((Finding(proof, len(rows) + 1),), len(rows), None, {})
    findings, hashes, before = _read_lines(rows, proof)
    findings += _links(hashes, before, proof)
    return Checked(tuple(sorted(findings, key=lambda f: f.number)), len(rows), proof, hashes)


def compare_with_older(newer: Checked, older: Checked) -> tuple[Finding, ...]:
    """The first line that an older export shows otherwise: so it is found when the log was rewritten since, even by
    somebody who has the county's key. Files that neither share a line nor follow each other say nothing of each other,
    and that is a fault too."""
    if newer.proof is None or older.proof is None:
        return ()
    if newer.proof["last"] < older.proof["last"]:
        return (Finding(AuditFault.SHORTER_THAN_BEFORE, newer.proof["last"] + 1),)
    now, before = _known(newer.hashes, newer.proof), _known(older.hashes, older.proof)
    shared = sorted(now.keys() & before.keys())
    if not shared:
        return (Finding(AuditFault.NOT_COMPARABLE, newer.proof["first"]),)
    return next(((Finding(AuditFault.REWRITTEN, number),) for number in shared if now[number] != before[number]), ())


def _known(hashes: Mapping[int, bytes], proof: Mapping[str, Any]) -> dict[int, bytes]:
    """Hash of each line of a file, and of the line before its first, which the proof names."""
    ends = {proof["first"] - 1: bytes.fromhex(proof["previous"]), proof["last"]: bytes.fromhex(proof["head"])}
    return ends | dict(hashes)


def _read_proof(text: str, keys: KeySet) -> dict[str, Any] | AuditFault:
    parts = text.split(".")
    if len(parts) != 3 or not all(_is_canonical(part) for part in parts):
        return AuditFault.PROOF_WRONG
    try:
        header = jws.extract_compact(text.encode()).headers()
        known = {key.thumbprint(): key for key in keys.keys}
        if header.get("kid") not in known:
            return AuditFault.PROOF_KEY_UNKNOWN
        verified = jws.deserialize_compact(text, known[header["kid"]], algorithms=[ALGORITHM])
        content = dict(json.loads(verified.payload))
        bytes.fromhex(content["head"]), bytes.fromhex(content["previous"])
    except (JoseError, ValueError, KeyError, TypeError):
        return AuditFault.PROOF_WRONG
    if header.get("typ") != PROOF_TYPE:
        return AuditFault.PROOF_WRONG
    return content


def _is_canonical(part: str) -> bool:
    """Whether this is the one way to write these bytes in base64url: a changed spare bit is a change."""
    try:
        decoded = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        return False
    return base64.urlsafe_b64encode(decoded).decode().rstrip("=") == part


def _read_lines(
    rows: Sequence[str], proof: Mapping[str, Any]
) -> tuple[list[Finding], dict[int, bytes], dict[int, bytes]]:
    """Faults of single lines and of their order; of each number the hash, and the hash that it names as before it."""
    findings: list[Finding] = []
    hashes: dict[int, bytes] = {}
    before: dict[int, bytes] = {}
    highest = int(proof["first"]) - 1
    for place, row in enumerate(rows, int(proof["first"])):
        match = _LINE.fullmatch(row)
        content = _content(match[2]) if match else None
        if match is None or content is None:
            findings.append(Finding(AuditFault.LINE_UNREADABLE, place))
            continue
        number = content["number"]
        digest = hash_of(match[2])
        if digest.hex() != match[1]:
            findings.append(Finding(AuditFault.LINE_CHANGED, number))
        if number in hashes:
            findings.append(Finding(AuditFault.LINE_DOUBLED, number))
        elif number < highest:
            findings.append(Finding(AuditFault.LINE_MOVED, number))
        elif not proof["first"] <= number <= proof["last"]:
            findings.append(Finding(AuditFault.LINE_FOREIGN, number))
        highest = max(highest, number)
        hashes.setdefault(number, digest)
        before.setdefault(number, bytes.fromhex(content["previous"]))
    return findings, hashes, before


def _content(text: str) -> dict[str, Any] | None:
    try:
        content = json.loads(text)
        if isinstance(content["number"], int) and len(bytes.fromhex(content["previous"])) == 32:
            return dict(content)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    return None


def _links(hashes: Mapping[int, bytes], before: Mapping[int, bytes], proof: Mapping[str, Any]) -> list[Finding]:
    """Lines that are not there, and lines that do not hang together."""
    first, last = int(proof["first"]), int(proof["last"])
    findings = [Finding(AuditFault.LINE_MISSING, number) for number in range(first, last + 1) if number not in hashes]
    expected = {first: bytes.fromhex(proof["previous"])} | {number + 1: digest for number, digest in hashes.items()}
    findings += [
        Finding(AuditFault.CHAIN_BROKEN, number)
        for number, named in before.items()
        if number in expected and named != expected[number]
    ]
    signed = bytes.fromhex(proof["head"])
    if expected.get(last + 1, signed) != signed:
        findings.append(Finding(AuditFault.HEAD_DIFFERS, last))
    return findings
