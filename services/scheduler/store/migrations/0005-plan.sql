-- depends: 0004-large-register
-- The plan of the county: what it is made from, the draft on the scheduler's desk, what was published.
CREATE TABLE scheduler.plan_source (
    kind text NOT NULL CHECK (kind IN ('cadre', 'place', 'travel')),
    name text NOT NULL,
    cells jsonb NOT NULL,
    PRIMARY KEY (kind, name)
);
COMMENT ON TABLE scheduler.plan_source IS 'Rows of CADRES.csv, PLACES.csv and TRAVEL.csv (docs/planning.md), each under what it is about.';

CREATE TABLE scheduler.plan (
    one               boolean PRIMARY KEY DEFAULT true CHECK (one),
    version           bigint  NOT NULL DEFAULT 0,
    hand_version      bigint  NOT NULL DEFAULT 0,
    first_day         date,
    last_day          date,
    seed              int     NOT NULL DEFAULT 1,
    published_version bigint  NOT NULL DEFAULT 0,
    told_until        date
);
INSERT INTO scheduler.plan DEFAULT VALUES;
COMMENT ON TABLE scheduler.plan IS 'One row, locked by whoever changes the draft. version 0: no draft yet; hand_version: that of the last change by a person.';

CREATE TABLE scheduler.plan_part (
    cadre_id  text   PRIMARY KEY,
    visit_ids uuid[] NOT NULL,
    document  jsonb  NOT NULL
);
CREATE INDEX plan_part_by_visit ON scheduler.plan_part USING gin (visit_ids);
COMMENT ON TABLE scheduler.plan_part IS 'The draft, cadre by cadre; the part of nobody has the empty id.';

CREATE TABLE scheduler.plan_step (
    step     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind     text  NOT NULL CHECK (kind IN ('plan', 'move', 'import', 'mend')),
    made_by  text  NOT NULL,
    made_at  timestamptz NOT NULL,
    words    jsonb NOT NULL,
    was      jsonb NOT NULL,
    became   jsonb NOT NULL,
    state    text  NOT NULL DEFAULT 'done' CHECK (state IN ('done', 'undone', 'dropped'))
);
CREATE INDEX plan_step_open ON scheduler.plan_step (state, step);
COMMENT ON COLUMN scheduler.plan_step.was IS 'Of each visit concerned its standing before; null: it was not planned.';

CREATE TABLE scheduler.plan_published (
    cadre_id     text   PRIMARY KEY,
    version      bigint NOT NULL,
    routes       jsonb  NOT NULL,
    visit_ids    uuid[] NOT NULL,
    published_at timestamptz NOT NULL,
    published_by text   NOT NULL
);
COMMENT ON TABLE scheduler.plan_published IS 'What the phones have: the last PlanPublished of each cadre.';

CREATE TABLE scheduler.plan_dirty (
    visit_id uuid PRIMARY KEY,
    noted_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE scheduler.plan_dirty IS 'Visits that changed and are not mended into the draft yet.';

CREATE TABLE scheduler.plan_job (
    job_id      uuid PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('plan', 'what_if')),
    asked       jsonb NOT NULL,
    asked_by    text NOT NULL,
    asked_at    timestamptz NOT NULL,
    state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    done        int  NOT NULL DEFAULT 0,
    total       int  NOT NULL DEFAULT 0,
    answer      jsonb,
    code        text,
    warnings    jsonb NOT NULL DEFAULT '[]'
);
CREATE INDEX plan_job_open ON scheduler.plan_job (asked_at) WHERE state IN ('waiting', 'running');
