-- depends: 0008-parts-of-the-plan
-- Pages of the desk read what has changed since they last read, and no more.
ALTER TABLE scheduler.plan ADD COLUMN revision bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN scheduler.plan.revision IS 'Counts every writing of parts. The version counts changes that a scheduler must have seen before making another one.';
ALTER TABLE scheduler.plan_part ADD COLUMN revision bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN scheduler.plan_part.revision IS 'That of the plan when this part, its published plan, or something of its visits that the desk shows was written last.';
