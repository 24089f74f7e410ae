-- depends: 0001-scheduler
-- What else is true of a person: which day was told, what has happened, which names stand with the number.
ALTER TABLE scheduler.person
    ADD COLUMN proved_at timestamptz,
    ADD COLUMN eventful boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN scheduler.person.eventful IS 'Whether the tables announcement, life_event, life_event_notice and identity_question have something of this person: most people''s folds need not look there.';
COMMENT ON COLUMN scheduler.person.proved_at IS 'When the person was last seen alive in person; contradicts a death that a single source reported before.';

ALTER TABLE scheduler.request
    ADD COLUMN personal text,
    ADD COLUMN personal_at text NOT NULL DEFAULT '',
    ADD COLUMN duplicate_of text;
COMMENT ON COLUMN scheduler.request.personal IS 'Base64 of the sealed PersonalData of the latest statement; the key is the person''s (platform.keyring).';
COMMENT ON COLUMN scheduler.request.personal_at IS 'Moment of that statement: the later one wins.';
COMMENT ON COLUMN scheduler.request.duplicate_of IS 'The agency''s own earlier request number that this one says once more.';

ALTER TABLE scheduler.visit
    DROP CONSTRAINT visit_status_check,
    ADD CONSTRAINT visit_status_check CHECK (status IN ('open', 'paused', 'closed')),
    ADD COLUMN dwelling text,
    ADD COLUMN announced_on date,
    ADD COLUMN unannounced_because text,
    ADD COLUMN life_event_id uuid,
    ADD COLUMN question_id uuid;
CREATE INDEX visit_by_dwelling ON scheduler.visit (dwelling) WHERE status = 'open' AND dwelling IS NOT NULL;

CREATE TABLE scheduler.announcement (
    visit_id     uuid PRIMARY KEY,
    person_key   text NOT NULL,
    announced_at text NOT NULL,
    day          date,
    requests     jsonb NOT NULL
);
CREATE INDEX announcement_by_person ON scheduler.announcement (person_key);
COMMENT ON COLUMN scheduler.announcement.day IS 'Null when it was taken back; kept so that an older announcement that arrives later does not come to life again.';

CREATE TABLE scheduler.life_event (
    life_event_id uuid PRIMARY KEY,
    person_key    text NOT NULL,
    kind          text NOT NULL,
    state         text NOT NULL CHECK (state IN ('reported', 'confirmed', 'contradicted', 'voided', 'ended')),
    steps         jsonb NOT NULL
);
CREATE INDEX life_event_by_person ON scheduler.life_event (person_key);
COMMENT ON COLUMN scheduler.life_event.steps IS 'All steps by their event id; the state follows from them in whatever order they arrived.';

CREATE TABLE scheduler.life_event_notice (
    life_event_id        uuid NOT NULL,
    agency               text NOT NULL,
    person_key           text NOT NULL,
    version              bigint NOT NULL,
    content              jsonb,
    noticed_at           timestamptz,
    acknowledged_version bigint NOT NULL DEFAULT 0,
    acknowledged_at      timestamptz,
    PRIMARY KEY (life_event_id, agency, person_key)
);
CREATE INDEX life_event_notice_by_person ON scheduler.life_event_notice (person_key);
CREATE INDEX life_event_notice_open ON scheduler.life_event_notice (agency, noticed_at) WHERE acknowledged_version < version;
COMMENT ON TABLE scheduler.life_event_notice IS 'What each agency was told of a life event, and up to which notice it has taken note.';

CREATE TABLE scheduler.identity_question (
    question_id uuid NOT NULL,
    person_key  text NOT NULL,
    sides       jsonb,
    raised_at   timestamptz,
    standing    boolean NOT NULL DEFAULT false,
    same        boolean,
    decided_by  text,
    decided_at  text NOT NULL DEFAULT '',
    PRIMARY KEY (question_id, person_key)
);
CREATE INDEX identity_question_by_person ON scheduler.identity_question (person_key);
CREATE INDEX identity_question_standing ON scheduler.identity_question (raised_at) WHERE standing AND same IS NULL;
COMMENT ON COLUMN scheduler.identity_question.sides IS 'List of sides; each a list of {agency, request_id} whose names agree. The names lie sealed in scheduler.request.personal.';
COMMENT ON COLUMN scheduler.identity_question.standing IS 'Whether these are the names that stand with the number now.';
