-- depends: 0005-plan
-- The ladder before a lapse: where open requests stand now, and which steps were made.
CREATE TABLE scheduler.lapse (
    lapse_id     uuid PRIMARY KEY,
    agency       text NOT NULL,
    request_id   text NOT NULL,
    person_key   text NOT NULL,
    programme    text NOT NULL,
    visit_id     uuid NOT NULL,
    due_date     date NOT NULL,
    counts_until date NOT NULL,
    step         text NOT NULL CHECK (step IN ('remind', 'offer_paths', 'grace', 'escalate')),
    since        date NOT NULL,
    next_step    text,
    next_on      date,
    office       text NOT NULL CHECK (office IN ('township', 'county'))
);
CREATE INDEX lapse_by_request ON scheduler.lapse (agency, request_id);
CREATE INDEX lapse_by_due_date ON scheduler.lapse (due_date, lapse_id);
COMMENT ON TABLE scheduler.lapse IS 'One row for each open request that stands on a step, brought up to date by the clock; no other writes it.';
COMMENT ON COLUMN scheduler.lapse.lapse_id IS 'Follows from agency, request, due date and the day on which the last answer was turned down, if one was: an amended due date is another matter, and so is a request that is open again.';

CREATE TABLE scheduler.lapse_step (
    lapse_id     uuid NOT NULL,
    step         text NOT NULL,
    agency       text NOT NULL,
    request_id   text NOT NULL,
    programme    text NOT NULL,
    due_date     date NOT NULL,
    counts_until date NOT NULL,
    reached_on   date NOT NULL,
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (lapse_id, step)
);
CREATE INDEX lapse_step_by_request ON scheduler.lapse_step (agency, request_id);
COMMENT ON TABLE scheduler.lapse_step IS 'Each step once, for ever: what was told, and what is counted.';

-- The clock looks at what is paused as well; there are few of these.
CREATE INDEX visit_paused ON scheduler.visit (window_last, visit_id) WHERE status = 'paused';
