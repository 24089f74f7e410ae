-- depends: 0013-phone-notice
-- Members of staff as people: how they prove who they are, what they may see, and where they are signed in.
CREATE TABLE gateway.staff (
    staff_id    text PRIMARY KEY,
    name        text NOT NULL,
    role        text NOT NULL CHECK (role <> 'device'),
    agency      text,
    areas       text[],
    issuer      text,
    subject     text,
    from_groups boolean NOT NULL DEFAULT false,
    made_at     timestamptz NOT NULL DEFAULT now(),
    revoked_at  timestamptz,
    CHECK ((role = 'agency') = (agency IS NOT NULL)),
    CHECK ((issuer IS NULL) = (subject IS NULL)),
    UNIQUE (issuer, subject)
);
COMMENT ON COLUMN gateway.staff.areas IS 'Division codes (6 digits county, 9 township, 12 village) whose people this member of staff sees; null: the whole county.';
COMMENT ON COLUMN gateway.staff.from_groups IS 'Role, agency and areas come from the groups of the single sign-on, anew at each sign-in.';

CREATE TABLE gateway.passkey (
    credential_id bytea PRIMARY KEY,
    staff_id      text NOT NULL REFERENCES gateway.staff,
    public_key    bytea NOT NULL,
    sign_count    bigint NOT NULL,
    made_at       timestamptz NOT NULL DEFAULT now(),
    used_at       timestamptz
);

CREATE TABLE gateway.staff_invitation (
    code_hash  bytea PRIMARY KEY,
    staff_id   text NOT NULL REFERENCES gateway.staff,
    made_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);

CREATE TABLE gateway.sign_in (
    key_hash   bytea PRIMARY KEY,
    kind       text NOT NULL,
    kept       jsonb NOT NULL,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE gateway.sign_in IS 'Sign-ins that have begun: the challenge or nonce that the answer must carry. A row is taken away by its first answer.';

CREATE TABLE gateway.session (
    session_id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    staff_id   text NOT NULL REFERENCES gateway.staff,
    way        text NOT NULL,
    began_at   timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    ended_at   timestamptz
);
CREATE INDEX session_by_staff ON gateway.session (staff_id, began_at DESC);
COMMENT ON TABLE gateway.session IS 'Who is signed in where. The token is in the browser alone; here lies its SHA-256.';
