-- depends: 0015-consent
-- Staff of a part of the county change their part of the plan: the planner keeps each question to it.
ALTER TABLE gateway.desk_command ADD COLUMN areas text[];
COMMENT ON COLUMN gateway.desk_command.areas IS 'Division codes of who asks; null: the whole county.';
