-- depends: 0006-receipts
-- Status lists: the place of each certificate in them, drawn at random before it is signed, and whether it was revoked.
CREATE TABLE certify.status_entry (
    list           int  NOT NULL CHECK (list >= 1),
    place          int  NOT NULL CHECK (place >= 0),
    certificate_id uuid NOT NULL UNIQUE,
    revoked_at     timestamptz,
    reason         text,
    PRIMARY KEY (list, place)
);
CREATE INDEX status_revoked ON certify.status_entry (list, place) WHERE revoked_at IS NOT NULL;
