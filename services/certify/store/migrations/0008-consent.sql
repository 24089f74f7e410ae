-- depends: 0007-receipts-status 0007-reviewed
-- On which basis each recording was made, and whose consent was withdrawn: what rests on it alone is due at once.
ALTER TABLE certify.capture ADD COLUMN legal_basis text;
COMMENT ON COLUMN certify.capture.legal_basis IS 'Null of recordings from before it was kept here: their clock alone counts.';

CREATE TABLE certify.consent_withdrawal (
    withdrawal_id uuid PRIMARY KEY,
    person_key    text NOT NULL,
    withdrawn_at  timestamptz NOT NULL
);
CREATE INDEX consent_withdrawal_by_person ON certify.consent_withdrawal (person_key, withdrawn_at);
