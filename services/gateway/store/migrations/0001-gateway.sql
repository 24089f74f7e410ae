-- depends: 0001-ledger
-- What the door knows: who may come in, which lists came, which challenges were given, which captures arrived.
CREATE SCHEMA IF NOT EXISTS gateway;

CREATE TABLE gateway.client (
    client_id   text  PRIMARY KEY,
    secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
    role        text  NOT NULL CHECK (role IN ('agency', 'scheduler', 'reviewer', 'auditor', 'admin')),
    agency      text,
    name        text  NOT NULL,
    made_at     timestamptz NOT NULL DEFAULT now(),
    revoked_at  timestamptz,
    CHECK ((role = 'agency') = (agency IS NOT NULL))
);
COMMENT ON COLUMN gateway.client.secret_hash IS 'SHA-256 of 32 random bytes: too many to guess, so no slow hash is needed.';

CREATE TABLE gateway.device (
    device_id     uuid   PRIMARY KEY,
    token_hash    bytea  NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    cadre_id      text   NOT NULL,
    name          text   NOT NULL,
    public_key    jsonb  NOT NULL,
    village_codes text[] NOT NULL,
    made_at       timestamptz NOT NULL DEFAULT now(),
    revoked_at    timestamptz
);
COMMENT ON COLUMN gateway.device.public_key IS 'JWK (P-256 or Ed25519) of the key that signs recordings and never leaves the phone.';

CREATE TABLE gateway.list (
    list_id     uuid PRIMARY KEY,
    agency      text NOT NULL,
    file_name   text NOT NULL,
    sha256      text NOT NULL,
    rows        int  NOT NULL,
    sent        int  NOT NULL,
    problems    jsonb NOT NULL,
    sheets      text[] NOT NULL,
    received_at timestamptz NOT NULL
);
CREATE INDEX list_by_agency ON gateway.list (agency, received_at);

CREATE TABLE gateway.list_row (
    list_id    uuid NOT NULL REFERENCES gateway.list ON DELETE CASCADE,
    row        int  NOT NULL,
    agency     text NOT NULL,
    request_id text,
    code       text,
    PRIMARY KEY (list_id, row)
);
CREATE INDEX list_row_by_request ON gateway.list_row (agency, request_id);
COMMENT ON COLUMN gateway.list_row.code IS 'Why the door did not take the row; null when it was sent on to intake.';

CREATE TABLE gateway.challenge (
    challenge_id uuid   PRIMARY KEY,
    visit_id     uuid   NOT NULL,
    device_id    uuid   NOT NULL REFERENCES gateway.device,
    actions      text[] NOT NULL,
    issued_at    timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz
);
CREATE INDEX challenge_by_visit ON gateway.challenge (visit_id);

CREATE TABLE gateway.capture (
    capture_id   uuid PRIMARY KEY,
    challenge_id uuid NOT NULL UNIQUE REFERENCES gateway.challenge,
    visit_id     uuid NOT NULL,
    device_id    uuid NOT NULL REFERENCES gateway.device,
    sha256       text NOT NULL,
    size         bigint NOT NULL,
    captured_at  timestamptz NOT NULL,
    received_at  timestamptz NOT NULL,
    blob_id      uuid NOT NULL
);
CREATE INDEX capture_by_visit_and_device ON gateway.capture (visit_id, device_id);

CREATE TABLE gateway.upload (
    upload_id  text PRIMARY KEY,
    device_id  uuid NOT NULL REFERENCES gateway.device,
    size       bigint NOT NULL,
    capture_id uuid NOT NULL REFERENCES gateway.capture,
    settled_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE gateway.upload IS 'Finished uploads: a phone that lost the last answer asks again and learns that all is there.';
