-- depends: 0020-record-asked
-- From when on a recording can have been made, by the door's clock: whether it was made after consent was withdrawn.
ALTER TABLE gateway.capture ADD COLUMN made_not_before timestamptz;
COMMENT ON COLUMN gateway.capture.made_not_before IS 'Null of recordings from before it was kept: the earlier of filming and arrival counts.';
