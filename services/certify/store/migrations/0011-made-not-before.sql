-- depends: 0010-motion
-- From when on a recording can have been made, as the door says: whether it was made after consent was withdrawn.
ALTER TABLE certify.capture ADD COLUMN made_not_before timestamptz;
COMMENT ON COLUMN certify.capture.made_not_before IS 'Null where the door did not say: the earlier of filming and arrival counts.';
