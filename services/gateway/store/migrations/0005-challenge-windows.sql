-- depends: 0004-life-events
-- A challenge says when each action is prompted, until when it counts, how long the recording may be and how the prompts
-- are given. Challenges given before have no windows: their order alone counts.
ALTER TABLE gateway.challenge
    ADD COLUMN prompts     jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN longest_s   double precision,
    ADD COLUMN prompt_form text NOT NULL DEFAULT 'spoken';
COMMENT ON COLUMN gateway.challenge.prompts IS 'Array of {action, at_s, until_s}, seconds from the first picture.';
