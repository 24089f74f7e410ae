-- depends: 0004-match
-- What is held of a face, apart from what was decided: so that it can be deleted when its time is over.
ALTER TABLE certify.judgement ADD COLUMN measurements bytea;
COMMENT ON COLUMN certify.judgement.measurements IS 'What was measured on the recording, sealed under the person''s key; null once it was deleted.';

ALTER TABLE certify.capture
    ADD COLUMN blob_id     uuid,
    ADD COLUMN judged_at   timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN reviewed_at timestamptz,
    ADD COLUMN deleted_at  timestamptz;
COMMENT ON COLUMN certify.capture.blob_id IS 'The sealed recording.';
COMMENT ON COLUMN certify.capture.reviewed_at IS 'When a reviewer decided; until then a recording for review is kept.';
COMMENT ON COLUMN certify.capture.deleted_at IS 'When recording and measurements were deleted; the decision stays.';
CREATE INDEX capture_held ON certify.capture (judged_at) WHERE deleted_at IS NULL;
CREATE INDEX capture_certified_by_visit ON certify.capture (visit_id, judged_at) WHERE decision = 'certified';
