-- depends: 0005-plan
-- A plan made again may have other days: undoing it brings these back too.
ALTER TABLE scheduler.plan_step ADD COLUMN days jsonb;
COMMENT ON COLUMN scheduler.plan_step.days IS 'First and last day of the plan before and after the step; null: the same.';
