-- depends: 0005-challenge-windows
-- A phone enrols itself with a one-time code that a desk has made; whose phone it is, is said by name.
ALTER TABLE gateway.device ADD COLUMN cadre_name text NOT NULL DEFAULT '';

CREATE TABLE gateway.device_enrolment (
    enrolment_id  uuid   PRIMARY KEY,
    code_hash     bytea  NOT NULL UNIQUE CHECK (octet_length(code_hash) = 32),
    cadre_id      text   NOT NULL,
    cadre_name    text   NOT NULL,
    village_codes text[] NOT NULL,
    name          text   NOT NULL,
    made_by       text   NOT NULL,
    made_at       timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    device_id     uuid   REFERENCES gateway.device,
    key_thumbprint text,
    CHECK ((device_id IS NULL) = (key_thumbprint IS NULL))
);
COMMENT ON COLUMN gateway.device_enrolment.code_hash IS 'SHA-256 of 32 random bytes; the code itself is shown once and never stored.';
COMMENT ON COLUMN gateway.device_enrolment.key_thumbprint IS 'RFC 7638, of the key that used the code: the same key may ask again when the answer was lost.';
