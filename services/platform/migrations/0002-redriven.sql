-- depends: 0001-ledger
-- Dead letters that were put back on their topic: so that nobody does it twice unawares.
CREATE TABLE platform.redriven (
    reader    text   NOT NULL,
    topic     text   NOT NULL,
    partition int    NOT NULL,
    "offset"  bigint NOT NULL,
    repaired  boolean NOT NULL,
    times     int    NOT NULL DEFAULT 1,
    redriven_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (reader, topic, partition, "offset")
);
COMMENT ON TABLE platform.redriven IS 'Dead letters put back on their topic; written with the row of the outbox that carries the message.';
