-- depends: 0012-review-desk
-- Nobody certifies or refuses what he has not looked at.
ALTER TABLE gateway.review_lease ADD COLUMN clip_opened_at timestamptz;
COMMENT ON COLUMN gateway.review_lease.clip_opened_at IS 'When whoever has the case opened its recording; null: not yet.';
