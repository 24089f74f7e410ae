-- depends: 0006-device-enrolment
-- What a phone takes with it: what each person can do, and how far its own recordings are.
CREATE TABLE gateway.person_abilities (
    person_key  text  PRIMARY KEY,
    box         bytea NOT NULL,
    said_by     text  NOT NULL,
    recorded_at timestamptz NOT NULL
);
COMMENT ON COLUMN gateway.person_abilities.box IS 'JSON {abilities, unable}: health data, sealed under the person''s key (platform.keyring).';

CREATE INDEX capture_by_device ON gateway.capture (device_id, received_at);
