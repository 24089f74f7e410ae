-- depends: 0001-ledger
-- Who saw and did what: lines that hang together by their hashes, and that nobody changes or deletes.
CREATE TABLE platform.audit (
    number bigint PRIMARY KEY CHECK (number > 0),
    line   text   NOT NULL,
    hash   bytea  NOT NULL CHECK (octet_length(hash) = 32)
);
COMMENT ON TABLE platform.audit IS 'The audit log (docs/audit.md). No personal data: who, what, when, ids; each line names the hash of the one before.';
COMMENT ON COLUMN platform.audit.line IS 'Canonical JSON, hashed as it stands.';

CREATE TABLE platform.audit_head (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    number bigint NOT NULL,
    hash   bytea  NOT NULL CHECK (octet_length(hash) = 32)
);
COMMENT ON TABLE platform.audit_head IS 'The last line. Locked by whoever adds one, so that there is one order.';
INSERT INTO platform.audit_head (number, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

CREATE FUNCTION platform.audit_stays() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''AUDIT_APPEND_ONLY: a line of the audit log is never changed or deleted''; END';

CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON platform.audit
    FOR EACH STATEMENT EXECUTE FUNCTION platform.audit_stays();
REVOKE UPDATE, DELETE, TRUNCATE ON platform.audit FROM PUBLIC;
