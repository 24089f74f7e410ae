-- depends: 0002-statements
-- What the door itself has said of people, so that what is said again, or contradicts it, is recognised at once and
-- not only when the scheduler has read it.
CREATE TABLE gateway.life_event_step (
    event_id      uuid  PRIMARY KEY,
    life_event_id uuid  NOT NULL,
    person_key    text  NOT NULL,
    account       text  NOT NULL,
    step          jsonb NOT NULL,
    recorded_at   timestamptz NOT NULL
);
CREATE INDEX life_event_step_by_life_event ON gateway.life_event_step (life_event_id);
CREATE INDEX life_event_step_by_person ON gateway.life_event_step (person_key);
COMMENT ON COLUMN gateway.life_event_step.account IS 'Client or phone that said so; step.reported_by names whose it is: all clients of an agency are one, and all phones of a cadre.';
COMMENT ON COLUMN gateway.life_event_step.step IS 'The LifeEventRecorded that was sent, as JSON.';

CREATE TABLE gateway.last_word (
    topic       text  NOT NULL,
    subject     uuid  NOT NULL,
    said        jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (topic, subject)
);
COMMENT ON TABLE gateway.last_word IS 'What was said last of a visit (visit.announced) or a question (identity): saying it again changes nothing, saying something else does, also when it was said before.';
