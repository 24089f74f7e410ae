-- depends: 0010-receipts
-- Which certificates a person has ordered to be revoked.
CREATE TABLE gateway.revocation (
    certificate_id uuid PRIMARY KEY,
    reason         text NOT NULL,
    ordered_by     text NOT NULL,
    recorded_at    timestamptz NOT NULL
);
