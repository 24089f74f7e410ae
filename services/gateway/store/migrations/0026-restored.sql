-- depends: 0025-captures-put-back
CREATE TABLE gateway.restored (restored_at timestamptz PRIMARY KEY);
COMMENT ON TABLE gateway.restored IS 'When this database was restored from a backup: phones then send outcomes once more.';
