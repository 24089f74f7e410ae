-- depends: 0018-record-checks
-- What was recorded in a month is found without reading every recording.
CREATE INDEX capture_by_moment ON gateway.capture (captured_at);
CREATE INDEX visit_outcome_by_moment ON gateway.visit_outcome (happened_at);
