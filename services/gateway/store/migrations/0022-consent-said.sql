-- depends: 0021-capture-made
-- When a withdrawal was said, by the clock of whoever sent it; from when on it counts is withdrawn_at.
ALTER TABLE gateway.consent_withdrawal ADD COLUMN said_at timestamptz;
COMMENT ON COLUMN gateway.consent_withdrawal.said_at IS 'Null of withdrawals from before it was kept.';
