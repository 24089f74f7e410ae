-- depends: 0005-retention
-- What people decide: cases for reviewers, and their decision beside the machine's, which stays as it was.
CREATE TABLE certify.review_case (
    case_id          uuid PRIMARY KEY,
    capture_id       uuid NOT NULL UNIQUE,
    visit_id         uuid NOT NULL,
    person_key       text NOT NULL,
    cause            text NOT NULL CHECK (cause IN ('machine', 'sample')),
    programmes       text[] NOT NULL,
    reviewers        int NOT NULL CHECK (reviewers IN (1, 2)),
    blind_to_machine boolean NOT NULL,
    blind_to_first   boolean NOT NULL,
    policy_version   text NOT NULL,
    opened_at        timestamptz NOT NULL DEFAULT now(),
    open             boolean NOT NULL DEFAULT true
);
CREATE INDEX review_case_open ON certify.review_case (opened_at) WHERE open;
CREATE INDEX review_case_by_person ON certify.review_case (person_key);
COMMENT ON TABLE certify.review_case IS 'Recordings for a person to decide on, with the policy of that moment (docs/review.md).';

ALTER TABLE certify.capture
    ADD COLUMN review_decision text CHECK (review_decision IN ('certified', 'retry', 'refused')),
    ADD COLUMN review_reasons  text[] NOT NULL DEFAULT '{}',
    ADD COLUMN review_round    int NOT NULL DEFAULT 0;
COMMENT ON COLUMN certify.capture.review_decision IS 'What reviewers decided last; it counts instead of the machine''s decision.';
COMMENT ON COLUMN certify.capture.review_round IS '0: nobody has; n: the n-th time, or, while reviewed_at is null, it waits for the n-th.';

DROP INDEX certify.capture_by_person;
CREATE INDEX capture_proving ON certify.capture (person_key)
    WHERE coalesce(review_decision, decision) = 'certified';
DROP INDEX certify.capture_certified_by_visit;
CREATE INDEX capture_proving_by_visit ON certify.capture (visit_id, judged_at)
    WHERE coalesce(review_decision, decision) = 'certified';
CREATE INDEX certificate_by_proof ON certify.certificate (proof_id);
