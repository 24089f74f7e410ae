"""A county with reviewers: recordings that the machine doubts, sealed clips and photos, and certify's own folds."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from schemas.base import stable_id
from schemas.capture import CaptureReceived, Challenge, LegalBasis
from schemas.topics import CONSENT, REVIEW, VISIT
from services.certify.certifying import Certifier
from services.certify.domain.recognition import RecognitionPolicy
from services.certify.domain.review_policy import ProgrammeReview, ReviewPolicy
from services.certify.withdrawing import fold_withdrawals
from services.gateway.access.callers import Role
from services.gateway.access.enrolment import enrol_client
from services.gateway.store import captures
from services.gateway.store.captures import CaptureRow
from services.platform.ledger import Transaction
from services.platform.references import put_reference
from services.platform.runner import Reader
from services.platform.sealing import key_id_of, seal_bytes
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.county import County
from tests.streams.certifying_office import CAPTURE, CERTIFIED, make_certifier

DOUBTFUL: dict[str, Any] = CERTIFIED | {"decision": "review", "reasons": ["face_differs"]}
CLIP, PHOTO = b"\x00\x00\x00\x18ftypmp42" + bytes(5000), b"\xff\xd8\xff\xe0" + bytes(900)
NEXT, APPEALS = "/v1/review-cases/next", "/v1/appeals"


@dataclass
class ReviewOffice(County):
    """Films people, lets the machine doubt, and lets reviewers decide."""

    rules: ProgrammeReview = field(default_factory=lambda: ProgrammeReview(sample_rate=0.0))
    certifier: Certifier = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.certifier = make_certifier(RecognitionPolicy(), review=ReviewPolicy(default=self.rules))
        self.readers |= {
            VISIT.name: Reader(VISIT, self.certifier.fold_visits),
            CONSENT.name: Reader(CONSENT, fold_withdrawals),
            REVIEW.name: Reader(REVIEW, self.certifier.fold_reviews),
        }

    async def reviewer(self) -> dict[str, str]:
        """Headers of one more reviewer."""
        async with await psycopg.AsyncConnection.connect(self.bench.settings.database) as connection:
            made = await enrol_client(connection, Role.REVIEWER)
        form = {"grant_type": "client_credentials", **vars(made)}
        answer = await self.bench.http.post("/v1/token", data=form)
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    async def film(
        self,
        number: str,
        found: dict[str, Any] = DOUBTFUL,
        *,
        clip: bytes = CLIP,
        photo: bytes = PHOTO,
        media_type: str = "video/mp4",
        basis: LegalBasis = LegalBasis.STATUTORY_DUTY,
    ) -> UUID:
        """A recording of a person's open visit, sealed as the door seals it, of which the machine found this."""
        bench, person, visit_id = self.bench, self.person(number), await self.visit(number)
        phone = await self.phone()
        given = await bench.challenge(phone, visit_id)
        challenge = Challenge.model_validate_json(json.dumps(given))
        capture_id, key_id = stable_id("capture", str(challenge.challenge_id)), key_id_of(person)
        blob_id, now = stable_id("blob", str(capture_id)), datetime.now(UTC)
        recording = CAPTURE.recording.model_copy(update={"blob_id": blob_id, "media_type": media_type})
        event = CAPTURE.model_copy(
            update={
                "capture_id": capture_id,
                "visit_id": visit_id,
                "person_key": person,
                "recording": recording,
                "captured_at": now,
                "challenge": challenge,
                "legal_basis": basis,
            }
        )
        sha256 = hashlib.sha256(clip).hexdigest()
        row = CaptureRow(
            capture_id, challenge.challenge_id, visit_id, phone.device_id, sha256, len(clip), now, now, blob_id, None
        )
        async with await psycopg.AsyncConnection.connect(bench.settings.database) as connection:
            keys = await bench.door.keyring.get_or_make(connection, [key_id])
            bench.door.blobs.put(blob_id, seal_bytes(keys[key_id], key_id, clip))
            await put_reference(connection, bench.door.keyring, bench.door.blobs, person, photo, source="hrss")
            await captures.add_capture(connection, row)
            await connection.execute(
                "INSERT INTO certify.judgement (capture_id, verification) VALUES (%s, %s)", (capture_id, Jsonb(found))
            )
            await self._fold_capture(Transaction(connection, "/test"), event)
        await self.fold()
        return capture_id

    async def _fold_capture(self, transaction: Transaction, event: CaptureReceived) -> None:
        await self.certifier.fold_captures(transaction, [event])
        await transaction.flush()

    async def take(self, headers: dict[str, str]) -> dict[str, Any] | None:
        """The next case of this reviewer."""
        answer = await self.bench.http.post(NEXT, headers=headers)
        assert answer.status_code == 200, answer.text
        case: dict[str, Any] | None = answer.json()["case"]
        return case

    async def look(self, headers: dict[str, str], case: dict[str, Any]) -> None:
        """Opens the recording of a case, as the page does at once."""
        answer = await self.bench.http.get(f"/v1/review-cases/{case['case_id']}/clip", headers=headers)
        assert answer.status_code == 200, answer.text

    async def decide(self, headers: dict[str, str], decision: str, *reasons: str) -> dict[str, Any]:
        """Takes the next case, looks at it and decides it; what follows is folded."""
        case = await self.take(headers)
        assert case is not None, "nothing waits for this reviewer"
        await self.look(headers, case)
        path = f"/v1/review-cases/{case['case_id']}/decision"
        return await self.move(headers, path, {"decision": decision, "reasons": list(reasons)})

    async def certificates(self) -> int:
        """How many certificates there are."""
        ((count,),) = await self.bench.execute("SELECT count(*) FROM certify.certificate")
        return int(count)


async def open_office(bench: Bench, *people: str, **rules: Any) -> ReviewOffice:
    """Each of these people is asked for by two agencies."""
    office = ReviewOffice(bench, rules=ProgrammeReview(**({"sample_rate": 0.0} | rules)))
    for number in people:
        await office.ask(f"P-{number[-4:]}", number)
        await office.ask(f"S-{number[-4:]}", number, agency="civil_affairs")
    return office
