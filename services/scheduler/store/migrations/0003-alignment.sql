-- depends: 0002-people
-- Window alignment: what was asked, which windows it was about, what was proposed, who has answered.
CREATE TABLE scheduler.alignment (
    alignment_id uuid PRIMARY KEY,
    asked        jsonb NOT NULL,
    requests     int  NOT NULL,
    people       int  NOT NULL,
    visits       int  NOT NULL,
    trips        int  NOT NULL,
    overdue      int  NOT NULL,
    exact        boolean NOT NULL,
    campaigns    jsonb NOT NULL,
    made_at      timestamptz NOT NULL,
    told         boolean NOT NULL DEFAULT false
);
COMMENT ON COLUMN scheduler.alignment.asked IS 'The AlignmentAsked, as JSON.';
COMMENT ON COLUMN scheduler.alignment.told IS 'Whether the agencies concerned were told: computed before, in a transaction of its own.';

CREATE TABLE scheduler.alignment_window (
    alignment_id uuid NOT NULL REFERENCES scheduler.alignment ON DELETE CASCADE,
    agency       text NOT NULL,
    request_id   text NOT NULL,
    programme    text NOT NULL,
    area         text NOT NULL,
    window_start date NOT NULL,
    due_date     date NOT NULL,
    PRIMARY KEY (alignment_id, agency, request_id)
);
COMMENT ON TABLE scheduler.alignment_window IS 'The windows that the agencies are asked about, while a proposal waits: a request that is answered meanwhile does not outdate the proposal, one that is changed does.';

CREATE TABLE scheduler.alignment_proposal (
    proposal_id  uuid PRIMARY KEY,
    alignment_id uuid NOT NULL REFERENCES scheduler.alignment ON DELETE CASCADE,
    rank         int  NOT NULL,
    proposal     jsonb NOT NULL,
    agencies     text[] NOT NULL,
    state        text NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'applied', 'declined', 'outdated')),
    settled_at   timestamptz
);
CREATE INDEX alignment_proposal_by_alignment ON scheduler.alignment_proposal (alignment_id, rank);
CREATE INDEX alignment_proposal_waiting ON scheduler.alignment_proposal (alignment_id) WHERE state = 'proposed';
COMMENT ON COLUMN scheduler.alignment_proposal.proposal IS 'The ProposedChange, as JSON.';

CREATE TABLE scheduler.alignment_answer (
    proposal_id uuid NOT NULL REFERENCES scheduler.alignment_proposal ON DELETE CASCADE,
    agency      text NOT NULL,
    accepted    boolean NOT NULL,
    decided_by  text NOT NULL,
    decided_at  timestamptz NOT NULL,
    reason      text NOT NULL,
    event_id    uuid NOT NULL,
    PRIMARY KEY (proposal_id, agency)
);
COMMENT ON TABLE scheduler.alignment_answer IS 'The answer of each agency that was given first.';

CREATE VIEW scheduler.alignment_concerned AS
SELECT p.proposal_id, r.agency, r.request_id, r.person_key
FROM scheduler.alignment_proposal p
CROSS JOIN LATERAL jsonb_to_recordset(p.proposal -> 'changes') AS c (agency text, programme text, area text)
JOIN scheduler.alignment_window w ON w.alignment_id = p.alignment_id AND w.agency = c.agency
    AND w.programme = c.programme AND w.area = coalesce(c.area, '')
JOIN scheduler.request r ON r.agency = w.agency AND r.request_id = w.request_id;
COMMENT ON VIEW scheduler.alignment_concerned IS 'The requests whose windows each proposal would change.';

CREATE VIEW scheduler.alignment_told AS
SELECT p.proposal_id, p.alignment_id, p.rank, p.proposal, p.agencies, p.state, p.settled_at, a.made_at,
    ARRAY(
        SELECT json_build_object(
            'agency', s.agency, 'accepted', s.accepted, 'answered_at', s.decided_at, 'reason', s.reason
        )
        FROM scheduler.alignment_answer s WHERE s.proposal_id = p.proposal_id ORDER BY s.agency
    ) AS answers
FROM scheduler.alignment_proposal p
JOIN scheduler.alignment a USING (alignment_id)
WHERE a.told;
COMMENT ON VIEW scheduler.alignment_told IS 'The proposals that agencies were told, with the answers so far.';
