-- depends: 0023-after-a-restore
-- The phone has deleted its recording when it hears `received`: that the county has lost it since must be told to it.
CREATE TABLE gateway.lost_capture (
    capture_id  uuid PRIMARY KEY,
    visit_id    uuid NOT NULL,
    device_id   uuid NOT NULL,
    cadre_id    text,
    received_at timestamptz NOT NULL,
    noted_at    timestamptz NOT NULL
);
COMMENT ON TABLE gateway.lost_capture IS 'Recordings that came in after the backup that was restored, and are gone (lost.csv).';
COMMENT ON COLUMN gateway.lost_capture.device_id IS 'The phone that sent it; it may have been enrolled after the backup, and be gone too.';
COMMENT ON COLUMN gateway.lost_capture.cadre_id IS 'Whose phone it was; null when the journal is older than this column.';
CREATE INDEX lost_capture_by_device ON gateway.lost_capture (device_id);
CREATE INDEX lost_capture_by_cadre ON gateway.lost_capture (cadre_id);
CREATE INDEX lost_capture_by_visit ON gateway.lost_capture (visit_id);
