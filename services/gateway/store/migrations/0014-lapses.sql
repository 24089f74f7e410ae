-- depends: 0012-review-desk 0013-phone-notice
-- Who has taken a matter before a lapse, and what was decided; where it stands is the scheduler's (scheduler.lapse).
CREATE TABLE gateway.lapse_matter (
    lapse_id   uuid PRIMARY KEY,
    taken_by   text,
    taken_at   timestamptz,
    decision   text,
    decided_by text,
    decided_at timestamptz,
    CHECK ((taken_by IS NULL) = (taken_at IS NULL)),
    CHECK ((decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL))
);
COMMENT ON TABLE gateway.lapse_matter IS 'Taken anew, a decided matter is open again; every act stands in the audit log.';
