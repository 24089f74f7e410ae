-- depends: 0006-proofs
-- A decision on names holds on when a row without a name comes or goes, though that is another question.
ALTER TABLE scheduler.identity_question ADD COLUMN settled_same boolean;
UPDATE scheduler.identity_question SET settled_same = same;
DROP INDEX scheduler.identity_question_standing;
CREATE INDEX identity_question_waiting ON scheduler.identity_question (raised_at) WHERE standing AND settled_same IS NULL;
COMMENT ON COLUMN scheduler.identity_question.same IS 'What was decided last on this very question.';
COMMENT ON COLUMN scheduler.identity_question.settled_same IS 'What counts, with what was decided of the same names; null while a person has to decide.';
