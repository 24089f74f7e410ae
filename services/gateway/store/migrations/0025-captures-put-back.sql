-- depends: 0024-lost-captures
-- A restore puts back what came in after the backup; its challenge may have been drawn after it, too.
ALTER TABLE gateway.capture DROP CONSTRAINT capture_challenge_id_fkey;
