-- depends: 0007-phone-day
-- How visits went without a recording; and who may be asked for by a code at the door.
CREATE TABLE gateway.visit_outcome (
    outcome_id    uuid  PRIMARY KEY,
    visit_id      uuid  NOT NULL,
    person_key    text  NOT NULL,
    device_id     uuid  NOT NULL REFERENCES gateway.device,
    content_tag   bytea NOT NULL CHECK (octet_length(content_tag) = 32),
    outcome       text  NOT NULL,
    state         text  NOT NULL CHECK (state IN ('recorded', 'asked_for', 'reported', 'confirmed', 'already_known')),
    happened_at   timestamptz NOT NULL,
    note_code     text,
    come_again_on date,
    come_again_half_day text CHECK (come_again_half_day IN ('am', 'pm')),
    details       text,
    legal_basis   text  NOT NULL,
    life_event_id uuid,
    recorded_at   timestamptz NOT NULL
);
CREATE INDEX visit_outcome_by_visit ON gateway.visit_outcome (visit_id, happened_at DESC);
COMMENT ON COLUMN gateway.visit_outcome.content_tag IS 'HMAC of what was sent, under the county''s secret: the same again is answered as before. No plain hash: few answers are easily tried.';
COMMENT ON COLUMN gateway.visit_outcome.details IS 'Base64 of JSON {answers, to_village, source}, sealed under the person''s key.';

CREATE TABLE gateway.visitor_code (
    code        text PRIMARY KEY CHECK (code ~ '^[0-9]{8}$'),
    device_id   uuid NOT NULL REFERENCES gateway.device,
    visit_day   date NOT NULL,
    valid_until timestamptz NOT NULL
);
CREATE INDEX visitor_code_by_device ON gateway.visitor_code (device_id, visit_day);
COMMENT ON TABLE gateway.visitor_code IS 'By which a family asks who comes. A code that has expired may be given again.';
