-- depends: 0013-phone-notice 0007-receipts-status
-- One answer to whether a certificate holds no more, whoever ordered it: somebody at the door, or reviewers who did not
-- certify its recording.
CREATE FUNCTION gateway.revoked(uuid) RETURNS TABLE (reason text, revoked_at timestamptz) LANGUAGE sql STABLE AS
$$ SELECT o.reason, o.revoked_at FROM (
    SELECT 1 AS rank, s.reason, s.revoked_at FROM certify.status_entry s
    WHERE s.certificate_id = $1 AND s.revoked_at IS NOT NULL
    UNION ALL SELECT 2, r.reason, r.recorded_at FROM gateway.revocation r WHERE r.certificate_id = $1
) AS o ORDER BY o.rank LIMIT 1 $$;
COMMENT ON FUNCTION gateway.revoked IS 'Why and since when a certificate is revoked, or ordered to be; no row while it holds.';
