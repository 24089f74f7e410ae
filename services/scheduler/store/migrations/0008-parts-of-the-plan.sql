-- depends: 0006-days-of-steps 0007-carried-decisions
-- Staff of a part of the county change their part of the plan, and undo what lies in it.
ALTER TABLE scheduler.plan_job ADD COLUMN areas text[];
COMMENT ON COLUMN scheduler.plan_job.areas IS 'Division codes of who asked: only the part that lies in them is planned; null: the whole county.';
ALTER TABLE scheduler.plan_step ADD COLUMN villages text[];
COMMENT ON COLUMN scheduler.plan_step.villages IS 'All villages of the cadres whose plan it changed, '''' where one is not known; null: of the whole county.';

-- The step that is undone next (undone: done again next). For a part of the county the next one all of whose villages lie
-- in it and whose visits no other step has moved since, among the last 200; mendings follow from facts and are not undone.
CREATE FUNCTION scheduler.next_step(undone boolean, part text[]) RETURNS SETOF scheduler.plan_step
LANGUAGE sql STABLE AS $$
    SELECT s.* FROM scheduler.plan_step s
    WHERE s.kind <> 'mend' AND s.state = CASE WHEN undone THEN 'undone' ELSE 'done' END
      AND (part IS NULL OR (
        s.step > (SELECT max(step) - 200 FROM scheduler.plan_step)
        AND NOT EXISTS (SELECT FROM unnest(coalesce(s.villages, ARRAY[''])) v WHERE NOT v ^@ ANY (part))
        AND NOT EXISTS (
            SELECT FROM scheduler.plan_step o WHERE o.kind <> 'mend' AND o.state = s.state
              AND CASE WHEN undone THEN o.step < s.step ELSE o.step > s.step END
              AND o.was ?| ARRAY (SELECT jsonb_object_keys(s.was)))))
    ORDER BY CASE WHEN undone THEN s.step ELSE -s.step END LIMIT 1
$$;
