-- depends: 0008-consent
-- A phone's clock may be ahead: what was here before a withdrawal was filmed before it, whatever the phone says.
ALTER TABLE certify.capture ADD COLUMN received_at timestamptz;
COMMENT ON COLUMN certify.capture.received_at IS 'When the door had it, by its own clock. Null of recordings from before it was kept here: the phone''s clock alone counts.';
