-- depends: 0003-evidence
-- Rules of the match by programme, and stills of accepted proofs as second references.
ALTER TABLE certify.capture ADD COLUMN barred text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN certify.capture.barred IS 'Programmes whose own rules of the match this recording does not reach.';

CREATE TABLE certify.still (
    capture_id  uuid PRIMARY KEY,
    person_key  text NOT NULL,
    blob_id     uuid NOT NULL UNIQUE,
    photo_id    uuid NOT NULL,
    chain       int NOT NULL CHECK (chain > 0),
    captured_at timestamptz NOT NULL,
    accepted    boolean NOT NULL DEFAULT false
);
CREATE INDEX still_by_person ON certify.still (person_key);
COMMENT ON TABLE certify.still IS 'Stills of certified recordings, sealed under the person''s key; a reference once accepted.';
COMMENT ON COLUMN certify.still.photo_id IS 'The agency''s photo that it was held to; with another photo it counts no more.';
COMMENT ON COLUMN certify.still.accepted IS 'True from the transaction on that gives the recording''s first certificate.';

CREATE TABLE certify.discarded_blob (
    blob_id uuid PRIMARY KEY
);
COMMENT ON TABLE certify.discarded_blob IS 'Stills that are no longer needed: their files go before the next recording is judged.';
