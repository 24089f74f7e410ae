-- depends: 0004-audit-log
-- The last moment at which the clock was believed: what cannot be undone is held when it stands far from it.
CREATE TABLE platform.clock (
    single     boolean PRIMARY KEY DEFAULT true CHECK (single),
    seen_at    timestamptz NOT NULL,
    doubted_at timestamptz
);
COMMENT ON COLUMN platform.clock.doubted_at IS 'What the clock showed when it was first doubted; null while it is believed.';
INSERT INTO platform.clock (seen_at) VALUES (now());
