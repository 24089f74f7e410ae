-- depends: 0015-consent
-- Problems and ideas that cadres report, and their way to an answer (docs/feedback.md).
CREATE TABLE gateway.feedback (
    feedback_id  uuid PRIMARY KEY,
    device_id    uuid REFERENCES gateway.device,
    content_tag  bytea CHECK (octet_length(content_tag) = 32),
    kind         text NOT NULL CHECK (kind IN ('problem', 'idea')),
    village_code text NOT NULL,
    office       text NOT NULL DEFAULT 'triage' CHECK (office IN ('triage', 'agency', 'joint_group')),
    agency       text,
    version      integer NOT NULL DEFAULT 1,
    written_at   timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL,
    answered_at  timestamptz,
    CHECK ((office = 'agency') = (agency IS NOT NULL)),
    CHECK ((device_id IS NULL) = (content_tag IS NULL))
);
CREATE INDEX feedback_by_arrival ON gateway.feedback (recorded_at, feedback_id);
CREATE INDEX feedback_by_device ON gateway.feedback (device_id, recorded_at DESC);
CREATE INDEX feedback_answered ON gateway.feedback (answered_at) WHERE answered_at IS NOT NULL;
COMMENT ON COLUMN gateway.feedback.device_id IS 'The phone that must be told, and nobody else; forgotten with the words.';
COMMENT ON COLUMN gateway.feedback.content_tag IS 'HMAC of what was sent, under the county''s secret: the same again is answered as before.';

CREATE TABLE gateway.feedback_part (
    feedback_id uuid NOT NULL REFERENCES gateway.feedback,
    part        text NOT NULL CHECK (part IN ('text', 'voice', 'picture')),
    media_type  text NOT NULL,
    size        integer NOT NULL CHECK (size >= 0),
    sha256      text,
    sealed      bytea,
    erased      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (feedback_id, part),
    CHECK (NOT erased OR sealed IS NULL)
);
COMMENT ON COLUMN gateway.feedback_part.sealed IS 'AES-256-GCM under the part''s own key; NULL while it is on its way from the phone, and after its time is over.';
COMMENT ON COLUMN gateway.feedback_part.sha256 IS 'As the phone declared it; of the text none is kept: short texts are easily tried.';

CREATE TABLE gateway.feedback_step (
    feedback_id uuid NOT NULL REFERENCES gateway.feedback,
    version     integer NOT NULL,
    step        text NOT NULL CHECK (step IN ('passed_on', 'given_back', 'answered')),
    office      text NOT NULL CHECK (office IN ('triage', 'agency', 'joint_group')),
    agency      text,
    sealed      bytea,
    taken_at    timestamptz NOT NULL,
    PRIMARY KEY (feedback_id, version)
);
COMMENT ON TABLE gateway.feedback_step IS 'What became of a report, step by step. Which person took a step stands in the audit log alone.';
COMMENT ON COLUMN gateway.feedback_step.office IS 'Of passed_on: to whom; of given_back and answered: by whom. agency names the agency.';
COMMENT ON COLUMN gateway.feedback_step.sealed IS 'The note, the reason or the answer, under the key of the report''s text.';
