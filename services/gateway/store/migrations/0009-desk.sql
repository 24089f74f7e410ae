-- depends: 0008-visit-outcome
-- What the scheduler's desk asks the planner, answered in the same row (docs/adr/0011); secret calendar feeds.
CREATE TABLE gateway.desk_command (
    command_id  uuid PRIMARY KEY,
    number      bigint GENERATED ALWAYS AS IDENTITY,
    kind        text NOT NULL,
    said        jsonb NOT NULL,
    said_by     text NOT NULL,
    said_at     timestamptz NOT NULL,
    answer      jsonb,
    answered_at timestamptz
);
CREATE INDEX desk_command_open ON gateway.desk_command (number) WHERE answered_at IS NULL;
COMMENT ON TABLE gateway.desk_command IS 'Rows that were answered are removed after a day.';

CREATE TABLE gateway.plan_feed (
    cadre_id    text  PRIMARY KEY,
    secret_hash bytea NOT NULL UNIQUE CHECK (octet_length(secret_hash) = 32),
    made_by     text  NOT NULL,
    made_at     timestamptz NOT NULL
);
COMMENT ON COLUMN gateway.plan_feed.secret_hash IS 'SHA-256 of 32 random bytes; the address is shown once.';
