-- depends: 0001-gateway
-- Which changes and withdrawals the door has passed on.
CREATE TABLE gateway.statement (
    event_id    uuid PRIMARY KEY,
    recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE gateway.statement IS 'Changes and withdrawals by their id: one that is sent again is answered as it was.';
