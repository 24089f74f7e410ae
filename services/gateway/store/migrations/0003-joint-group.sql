-- depends: 0002-statements
-- The joint group of the agencies may come in; what it asked, and what agencies answered, is kept at the door.
ALTER TABLE gateway.client
    DROP CONSTRAINT client_role_check,
    ADD CONSTRAINT client_role_check
        CHECK (role IN ('agency', 'scheduler', 'reviewer', 'auditor', 'admin', 'joint_group'));

CREATE TABLE gateway.alignment_question (
    alignment_id uuid PRIMARY KEY,
    asked        jsonb NOT NULL,
    recorded_at  timestamptz NOT NULL
);
COMMENT ON COLUMN gateway.alignment_question.asked IS 'The AlignmentAsked that was sent, as JSON.';

CREATE TABLE gateway.proposal_answer (
    proposal_id uuid NOT NULL,
    agency      text NOT NULL,
    accepted    boolean NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (proposal_id, agency)
);
COMMENT ON TABLE gateway.proposal_answer IS 'What each agency has answered: the same again is harmless, another answer is refused at once.';
