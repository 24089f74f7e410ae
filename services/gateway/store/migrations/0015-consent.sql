-- depends: 0014-clip-opened 0014-lapses 0014-revoked 0014-staff
-- Consent that was withdrawn, and recordings for which it was given anew.
CREATE TABLE gateway.consent_withdrawal (
    withdrawal_id uuid PRIMARY KEY,
    person_key    text NOT NULL,
    said_by       text NOT NULL CHECK (said_by IN ('person', 'family')),
    withdrawn_at  timestamptz NOT NULL,
    recorded_by   text NOT NULL,
    recorded_at   timestamptz NOT NULL
);
CREATE INDEX consent_withdrawal_by_person ON gateway.consent_withdrawal (person_key);
ALTER TABLE gateway.capture ADD COLUMN renews_consent boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN gateway.capture.renews_consent IS 'Filmed after the person, having withdrawn, was told anew and agreed.';
