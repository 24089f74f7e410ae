-- depends: 0008-visit-outcome
-- The reviewers' desk: who has a case now, what each has decided, rounds and appeals. Cases are certify's.
CREATE TABLE gateway.review_round (
    case_id     uuid NOT NULL,
    round       int  NOT NULL CHECK (round > 0),
    opened_at   timestamptz NOT NULL,
    appealed_by text CHECK (appealed_by IN ('person', 'family')),
    ground      text,
    recorded_by text,
    decision    text CHECK (decision IN ('certified', 'retry', 'refused')),
    reasons     text[] NOT NULL DEFAULT '{}',
    settled_at  timestamptz,
    PRIMARY KEY (case_id, round),
    CHECK ((decision IS NULL) = (settled_at IS NULL)),
    CHECK ((round > 1) = (appealed_by IS NOT NULL))
);
CREATE INDEX review_round_settled ON gateway.review_round (settled_at);
COMMENT ON TABLE gateway.review_round IS 'Round 1 begins with the first decision on a case, each further one with an appeal.';

CREATE TABLE gateway.review_lease (
    case_id    uuid PRIMARY KEY,
    reviewer   text NOT NULL UNIQUE,
    leased_at  timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE gateway.review_lease IS 'Who looks at a case now: one reviewer for each case, and one case for each reviewer.';

CREATE TABLE gateway.review_declined (
    case_id     uuid NOT NULL,
    reviewer    text NOT NULL,
    declined_at timestamptz NOT NULL,
    PRIMARY KEY (case_id, reviewer)
);
COMMENT ON TABLE gateway.review_declined IS 'Who gave a case back, e.g. because he knows the person: for a day it is for others.';

CREATE TABLE gateway.review_opinion (
    case_id    uuid NOT NULL,
    round      int  NOT NULL,
    reviewer   text NOT NULL,
    decision   text NOT NULL CHECK (decision IN ('certified', 'retry', 'refused')),
    reasons    text[] NOT NULL,
    leased_at  timestamptz NOT NULL,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (case_id, reviewer)
);
COMMENT ON TABLE gateway.review_opinion IS 'What each reviewer decided; one word for each in a case, whatever the round: an appeal is decided by somebody else.';
