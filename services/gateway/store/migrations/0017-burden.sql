-- depends: 0015-consent
-- What agencies cause: the plan of campaigns, months that were closed with what lay behind each number, and escalations.
CREATE TABLE gateway.campaign (
    campaign_id uuid PRIMARY KEY,
    agency      text NOT NULL,
    programme   text NOT NULL,
    year        int  NOT NULL,
    first_day   date NOT NULL,
    last_day    date NOT NULL,
    why         text NOT NULL,
    stated_by   text NOT NULL,
    stated_at   timestamptz NOT NULL,
    state       text NOT NULL CHECK (state IN ('proposed', 'accepted', 'rejected')),
    reason      text NOT NULL DEFAULT '',
    decided_by  text,
    decided_at  timestamptz,
    CHECK (first_day <= last_day),
    CHECK ((state = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL))
);
CREATE INDEX campaign_by_year ON gateway.campaign (year, first_day, campaign_id);
COMMENT ON COLUMN gateway.campaign.campaign_id IS 'Follows from agency, programme and days: stated again, it is the same campaign.';

CREATE TABLE gateway.burden_month (
    month     date PRIMARY KEY CHECK (extract(day FROM month) = 1),
    closed_at timestamptz NOT NULL,
    policy    jsonb NOT NULL
);
COMMENT ON TABLE gateway.burden_month IS 'Months that are closed, in order and each once. What is corrected later changes none of them.';

CREATE TABLE gateway.burden_standing (
    month     date NOT NULL REFERENCES gateway.burden_month,
    agency    text NOT NULL,
    people    int  NOT NULL,
    counts    jsonb NOT NULL,
    rank      int,
    letter    boolean NOT NULL,
    PRIMARY KEY (month, agency)
);
COMMENT ON COLUMN gateway.burden_standing.counts IS 'By component an exact fraction as text: rides are shared.';

CREATE TABLE gateway.burden_behind (
    month       date   NOT NULL REFERENCES gateway.burden_month,
    number      int    NOT NULL,
    agency      text   NOT NULL,
    component   text   NOT NULL,
    request_ids text[] NOT NULL,
    programme   text   NOT NULL,
    on_day      date   NOT NULL,
    note        text   NOT NULL,
    share       int    NOT NULL CHECK (share > 0),
    PRIMARY KEY (month, number)
);
CREATE INDEX burden_behind_by_agency ON gateway.burden_behind (month, agency, component, number);
COMMENT ON TABLE gateway.burden_behind IS 'What each number of a closed month counts. No person_key: whose a request is, is looked up while it is known.';

CREATE TABLE gateway.burden_escalation (
    escalation_id uuid PRIMARY KEY,
    agency        text NOT NULL,
    month         date NOT NULL REFERENCES gateway.burden_month,
    opened_at     timestamptz NOT NULL,
    taken_by      text,
    taken_at      timestamptz,
    decision      text,
    words         text NOT NULL DEFAULT '',
    decided_by    text,
    decided_at    timestamptz,
    UNIQUE (agency, month),
    CHECK ((taken_by IS NULL) = (taken_at IS NULL)),
    CHECK ((decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL))
);
CREATE INDEX burden_escalation_open ON gateway.burden_escalation (opened_at, escalation_id) WHERE decision IS NULL;
