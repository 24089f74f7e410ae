-- depends: 0008-visit-outcome
-- What agencies receive by webhook, pull or file: everything of their topics, numbered; endpoints; what was sent.
CREATE SCHEMA IF NOT EXISTS delivery;

CREATE TABLE delivery.counter (
    agency      text   PRIMARY KEY,
    last_number bigint NOT NULL
);
COMMENT ON TABLE delivery.counter IS 'Locked until the commit of whoever numbers: so numbers become visible in their order, without gaps, and a cursor misses nothing.';

CREATE TABLE delivery.item (
    agency      text   NOT NULL,
    number      bigint NOT NULL,
    event_id    uuid   NOT NULL,
    kind        text   NOT NULL,
    subject     text   NOT NULL,
    content     text   NOT NULL,
    recorded_at timestamptz NOT NULL,
    kept_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (agency, number),
    UNIQUE (agency, event_id)
);
CREATE INDEX item_by_age ON delivery.item (kept_at);
COMMENT ON COLUMN delivery.item.content IS 'The event''s JSON, byte for byte as it is signed and sent: not jsonb.';

CREATE TABLE delivery.webhook (
    webhook_id      uuid   PRIMARY KEY,
    agency          text   NOT NULL,
    url             text   NOT NULL,
    kinds           text[] NOT NULL,
    secret          bytea  NOT NULL,
    secret_before   bytea,
    before_until    timestamptz,
    state           text   NOT NULL CHECK (state IN ('active', 'paused', 'stopped', 'gone')),
    failing_since   timestamptz,
    not_before      timestamptz,
    made_at         timestamptz NOT NULL
);
CREATE INDEX webhook_by_agency ON delivery.webhook (agency, made_at);
COMMENT ON COLUMN delivery.webhook.state IS 'paused: failed too long, is probed; stopped: by the agency; gone: answered 410. Nothing is lost meanwhile.';
COMMENT ON COLUMN delivery.webhook.secret IS 'Sealed under the county''s master key.';

CREATE TABLE delivery.sending (
    webhook_id       uuid   NOT NULL REFERENCES delivery.webhook ON DELETE CASCADE,
    agency           text   NOT NULL,
    number           bigint NOT NULL,
    subject          text   NOT NULL,
    status           text   NOT NULL CHECK (status IN ('waiting', 'delivered', 'failed')),
    attempts         int    NOT NULL DEFAULT 0,
    due_at           timestamptz NOT NULL,
    first_attempt_at timestamptz,
    last_attempt_at  timestamptz,
    response_code    int,
    latency_ms       int,
    fault            text,
    PRIMARY KEY (webhook_id, number),
    FOREIGN KEY (agency, number) REFERENCES delivery.item ON DELETE CASCADE
);
CREATE INDEX sending_due ON delivery.sending (webhook_id, due_at, number) WHERE status = 'waiting';
CREATE INDEX sending_in_order ON delivery.sending (webhook_id, subject, number) WHERE status = 'waiting';
CREATE INDEX sending_of_item ON delivery.sending (agency, number);

CREATE TABLE delivery.file (
    agency      text   NOT NULL,
    file_number bigint NOT NULL,
    first_number bigint NOT NULL,
    last_number bigint NOT NULL,
    planned_at  timestamptz NOT NULL,
    sha256      text,
    written_at  timestamptz,
    PRIMARY KEY (agency, file_number)
);
COMMENT ON TABLE delivery.file IS 'Which deliveries stand in which file. Planned before it is written: after a kill the same file is written again.';
