-- depends: 0009-received
-- How people moved in their recordings, so that one of them shown again is noticed.
CREATE TABLE certify.motion (
    capture_id  uuid PRIMARY KEY,
    person_key  text NOT NULL,
    captured_at timestamptz NOT NULL,
    box         bytea NOT NULL
);
CREATE INDEX motion_by_person ON certify.motion (person_key, captured_at);
COMMENT ON TABLE certify.motion IS 'Motions of certified and reviewed recordings: no picture, no template; they outlive the recording (docs/privacy.md).';
COMMENT ON COLUMN certify.motion.box IS 'The motion, sealed under the person''s key.';
