-- depends: 0005-plan
-- When a person was seen alive, proof by proof, so that a proof that turns out false is forgotten.
ALTER TABLE scheduler.person ADD COLUMN proofs jsonb NOT NULL DEFAULT '[]';
UPDATE scheduler.person SET proofs = jsonb_build_array(jsonb_build_array(
    gen_random_uuid(), to_char(proved_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), true, 0, '',
    '[]'::jsonb)) WHERE proved_at IS NOT NULL;
ALTER TABLE scheduler.person DROP COLUMN proved_at;
COMMENT ON COLUMN scheduler.person.proofs IS 'Of each proof in person: id, when the person was seen, whether it is certified, by which round of review, when that was told, its certificates. The last one that holds contradicts a death that a single source reported before it.';
