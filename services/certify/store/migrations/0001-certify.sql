-- depends: 0001-ledger
-- What certify knows: the visits it was told of, what it judged, what it certified.
CREATE SCHEMA IF NOT EXISTS certify;

CREATE TABLE certify.visit (
    visit_id   uuid PRIMARY KEY,
    person_key text NOT NULL,
    version    bigint NOT NULL,
    requests   jsonb NOT NULL
);

CREATE TABLE certify.judgement (
    capture_id   uuid PRIMARY KEY,
    verification jsonb NOT NULL,
    judged_at    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE certify.judgement IS 'The machine''s finding on a recording, kept so that a restart does not judge it twice.';

CREATE TABLE certify.capture (
    capture_id  uuid PRIMARY KEY,
    visit_id    uuid NOT NULL,
    person_key  text NOT NULL,
    captured_at timestamptz NOT NULL,
    decision    text NOT NULL CHECK (decision IN ('certified', 'review', 'retry')),
    reasons     text[] NOT NULL,
    told        boolean NOT NULL
);
CREATE INDEX capture_by_visit ON certify.capture (visit_id);
COMMENT ON COLUMN certify.capture.told IS 'False while the visit is not known here yet: the verdict goes out when it is.';

CREATE TABLE certify.certificate (
    agency         text NOT NULL,
    request_id     text NOT NULL,
    certificate_id uuid NOT NULL UNIQUE,
    programme      text NOT NULL,
    person_key     text NOT NULL,
    visit_id       uuid NOT NULL,
    proved_at      timestamptz NOT NULL,
    issued_at      timestamptz NOT NULL,
    jws            text NOT NULL,
    number         bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    PRIMARY KEY (agency, request_id)
);
COMMENT ON COLUMN certify.certificate.number IS 'Order of issue: the cursor of the pull API.';
