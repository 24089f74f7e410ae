-- The ledger: what a worker has read, what it will send, and the keys that seal personal data.
CREATE SCHEMA IF NOT EXISTS platform;

CREATE TABLE platform.position (
    reader      text   NOT NULL,
    topic       text   NOT NULL,
    partition   int    NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (reader, topic, partition)
);
COMMENT ON TABLE platform.position IS 'Offset of the next message a reader has not folded; written in the transaction of the fold.';

CREATE TABLE platform.outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic      text   NOT NULL,
    partition  int,
    key        bytea  NOT NULL,
    headers    bytea  NOT NULL,
    value      bytea  NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE platform.outbox IS 'Events to be published, in order; a row leaves after the acknowledgement of the broker.';

CREATE TABLE platform.keyring (
    key_id      uuid  PRIMARY KEY,
    wrapped     bytea,
    made_at     timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz
);
COMMENT ON TABLE platform.keyring IS 'One data key per person, wrapped by the master key; destroying it erases the person from every log.';

CREATE TABLE platform.reference (
    person_key text PRIMARY KEY,
    blob_id    uuid NOT NULL,
    source     text NOT NULL,
    kept_at    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE platform.reference IS 'The newest reference photo of a person, a sealed blob.';
