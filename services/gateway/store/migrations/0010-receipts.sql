-- depends: 0008-visit-outcome
-- What agencies say of their certificates, word by word; the last one decided counts.
CREATE TABLE gateway.receipt (
    agency         text NOT NULL,
    receipt_id     text NOT NULL,
    event_id       uuid NOT NULL,
    request_id     text NOT NULL,
    certificate_id uuid NOT NULL,
    person_key     text NOT NULL,
    sequence       int NOT NULL,
    outcome        text NOT NULL CHECK (outcome IN ('accepted', 'rejected')),
    code           text,
    message        text,
    record         text,
    decided_at     timestamptz NOT NULL,
    given_by       text NOT NULL,
    recorded_at    timestamptz NOT NULL,
    PRIMARY KEY (agency, receipt_id)
);
CREATE UNIQUE INDEX receipt_by_certificate ON gateway.receipt (certificate_id, sequence);
COMMENT ON COLUMN gateway.receipt.receipt_id IS 'The agency''s own id of the receipt, or what follows from its content.';

CREATE INDEX receipt_by_person ON gateway.receipt (person_key);
CREATE INDEX receipt_rejected ON gateway.receipt (recorded_at, certificate_id) WHERE outcome = 'rejected';

CREATE FUNCTION gateway.last_receipt(uuid) RETURNS SETOF gateway.receipt LANGUAGE sql STABLE AS
$$ SELECT * FROM gateway.receipt WHERE certificate_id = $1 ORDER BY decided_at DESC, sequence DESC LIMIT 1 $$;
COMMENT ON FUNCTION gateway.last_receipt IS 'The last word on a certificate.';
