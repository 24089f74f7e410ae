-- depends: 0017-burden
-- What agencies say of their own records before a visit: one row a request, the answer that was checked last.
CREATE TABLE gateway.record_check (
    agency      text NOT NULL,
    request_id  text NOT NULL,
    person_key  text NOT NULL,
    found       text NOT NULL,
    checked_at  timestamptz NOT NULL,
    given_by    text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (agency, request_id)
);
CREATE INDEX record_check_by_moment ON gateway.record_check (checked_at);
COMMENT ON COLUMN gateway.record_check.checked_at IS 'When the agency looked into its register: an answer that was checked earlier replaces none that was checked later.';
