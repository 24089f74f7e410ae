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
COMMENT ON TABLE gateway.lapse_matter IS 'As it is now: taken anew, a decided matter is open again.';

CREATE TABLE gateway.lapse_decision (
    number     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lapse_id   uuid NOT NULL,
    decision   text NOT NULL,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL
);
CREATE INDEX lapse_decision_by_lapse ON gateway.lapse_decision (lapse_id);
COMMENT ON TABLE gateway.lapse_decision IS 'All that was ever decided: what an agency has suspended is counted, whoever takes the matter after it.';
