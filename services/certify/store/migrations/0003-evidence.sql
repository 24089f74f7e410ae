-- depends: 0002-recognition
-- Proofs that are no recording; visits that are paused or in question; what a certificate rests on.
CREATE TABLE certify.evidence (
    evidence_id uuid PRIMARY KEY,
    person_key  text NOT NULL,
    source      text NOT NULL,
    acted_by    text NOT NULL,
    happened_on date NOT NULL,
    provided_by text NOT NULL,
    visit_id    uuid,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX evidence_by_person ON certify.evidence (person_key);

ALTER TABLE certify.visit
    DROP CONSTRAINT visit_status_check,
    ADD CONSTRAINT visit_status_check CHECK (status IN ('open', 'paused', 'closed')),
    ADD COLUMN question_id uuid;

CREATE INDEX capture_waiting ON certify.capture (person_key) WHERE NOT told;

ALTER TABLE certify.certificate
    ALTER COLUMN visit_id DROP NOT NULL,
    ADD COLUMN evidence text NOT NULL DEFAULT 'in_person_face',
    ADD COLUMN proof_id uuid,
    ADD COLUMN evidence_source text;
COMMENT ON COLUMN certify.certificate.visit_id IS 'Null when nobody had to ride.';
COMMENT ON COLUMN certify.certificate.evidence IS 'Until there was evidence without a visit, every proof was in_person_face.';
