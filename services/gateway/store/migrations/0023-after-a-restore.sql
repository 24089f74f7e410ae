-- depends: 0022-consent-said
-- After a restore from a backup numbers go on far behind all that were ever given: so no reader's position hides anything.
ALTER TABLE delivery.counter ADD COLUMN files_after bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN delivery.counter.files_after IS 'The agency''s next file has a greater number than this.';
