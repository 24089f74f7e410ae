-- depends: 0001-ledger
-- What the scheduler knows: which row became what, whose request is which, and the visits folded from them.
CREATE SCHEMA IF NOT EXISTS scheduler;

CREATE TABLE scheduler.row_outcome (
    list_id    uuid NOT NULL,
    row        int  NOT NULL,
    agency     text NOT NULL,
    request_id text,
    outcome    text NOT NULL CHECK (outcome IN ('accepted', 'rejected')),
    code       text,
    field      text,
    message    text,
    next_step  text,
    PRIMARY KEY (list_id, row)
);
COMMENT ON TABLE scheduler.row_outcome IS 'What intake made of each row of each list.';

CREATE TABLE scheduler.request_owner (
    agency     text NOT NULL,
    request_id text NOT NULL,
    person_key text NOT NULL,
    PRIMARY KEY (agency, request_id)
);
COMMENT ON TABLE scheduler.request_owner IS 'Whose each accepted request is: an agency may not give its number to a second person.';

CREATE TABLE scheduler.person (
    person_key text   PRIMARY KEY,
    version    bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE scheduler.person IS 'One row per person: locked while the visits of that person are folded; version counts their changes.';

CREATE TABLE scheduler.request (
    agency         text NOT NULL,
    request_id     text NOT NULL,
    person_key     text NOT NULL,
    status         text NOT NULL CHECK (status IN ('open', 'withdrawn', 'certified')),
    statement      jsonb NOT NULL,
    certificate_id uuid,
    PRIMARY KEY (agency, request_id)
);
CREATE INDEX request_by_person ON scheduler.request (person_key);
COMMENT ON COLUMN scheduler.request.statement IS 'Each field with the moment of the statement that set it: the later statement wins, in whatever order they arrive.';

CREATE TABLE scheduler.visit (
    visit_id       uuid PRIMARY KEY,
    person_key     text NOT NULL,
    version        bigint NOT NULL,
    status         text NOT NULL CHECK (status IN ('open', 'closed')),
    closed_because text,
    window_first   date NOT NULL,
    window_last    date NOT NULL,
    requests       jsonb NOT NULL,
    village_code   text,
    opened_at      timestamptz NOT NULL,
    last_decision  text,
    last_reasons   text[]
);
CREATE INDEX visit_by_person ON scheduler.visit (person_key);
CREATE INDEX visit_open ON scheduler.visit (window_last, visit_id) WHERE status = 'open';
COMMENT ON COLUMN scheduler.visit.requests IS 'List of {agency, request_id, programme, window_start, due_date}.';
