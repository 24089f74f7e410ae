-- depends: 0019-burden-months
-- Of which requests agencies are asked before a visit, each in its place: a page is read from an index, without walking
-- the visits of the county.
CREATE TABLE gateway.record_asked (
    agency     text NOT NULL,
    request_id text NOT NULL,
    visit_id   uuid NOT NULL,
    programme  text NOT NULL,
    due_date   date NOT NULL,
    planned_on date,
    wanted_on  date NOT NULL,
    number     uuid NOT NULL,
    answered   boolean NOT NULL,
    PRIMARY KEY (agency, request_id, visit_id)
);
CREATE INDEX record_asked_in_order ON gateway.record_asked (agency, wanted_on, number);
CREATE INDEX record_asked_open ON gateway.record_asked (agency, wanted_on, number) WHERE NOT answered;
COMMENT ON TABLE gateway.record_asked IS 'Worked out every minute from the visits, the plan and the answers, which alone are true: a page looks each of its rows up there.';
